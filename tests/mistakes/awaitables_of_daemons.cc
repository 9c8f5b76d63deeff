// SPDX-License-Identifier: MIT
#include "tests/mistakes/awaitables.h"

namespace tests {

namespace {

// The functions of names, logs, terminals and devices.
const std::vector<awaitable> all = {
    {"getpwnam", "green::getpwnam(\"root\")"},
    {"getpwnam_r",
     "green::getpwnam_r(\"\", at<passwd>(), at<char>(), 9, at<passwd*>())"},
    {"getpwuid", "green::getpwuid(0)"},
    {"getpwuid_r",
     "green::getpwuid_r(0, at<passwd>(), at<char>(), 9, at<passwd*>())"},
    {"getpwent", "green::getpwent()"},
    {"getpwent_r",
     "green::getpwent_r(at<passwd>(), at<char>(), 9, at<passwd*>())"},
    {"setpwent", "green::setpwent()"},
    {"endpwent", "green::endpwent()"},
    {"getgrnam", "green::getgrnam(\"root\")"},
    {"getgrnam_r",
     "green::getgrnam_r(\"\", at<struct ::group>(), at<char>(), 9, at<struct "
     "::group*>())"},
    {"getgrgid", "green::getgrgid(0)"},
    {"getgrgid_r",
     "green::getgrgid_r(0, at<struct ::group>(), at<char>(), 9, at<struct "
     "::group*>())"},
    {"getgrent", "green::getgrent()"},
    {"getgrent_r",
     "green::getgrent_r(at<struct ::group>(), at<char>(), 9, at<struct "
     "::group*>())"},
    {"setgrent", "green::setgrent()"},
    {"endgrent", "green::endgrent()"},
    {"getgrouplist", "green::getgrouplist(\"\", 0, at<gid_t>(), at<int>())"},
    {"initgroups", "green::initgroups(\"\", 0)"},
    {"gethostbyname_r",
     "green::gethostbyname_r(\"\", at<hostent>(), at<char>(), 9, "
     "at<hostent*>(), at<int>())"},
    {"gethostbyname2", "green::gethostbyname2(\"127.0.0.1\", AF_INET)"},
    {"gethostbyname2_r",
     "green::gethostbyname2_r(\"\", AF_INET, at<hostent>(), at<char>(), 9, "
     "at<hostent*>(), at<int>())"},
    {"gethostbyaddr_r",
     "green::gethostbyaddr_r(nullptr, 0, AF_INET, at<hostent>(), at<char>(), "
     "9, at<hostent*>(), at<int>())"},
    {"gethostent", "green::gethostent()"},
    {"gethostent_r",
     "green::gethostent_r(at<hostent>(), at<char>(), 9, at<hostent*>(), "
     "at<int>())"},
    {"sethostent", "green::sethostent(0)"},
    {"endhostent", "green::endhostent()"},
    {"getnetbyname", "green::getnetbyname(\"no such\")"},
    {"getnetbyname_r",
     "green::getnetbyname_r(\"no such\", at<netent>(), at<char>(), 9, "
     "at<netent*>(), at<int>())"},
    {"getnetbyaddr", "green::getnetbyaddr(127, AF_INET)"},
    {"getnetbyaddr_r",
     "green::getnetbyaddr_r(127, AF_INET, at<netent>(), at<char>(), 9, "
     "at<netent*>(), at<int>())"},
    {"getnetent", "green::getnetent()"},
    {"getnetent_r",
     "green::getnetent_r(at<netent>(), at<char>(), 9, at<netent*>(), "
     "at<int>())"},
    {"setnetent", "green::setnetent(0)"},
    {"endnetent", "green::endnetent()"},
    {"setnetgrent", "green::setnetgrent(\"no such\")"},
    {"endnetgrent", "green::endnetgrent()"},
    {"getnetgrent",
     "green::getnetgrent(at<char*>(), at<char*>(), at<char*>())"},
    {"getnetgrent_r",
     "green::getnetgrent_r(at<char*>(), at<char*>(), at<char*>(), at<char>(), "
     "9)"},
    {"innetgr", "green::innetgr(\"no such\", nullptr, nullptr, nullptr)"},
    {"getprotobyname", "green::getprotobyname(\"tcp\")"},
    {"getprotobyname_r",
     "green::getprotobyname_r(\"tcp\", at<protoent>(), at<char>(), 9, "
     "at<protoent*>())"},
    {"getprotobynumber", "green::getprotobynumber(6)"},
    {"getprotobynumber_r",
     "green::getprotobynumber_r(6, at<protoent>(), at<char>(), 9, "
     "at<protoent*>())"},
    {"getprotoent", "green::getprotoent()"},
    {"getprotoent_r",
     "green::getprotoent_r(at<protoent>(), at<char>(), 9, at<protoent*>())"},
    {"setprotoent", "green::setprotoent(0)"},
    {"endprotoent", "green::endprotoent()"},
    {"getservbyname", "green::getservbyname(\"http\", \"tcp\")"},
    {"getservbyname_r",
     "green::getservbyname_r(\"http\", \"tcp\", at<servent>(), at<char>(), 9, "
     "at<servent*>())"},
    {"getservbyport", "green::getservbyport(80, \"tcp\")"},
    {"getservbyport_r",
     "green::getservbyport_r(80, \"tcp\", at<servent>(), at<char>(), 9, "
     "at<servent*>())"},
    {"getservent", "green::getservent()"},
    {"getservent_r",
     "green::getservent_r(at<servent>(), at<char>(), 9, at<servent*>())"},
    {"setservent", "green::setservent(0)"},
    {"endservent", "green::endservent()"},
    {"getrpcbyname", "green::getrpcbyname(\"no such\")"},
    {"getrpcbyname_r",
     "green::getrpcbyname_r(\"no such\", at<rpcent>(), at<char>(), 9, "
     "at<rpcent*>())"},
    {"getrpcbynumber", "green::getrpcbynumber(1)"},
    {"getrpcbynumber_r",
     "green::getrpcbynumber_r(1, at<rpcent>(), at<char>(), 9, at<rpcent*>())"},
    {"getrpcent", "green::getrpcent()"},
    {"getrpcent_r",
     "green::getrpcent_r(at<rpcent>(), at<char>(), 9, at<rpcent*>())"},
    {"setrpcent", "green::setrpcent(0)"},
    {"endrpcent", "green::endrpcent()"},
    {"res_query", "green::res_query(\"\", 1, 1, at<unsigned char>(), 9)"},
    {"res_search", "green::res_search(\"\", 1, 1, at<unsigned char>(), 9)"},
    {"res_querydomain",
     "green::res_querydomain(\"\", \"\", 1, 1, at<unsigned char>(), 9)"},
    {"res_send",
     "green::res_send(at<unsigned char>(), 1, at<unsigned char>(), 9)"},
    {"res_nquery",
     "green::res_nquery(nullptr, \"\", 1, 1, at<unsigned char>(), 9)"},
    {"res_nsearch",
     "green::res_nsearch(nullptr, \"\", 1, 1, at<unsigned char>(), 9)"},
    {"res_nquerydomain",
     "green::res_nquerydomain(nullptr, \"\", \"\", 1, 1, at<unsigned char>(), "
     "9)"},
    {"res_nsend",
     "green::res_nsend(nullptr, at<unsigned char>(), 1, at<unsigned char>(), "
     "9)"},
    {"openlog", "green::openlog(nullptr, 0, LOG_USER)"},
    {"syslog", "green::syslog(LOG_DEBUG, \"left out\")"},
    {"vsyslog", "green::vsyslog(LOG_DEBUG, \"x\", of<std::va_list>())"},
    {"closelog", "green::closelog()"},
    {"ioctl", "green::ioctl(0, FIONREAD, at<int>())"},
    {"ioctl", "green::ioctl(0, 0)"},
    {"tcsetattr", "green::tcsetattr(0, TCSADRAIN, at<struct termios>())"},
    {"tcsendbreak", "green::tcsendbreak(-1, 0)"},
    {"tcflow", "green::tcflow(-1, TCOON)"},
    {"tcflush", "green::tcflush(-1, TCIFLUSH)"},
    {"wait3", "green::wait3(nullptr, 0, nullptr)"},
    {"wait4", "green::wait4(-1, nullptr, 0, nullptr)"},
    {"semop", "green::semop(0, at<sembuf>(), 1)"},
    {"semtimedop", "green::semtimedop(0, at<sembuf>(), 1, nullptr)"},
    {"sem_clockwait",
     "green::sem_clockwait(at<sem_t>(), CLOCK_MONOTONIC, at<timespec>())"},
    {"sem_open", "green::sem_open(\"/nowhere/at/all\", 0)"},
    {"sem_unlink", "green::sem_unlink(\"/nowhere/at/all\")"},
    {"mq_open", "green::mq_open(\"/nowhere/at/all\", 0)"},
    {"mq_unlink", "green::mq_unlink(\"/nowhere/at/all\")"},
    {"shm_open", "green::shm_open(\"/nowhere/at/all\", 0, 0)"},
    {"shm_unlink", "green::shm_unlink(\"/nowhere/at/all\")"},
    {"utmpxname", "green::utmpxname(\"/nowhere/at/all\")"},
    {"setutxent", "green::setutxent()"},
    {"getutxent", "green::getutxent()"},
    {"getutxid", "green::getutxid(at<utmpx>())"},
    {"getutxline", "green::getutxline(at<utmpx>())"},
    {"pututxline", "green::pututxline(at<utmpx>())"},
    {"endutxent", "green::endutxent()"},
    {"updwtmpx", "green::updwtmpx(\"\", at<utmpx>())"},
};

}  // namespace

const std::vector<awaitable>& awaitables_of_daemons() { return all; }

}  // namespace tests
