// SPDX-License-Identifier: MIT
// Of the POSIX mirrors, what a daemon calls: names, logs and terminals.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/socket.h>
#include <time.h>

#include <climits>

#include "green/grp.h"
#include "green/mqueue.h"
#include "green/netdb.h"
#include "green/pwd.h"
#include "green/resolv.h"
#include "green/semaphore.h"
#include "green/sys/ioctl.h"
#include "green/sys/mman.h"
#include "green/sys/sem.h"
#include "green/sys/wait.h"
#include "green/syslog.h"
#include "green/termios.h"
#include "green/utmpx.h"
#include "tests/support/awaits.h"

using tests::exempt;
using tests::fair;

TEST_CASE("users and groups") {
  char memory[9];
  passwd user;
  passwd* user_found = nullptr;
  struct ::group team;
  struct ::group* team_found = nullptr;
  gid_t ids[9];
  int count = 9;
  fair("getpwnam", [] { return green::getpwnam("root"); });
  fair("getpwnam_r", [&] {
    return green::getpwnam_r("root", &user, memory, 9, &user_found);
  });
  fair("getpwuid", [] { return green::getpwuid(0); });
  fair("getpwuid_r",
       [&] { return green::getpwuid_r(0, &user, memory, 9, &user_found); });
  fair("getpwent", [] { return green::getpwent(); });
  fair("getpwent_r",
       [&] { return green::getpwent_r(&user, memory, 9, &user_found); });
  fair("setpwent", [] { return green::setpwent(); });
  fair("endpwent", [] { return green::endpwent(); });
  fair("getgrnam", [] { return green::getgrnam("root"); });
  fair("getgrnam_r", [&] {
    return green::getgrnam_r("root", &team, memory, 9, &team_found);
  });
  fair("getgrgid", [] { return green::getgrgid(0); });
  fair("getgrgid_r",
       [&] { return green::getgrgid_r(0, &team, memory, 9, &team_found); });
  fair("getgrent", [] { return green::getgrent(); });
  fair("getgrent_r",
       [&] { return green::getgrent_r(&team, memory, 9, &team_found); });
  fair("setgrent", [] { return green::setgrent(); });
  fair("endgrent", [] { return green::endgrent(); });
  fair("getgrouplist",
       [&] { return green::getgrouplist("root", 0, ids, &count); });
  exempt("initgroups", "it changes the groups of the process");
}

TEST_CASE("hosts") {
  char memory[9];
  hostent host;
  hostent* host_found = nullptr;
  int error = 0;
  const unsigned ids[1] = {0};
  fair("gethostbyname_r", [&] {
    return green::gethostbyname_r("127.0.0.1", &host, memory, 9, &host_found,
                                  &error);
  });
  fair("gethostbyname2",
       [] { return green::gethostbyname2("127.0.0.1", AF_INET); });
  fair("gethostbyname2_r", [&] {
    return green::gethostbyname2_r("127.0.0.1", AF_INET, &host, memory, 9,
                                   &host_found, &error);
  });
  fair("gethostbyaddr_r", [&] {
    return green::gethostbyaddr_r(ids, 1, AF_INET, &host, memory, 9,
                                  &host_found, &error);
  });
  fair("gethostent", [] { return green::gethostent(); });
  fair("gethostent_r", [&] {
    return green::gethostent_r(&host, memory, 9, &host_found, &error);
  });
  fair("sethostent", [] { return green::sethostent(0); });
  fair("endhostent", [] { return green::endhostent(); });
}

TEST_CASE("networks") {
  char memory[9];
  netent net;
  netent* net_found = nullptr;
  int error = 0;
  char* text = nullptr;
  fair("getnetbyname", [] { return green::getnetbyname("no such"); });
  fair("getnetbyname_r", [&] {
    return green::getnetbyname_r("no such", &net, memory, 9, &net_found,
                                 &error);
  });
  fair("getnetbyaddr", [] { return green::getnetbyaddr(127, AF_INET); });
  fair("getnetbyaddr_r", [&] {
    return green::getnetbyaddr_r(127, AF_INET, &net, memory, 9, &net_found,
                                 &error);
  });
  fair("getnetent", [] { return green::getnetent(); });
  fair("getnetent_r",
       [&] { return green::getnetent_r(&net, memory, 9, &net_found, &error); });
  fair("setnetent", [] { return green::setnetent(0); });
  fair("endnetent", [] { return green::endnetent(); });
  fair("setnetgrent", [] { return green::setnetgrent("no such"); });
  fair("endnetgrent", [] { return green::endnetgrent(); });
  fair("getnetgrent", [&] { return green::getnetgrent(&text, &text, &text); });
  fair("getnetgrent_r",
       [&] { return green::getnetgrent_r(&text, &text, &text, memory, 9); });
  fair("innetgr",
       [] { return green::innetgr("no such", nullptr, nullptr, nullptr); });
}

TEST_CASE("protocols, services and programs") {
  char memory[9];
  protoent protocol;
  protoent* protocol_found = nullptr;
  servent service;
  servent* service_found = nullptr;
  rpcent program;
  rpcent* program_found = nullptr;
  fair("getprotobyname", [] { return green::getprotobyname("tcp"); });
  fair("getprotobyname_r", [&] {
    return green::getprotobyname_r("tcp", &protocol, memory, 9,
                                   &protocol_found);
  });
  fair("getprotobynumber", [] { return green::getprotobynumber(6); });
  fair("getprotobynumber_r", [&] {
    return green::getprotobynumber_r(6, &protocol, memory, 9, &protocol_found);
  });
  fair("getprotoent", [] { return green::getprotoent(); });
  fair("getprotoent_r", [&] {
    return green::getprotoent_r(&protocol, memory, 9, &protocol_found);
  });
  fair("setprotoent", [] { return green::setprotoent(0); });
  fair("endprotoent", [] { return green::endprotoent(); });
  fair("getservbyname", [] { return green::getservbyname("http", "tcp"); });
  fair("getservbyname_r", [&] {
    return green::getservbyname_r("http", "tcp", &service, memory, 9,
                                  &service_found);
  });
  fair("getservbyport", [] { return green::getservbyport(80, "tcp"); });
  fair("getservbyport_r", [&] {
    return green::getservbyport_r(80, "tcp", &service, memory, 9,
                                  &service_found);
  });
  fair("getservent", [] { return green::getservent(); });
  fair("getservent_r", [&] {
    return green::getservent_r(&service, memory, 9, &service_found);
  });
  fair("setservent", [] { return green::setservent(0); });
  fair("endservent", [] { return green::endservent(); });
  fair("getrpcbyname", [] { return green::getrpcbyname("no such"); });
  fair("getrpcbyname_r", [&] {
    return green::getrpcbyname_r("no such", &program, memory, 9,
                                 &program_found);
  });
  fair("getrpcbynumber", [] { return green::getrpcbynumber(1); });
  fair("getrpcbynumber_r", [&] {
    return green::getrpcbynumber_r(1, &program, memory, 9, &program_found);
  });
  fair("getrpcent", [] { return green::getrpcent(); });
  fair("getrpcent_r",
       [&] { return green::getrpcent_r(&program, memory, 9, &program_found); });
  fair("setrpcent", [] { return green::setrpcent(0); });
  fair("endrpcent", [] { return green::endrpcent(); });
}

TEST_CASE("questions that are none") {
  unsigned char answer[9] = {};
  struct __res_state state{};
  REQUIRE(green::res_ninit(&state) == 0);
  fair("res_query", [&] { return green::res_query("a..b", 1, 1, answer, 9); });
  fair("res_search",
       [&] { return green::res_search("a..b", 1, 1, answer, 9); });
  fair("res_querydomain",
       [&] { return green::res_querydomain("a..b", "c", 1, 1, answer, 9); });
  fair("res_send", [&] { return green::res_send(answer, 1, answer, 9); });
  fair("res_nquery",
       [&] { return green::res_nquery(&state, "a..b", 1, 1, answer, 9); });
  fair("res_nsearch",
       [&] { return green::res_nsearch(&state, "a..b", 1, 1, answer, 9); });
  fair("res_nquerydomain", [&] {
    return green::res_nquerydomain(&state, "a..b", "c", 1, 1, answer, 9);
  });
  fair("res_nsend",
       [&] { return green::res_nsend(&state, answer, 1, answer, 9); });
  green::res_nclose(&state);
}

TEST_CASE("the log") {
  const int mask = green::setlogmask(LOG_MASK(LOG_EMERG));
  fair("openlog", [] { return green::openlog(nullptr, 0, LOG_USER); });
  fair("syslog", [] { return green::syslog(LOG_DEBUG, "left out"); });
  fair("closelog", [] { return green::closelog(); });
  exempt("vsyslog", "it is syslog, with the arguments in another form");
  green::setlogmask(mask);
}

TEST_CASE("terminals and devices") {
  int count = 0;
  struct termios mode{};
  fair("ioctl", [&] { return green::ioctl(-1, FIONREAD, &count); });
  fair("ioctl", [&] { return green::ioctl(-1, FIGETBSZ, &count); });
  fair("tcsetattr", [&] { return green::tcsetattr(-1, TCSADRAIN, &mode); });
  fair("tcsendbreak", [] { return green::tcsendbreak(-1, 0); });
  fair("tcflow", [] { return green::tcflow(-1, TCOON); });
  fair("tcflush", [] { return green::tcflush(-1, TCIFLUSH); });
}

TEST_CASE("processes and semaphores") {
  int count = 0;
  sembuf take{0, -1, 0};
  const timespec no_time{};
  sem_t permits;
  REQUIRE(::sem_init(&permits, 0, SEM_VALUE_MAX) == 0);
  fair("wait3", [&] { return green::wait3(&count, WNOHANG, nullptr); });
  fair("wait4", [&] { return green::wait4(-1, &count, 0, nullptr); });
  fair("semop", [&] { return green::semop(-1, &take, 1); });
  fair("semtimedop", [&] { return green::semtimedop(-1, &take, 1, nullptr); });
  fair("sem_clockwait", [&] {
    return green::sem_clockwait(&permits, CLOCK_MONOTONIC, &no_time);
  });
  fair("sem_open", [] { return green::sem_open("/nowhere/at/all", 0); });
  fair("sem_unlink", [] { return green::sem_unlink("/nowhere/at/all"); });
  fair("mq_open", [] { return green::mq_open("/nowhere/at/all", 0); });
  fair("mq_unlink", [] { return green::mq_unlink("/nowhere/at/all"); });
  fair("shm_open", [] { return green::shm_open("/nowhere/at/all", 0, 0); });
  fair("shm_unlink", [] { return green::shm_unlink("/nowhere/at/all"); });
  ::sem_destroy(&permits);
}

TEST_CASE("users who are there") {
  const utmpx wanted{};
  fair("utmpxname", [] { return green::utmpxname("/nowhere/at/all"); });
  fair("setutxent", [] { return green::setutxent(); });
  fair("getutxent", [] { return green::getutxent(); });
  fair("getutxid", [&] { return green::getutxid(&wanted); });
  fair("getutxline", [&] { return green::getutxline(&wanted); });
  fair("pututxline", [&] { return green::pututxline(&wanted); });
  fair("endutxent", [] { return green::endutxent(); });
  fair("updwtmpx", [&] { return green::updwtmpx("/nowhere/at/all", &wanted); });
}
