// SPDX-License-Identifier: MIT
//
// What the mirrors of POSIX pass on is the original itself.

#include <doctest/doctest.h>

#include <concepts>

#include "green/fcntl.h"
#include "green/netdb.h"
#include "green/netinet/in.h"
#include "green/netinet/tcp.h"
#include "green/poll.h"
#include "green/signal.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/epoll.h"
#include "green/sys/msg.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/wait.h"
#include "green/time.h"
#include "green/unistd.h"

static_assert(std::same_as<green::timespec, ::timespec>);
static_assert(std::same_as<green::time_t, ::time_t>);
static_assert(std::same_as<green::sigset_t, ::sigset_t>);
static_assert(std::same_as<green::locale_t, ::locale_t>);
static_assert(std::same_as<green::rusage, ::rusage>);
static_assert(std::same_as<green::ucontext_t, ::ucontext_t>);
static_assert(std::same_as<green::sighandler_t, ::sighandler_t>);
static_assert(std::same_as<green::sigval_t, ::sigval_t>);
static_assert(std::same_as<green::ipc_perm, ::ipc_perm>);
static_assert(std::same_as<green::in_port_t, ::in_port_t>);
static_assert(
    std::same_as<green::cookie_io_functions_t, ::cookie_io_functions_t>);
static_assert(std::same_as<green::statx_timestamp, struct ::statx_timestamp>);
static_assert(std::same_as<green::tcp_ca_state, ::tcp_ca_state>);
static_assert(green::TCP_ESTABLISHED == ::TCP_ESTABLISHED);
static_assert(green::IPPORT_USERRESERVED == ::IPPORT_USERRESERVED);
static_assert(green::F_OWNER_TID == ::F_OWNER_TID);

TEST_CASE("functions and variables of the system are not others in green") {
#define THE_SAME(name) CHECK((&green::name == &::name))
  THE_SAME(_exit);
  THE_SAME(gettid);
  THE_SAME(asctime_r);
  THE_SAME(ctime_r);
  THE_SAME(strftime_l);
  THE_SAME(tzname);
  THE_SAME(timezone);
  THE_SAME(setlinebuf);
  THE_SAME(ferror_unlocked);
  THE_SAME(getsubopt);
  THE_SAME(random_r);
  THE_SAME(strtod_l);
  THE_SAME(gai_cancel);
#undef THE_SAME
}
