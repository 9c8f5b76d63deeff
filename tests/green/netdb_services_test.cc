// SPDX-License-Identifier: MIT
// The tables of <netdb.h>: protocols, services and programs.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <vector>

#include "green/netdb.h"
#include "tests/support/oracle.h"
#include "tests/support/tables.h"

using tests::check_same;
using tests::task_of;
using tests::with_memory;
using tests::words;
using tests::words_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call getprotobyname = &::getprotobyname;
  static constexpr tests::blocking_call getprotobyname_r = &::getprotobyname_r;
  static constexpr tests::blocking_call getprotobynumber = &::getprotobynumber;
  static constexpr tests::blocking_call getprotobynumber_r =
      &::getprotobynumber_r;
  static constexpr tests::blocking_call getprotoent = &::getprotoent;
  static constexpr tests::blocking_call getprotoent_r = &::getprotoent_r;
  static constexpr tests::blocking_call setprotoent = &::setprotoent;
  static constexpr tests::blocking_call endprotoent = &::endprotoent;
  static constexpr tests::blocking_call getservbyname = &::getservbyname;
  static constexpr tests::blocking_call getservbyname_r = &::getservbyname_r;
  static constexpr tests::blocking_call getservbyport = &::getservbyport;
  static constexpr tests::blocking_call getservbyport_r = &::getservbyport_r;
  static constexpr tests::blocking_call getservent = &::getservent;
  static constexpr tests::blocking_call getservent_r = &::getservent_r;
  static constexpr tests::blocking_call setservent = &::setservent;
  static constexpr tests::blocking_call endservent = &::endservent;
  static constexpr tests::blocking_call getrpcbyname = &::getrpcbyname;
  static constexpr tests::blocking_call getrpcbyname_r = &::getrpcbyname_r;
  static constexpr tests::blocking_call getrpcbynumber = &::getrpcbynumber;
  static constexpr tests::blocking_call getrpcbynumber_r = &::getrpcbynumber_r;
  static constexpr tests::blocking_call getrpcent = &::getrpcent;
  static constexpr tests::blocking_call getrpcent_r = &::getrpcent_r;
  static constexpr tests::blocking_call setrpcent = &::setrpcent;
  static constexpr tests::blocking_call endrpcent = &::endrpcent;
};

struct mirror : tests::green_side {
  static constexpr auto getprotobyname = &green::getprotobyname;
  static constexpr auto getprotobyname_r = &green::getprotobyname_r;
  static constexpr auto getprotobynumber = &green::getprotobynumber;
  static constexpr auto getprotobynumber_r = &green::getprotobynumber_r;
  static constexpr auto getprotoent = &green::getprotoent;
  static constexpr auto getprotoent_r = &green::getprotoent_r;
  static constexpr auto setprotoent = &green::setprotoent;
  static constexpr auto endprotoent = &green::endprotoent;
  static constexpr auto getservbyname = &green::getservbyname;
  static constexpr auto getservbyname_r = &green::getservbyname_r;
  static constexpr auto getservbyport = &green::getservbyport;
  static constexpr auto getservbyport_r = &green::getservbyport_r;
  static constexpr auto getservent = &green::getservent;
  static constexpr auto getservent_r = &green::getservent_r;
  static constexpr auto setservent = &green::setservent;
  static constexpr auto endservent = &green::endservent;
  static constexpr auto getrpcbyname = &green::getrpcbyname;
  static constexpr auto getrpcbyname_r = &green::getrpcbyname_r;
  static constexpr auto getrpcbynumber = &green::getrpcbynumber;
  static constexpr auto getrpcbynumber_r = &green::getrpcbynumber_r;
  static constexpr auto getrpcent = &green::getrpcent;
  static constexpr auto getrpcent_r = &green::getrpcent_r;
  static constexpr auto setrpcent = &green::setrpcent;
  static constexpr auto endrpcent = &green::endrpcent;
};

template <class S>
task_of<S> protocols(words& out) {
  for (const char* name : {"tcp", "UDP", "icmp", "no such"}) {
    out.push_back(words_of(co_await S::getprotobyname(name)));
    const auto call = [=](protoent* e, char* m, std::size_t n, protoent** f,
                          int*) {
      return S::getprotobyname_r(name, e, m, n, f);
    };
    co_await with_memory<S, protoent>(out, call);
  }
  for (const int number : {0, 6, 17, 250}) {
    out.push_back(words_of(co_await S::getprotobynumber(number)));
    const auto call = [=](protoent* e, char* m, std::size_t n, protoent** f,
                          int*) {
      return S::getprotobynumber_r(number, e, m, n, f);
    };
    co_await with_memory<S, protoent>(out, call);
  }
}

template <class S>
task_of<S> services(words& out) {
  for (const char* protocol :
       {"tcp", "udp", static_cast<const char*>(nullptr)}) {
    for (const char* name : {"http", "domain", "no such"}) {
      out.push_back(words_of(co_await S::getservbyname(name, protocol)));
      const auto call = [=](servent* e, char* m, std::size_t n, servent** f,
                            int*) {
        return S::getservbyname_r(name, protocol, e, m, n, f);
      };
      co_await with_memory<S, servent>(out, call);
    }
    for (const int port : {53, 80, 1}) {
      const int number = htons(static_cast<unsigned short>(port));
      out.push_back(words_of(co_await S::getservbyport(number, protocol)));
      const auto call = [=](servent* e, char* m, std::size_t n, servent** f,
                            int*) {
        return S::getservbyport_r(number, protocol, e, m, n, f);
      };
      co_await with_memory<S, servent>(out, call);
    }
  }
}

template <class S>
task_of<S> programs(words& out) {
  for (const char* name : {"portmapper", "nfs", "no such"}) {
    out.push_back(words_of(co_await S::getrpcbyname(name)));
    const auto call = [=](rpcent* e, char* m, std::size_t n, rpcent** f, int*) {
      return S::getrpcbyname_r(name, e, m, n, f);
    };
    co_await with_memory<S, rpcent>(out, call);
  }
  for (const int number : {100000, 100003, 1}) {
    out.push_back(words_of(co_await S::getrpcbynumber(number)));
    const auto call = [=](rpcent* e, char* m, std::size_t n, rpcent** f, int*) {
      return S::getrpcbynumber_r(number, e, m, n, f);
    };
    co_await with_memory<S, rpcent>(out, call);
  }
}

template <class S>
task_of<S> all_protoent(words& out) {
  co_await tests::all_entries<S, protoent>(out, S::setprotoent, S::getprotoent,
                                           S::getprotoent_r, S::endprotoent);
}

template <class S>
task_of<S> all_servent(words& out) {
  co_await tests::all_entries<S, servent>(out, S::setservent, S::getservent,
                                          S::getservent_r, S::endservent);
}

template <class S>
task_of<S> all_rpcent(words& out) {
  co_await tests::all_entries<S, rpcent>(out, S::setrpcent, S::getrpcent,
                                         S::getrpcent_r, S::endrpcent);
}

}  // namespace

TEST_CASE("protocols, services and programs are found as by the C library") {
  check_same(protocols<mirror>, protocols<original>);
  check_same(services<mirror>, services<original>);
  check_same(programs<mirror>, programs<original>);
}

TEST_CASE("the tables are gone through as by the C library") {
  check_same(all_protoent<mirror>, all_protoent<original>);
  check_same(all_servent<mirror>, all_servent<original>);
  check_same(all_rpcent<mirror>, all_rpcent<original>);
}

TEST_CASE("a look-up in a table is abandoned by a kill and by a timeout") {
  const auto asks = []() -> green::task<> {
    for (;;) {
      const std::string name = "http";  // gone before the helper asks
      std::vector<char> memory(5000);
      servent entry;
      servent* found = nullptr;
      co_await green::getservbyname(name.c_str(), "tcp");
      co_await green::getservbyname_r(name.c_str(), "tcp", &entry,
                                      memory.data(), 5000, &found);
      co_await green::getprotobyname(name.c_str());
      co_await green::gethostbyname2(name.c_str(), AF_UNIX);
      co_await green::innetgr(name.c_str(), nullptr, nullptr, nullptr);
    }
  };
  tests::check_abandoned(asks);
}

TEST_CASE("a service in static memory is the green thread's own") {
  green::run([]() -> green::task<> {
    const servent* const mine = co_await green::getservbyname("http", "tcp");
    if (mine == nullptr) {
      MESSAGE("skipped: there is no /etc/services");
      co_return;
    }
    const std::string before = words_of(mine);
    const auto asks = []() -> green::task<> {
      const servent* const other =
          co_await green::getservbyname("domain", "udp");
      CHECK(other != nullptr);
    };
    co_await green::spawn(asks).join();
    CHECK(words_of(mine) == before);
    CHECK(co_await green::getservbyname("domain", "udp") == mine);
  });
}
