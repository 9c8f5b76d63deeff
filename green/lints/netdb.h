// SPDX-License-Identifier: MIT
//
// The functions of <netdb.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <netdb.h>

extern "C" {

decltype(::endhostent) endhostent
    [[deprecated("holds the hub: co_await green::endhostent")]];
decltype(::endnetent) endnetent
    [[deprecated("holds the hub: co_await green::endnetent")]];
decltype(::endnetgrent) endnetgrent
    [[deprecated("holds the hub: co_await green::endnetgrent")]];
decltype(::endprotoent) endprotoent
    [[deprecated("holds the hub: co_await green::endprotoent")]];
decltype(::endrpcent) endrpcent
    [[deprecated("holds the hub: co_await green::endrpcent")]];
decltype(::endservent) endservent
    [[deprecated("holds the hub: co_await green::endservent")]];
decltype(::getaddrinfo) getaddrinfo
    [[deprecated("holds the hub: co_await green::getaddrinfo")]];
decltype(::gethostbyaddr) gethostbyaddr
    [[deprecated("holds the hub: co_await green::gethostbyaddr")]];
decltype(::gethostbyaddr_r) gethostbyaddr_r
    [[deprecated("holds the hub: co_await green::gethostbyaddr_r")]];
decltype(::gethostbyname) gethostbyname
    [[deprecated("holds the hub: co_await green::gethostbyname")]];
decltype(::gethostbyname2) gethostbyname2
    [[deprecated("holds the hub: co_await green::gethostbyname2")]];
decltype(::gethostbyname2_r) gethostbyname2_r
    [[deprecated("holds the hub: co_await green::gethostbyname2_r")]];
decltype(::gethostbyname_r) gethostbyname_r
    [[deprecated("holds the hub: co_await green::gethostbyname_r")]];
decltype(::gethostent) gethostent
    [[deprecated("holds the hub: co_await green::gethostent")]];
decltype(::gethostent_r) gethostent_r
    [[deprecated("holds the hub: co_await green::gethostent_r")]];
decltype(::getnameinfo) getnameinfo
    [[deprecated("holds the hub: co_await green::getnameinfo")]];
decltype(::getnetbyaddr) getnetbyaddr
    [[deprecated("holds the hub: co_await green::getnetbyaddr")]];
decltype(::getnetbyaddr_r) getnetbyaddr_r
    [[deprecated("holds the hub: co_await green::getnetbyaddr_r")]];
decltype(::getnetbyname) getnetbyname
    [[deprecated("holds the hub: co_await green::getnetbyname")]];
decltype(::getnetbyname_r) getnetbyname_r
    [[deprecated("holds the hub: co_await green::getnetbyname_r")]];
decltype(::getnetent) getnetent
    [[deprecated("holds the hub: co_await green::getnetent")]];
decltype(::getnetent_r) getnetent_r
    [[deprecated("holds the hub: co_await green::getnetent_r")]];
decltype(::getnetgrent) getnetgrent
    [[deprecated("holds the hub: co_await green::getnetgrent")]];
decltype(::getnetgrent_r) getnetgrent_r
    [[deprecated("holds the hub: co_await green::getnetgrent_r")]];
decltype(::getprotobyname) getprotobyname
    [[deprecated("holds the hub: co_await green::getprotobyname")]];
decltype(::getprotobyname_r) getprotobyname_r
    [[deprecated("holds the hub: co_await green::getprotobyname_r")]];
decltype(::getprotobynumber) getprotobynumber
    [[deprecated("holds the hub: co_await green::getprotobynumber")]];
decltype(::getprotobynumber_r) getprotobynumber_r
    [[deprecated("holds the hub: co_await green::getprotobynumber_r")]];
decltype(::getprotoent) getprotoent
    [[deprecated("holds the hub: co_await green::getprotoent")]];
decltype(::getprotoent_r) getprotoent_r
    [[deprecated("holds the hub: co_await green::getprotoent_r")]];
decltype(::getrpcbyname) getrpcbyname
    [[deprecated("holds the hub: co_await green::getrpcbyname")]];
decltype(::getrpcbyname_r) getrpcbyname_r
    [[deprecated("holds the hub: co_await green::getrpcbyname_r")]];
decltype(::getrpcbynumber) getrpcbynumber
    [[deprecated("holds the hub: co_await green::getrpcbynumber")]];
decltype(::getrpcbynumber_r) getrpcbynumber_r
    [[deprecated("holds the hub: co_await green::getrpcbynumber_r")]];
decltype(::getrpcent) getrpcent
    [[deprecated("holds the hub: co_await green::getrpcent")]];
decltype(::getrpcent_r) getrpcent_r
    [[deprecated("holds the hub: co_await green::getrpcent_r")]];
decltype(::getservbyname) getservbyname
    [[deprecated("holds the hub: co_await green::getservbyname")]];
decltype(::getservbyname_r) getservbyname_r
    [[deprecated("holds the hub: co_await green::getservbyname_r")]];
decltype(::getservbyport) getservbyport
    [[deprecated("holds the hub: co_await green::getservbyport")]];
decltype(::getservbyport_r) getservbyport_r
    [[deprecated("holds the hub: co_await green::getservbyport_r")]];
decltype(::getservent) getservent
    [[deprecated("holds the hub: co_await green::getservent")]];
decltype(::getservent_r) getservent_r
    [[deprecated("holds the hub: co_await green::getservent_r")]];
decltype(::innetgr) innetgr
    [[deprecated("holds the hub: co_await green::innetgr")]];
decltype(::sethostent) sethostent
    [[deprecated("holds the hub: co_await green::sethostent")]];
decltype(::setnetent) setnetent
    [[deprecated("holds the hub: co_await green::setnetent")]];
decltype(::setnetgrent) setnetgrent
    [[deprecated("holds the hub: co_await green::setnetgrent")]];
decltype(::setprotoent) setprotoent
    [[deprecated("holds the hub: co_await green::setprotoent")]];
decltype(::setrpcent) setrpcent
    [[deprecated("holds the hub: co_await green::setrpcent")]];
decltype(::setservent) setservent
    [[deprecated("holds the hub: co_await green::setservent")]];
decltype(::gai_suspend) gai_suspend
    [[deprecated("holds the hub: see Missing in green/netdb.h")]];
decltype(::getaddrinfo_a) getaddrinfo_a
    [[deprecated("holds the hub: see Missing in green/netdb.h")]];
decltype(::rcmd) rcmd
    [[deprecated("holds the hub: see Missing in green/netdb.h")]];
decltype(::rexec) rexec
    [[deprecated("holds the hub: see Missing in green/netdb.h")]];
decltype(::ruserok) ruserok
    [[deprecated("holds the hub: see Missing in green/netdb.h")]];

}  // extern "C"
