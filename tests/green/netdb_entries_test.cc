// SPDX-License-Identifier: MIT
// The tables of <netdb.h>: hosts, networks and groups.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>

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
  static constexpr tests::blocking_call gethostbyname_r = &::gethostbyname_r;
  static constexpr tests::blocking_call gethostbyname2 = &::gethostbyname2;
  static constexpr tests::blocking_call gethostbyname2_r = &::gethostbyname2_r;
  static constexpr tests::blocking_call gethostbyaddr_r = &::gethostbyaddr_r;
  static constexpr tests::blocking_call gethostent = &::gethostent;
  static constexpr tests::blocking_call gethostent_r = &::gethostent_r;
  static constexpr tests::blocking_call sethostent = &::sethostent;
  static constexpr tests::blocking_call endhostent = &::endhostent;
  static constexpr tests::blocking_call getnetbyname = &::getnetbyname;
  static constexpr tests::blocking_call getnetbyname_r = &::getnetbyname_r;
  static constexpr tests::blocking_call getnetbyaddr = &::getnetbyaddr;
  static constexpr tests::blocking_call getnetbyaddr_r = &::getnetbyaddr_r;
  static constexpr tests::blocking_call getnetent = &::getnetent;
  static constexpr tests::blocking_call getnetent_r = &::getnetent_r;
  static constexpr tests::blocking_call setnetent = &::setnetent;
  static constexpr tests::blocking_call endnetent = &::endnetent;
  static constexpr tests::blocking_call setnetgrent = &::setnetgrent;
  static constexpr tests::blocking_call endnetgrent = &::endnetgrent;
  static constexpr tests::blocking_call getnetgrent = &::getnetgrent;
  static constexpr tests::blocking_call getnetgrent_r = &::getnetgrent_r;
  static constexpr tests::blocking_call innetgr = &::innetgr;
};

struct mirror : tests::green_side {
  static constexpr auto gethostbyname_r = &green::gethostbyname_r;
  static constexpr auto gethostbyname2 = &green::gethostbyname2;
  static constexpr auto gethostbyname2_r = &green::gethostbyname2_r;
  static constexpr auto gethostbyaddr_r = &green::gethostbyaddr_r;
  static constexpr auto gethostent = &green::gethostent;
  static constexpr auto gethostent_r = &green::gethostent_r;
  static constexpr auto sethostent = &green::sethostent;
  static constexpr auto endhostent = &green::endhostent;
  static constexpr auto getnetbyname = &green::getnetbyname;
  static constexpr auto getnetbyname_r = &green::getnetbyname_r;
  static constexpr auto getnetbyaddr = &green::getnetbyaddr;
  static constexpr auto getnetbyaddr_r = &green::getnetbyaddr_r;
  static constexpr auto getnetent = &green::getnetent;
  static constexpr auto getnetent_r = &green::getnetent_r;
  static constexpr auto setnetent = &green::setnetent;
  static constexpr auto endnetent = &green::endnetent;
  static constexpr auto setnetgrent = &green::setnetgrent;
  static constexpr auto endnetgrent = &green::endnetgrent;
  static constexpr auto getnetgrent = &green::getnetgrent;
  static constexpr auto getnetgrent_r = &green::getnetgrent_r;
  static constexpr auto innetgr = &green::innetgr;
};

template <class S>
task_of<S> hosts(words& out) {
  const in_addr local{htonl(INADDR_LOOPBACK)};
  for (const int family : {AF_INET, AF_INET6, AF_UNIX}) {
    for (const char* name : {"localhost", "127.0.0.1", "::1"}) {
      out.push_back(words_of(co_await S::gethostbyname2(name, family)));
      const auto by_two = [=](hostent* e, char* m, std::size_t n, hostent** f,
                              int* h) {
        return S::gethostbyname2_r(name, family, e, m, n, f, h);
      };
      co_await with_memory<S, hostent>(out, by_two);
    }
  }
  const auto by_name = [](hostent* e, char* m, std::size_t n, hostent** f,
                          int* h) {
    return S::gethostbyname_r("localhost", e, m, n, f, h);
  };
  co_await with_memory<S, hostent>(out, by_name);
  const auto by_address = [&local](hostent* e, char* m, std::size_t n,
                                   hostent** f, int* h) {
    return S::gethostbyaddr_r(&local, sizeof local, AF_INET, e, m, n, f, h);
  };
  co_await with_memory<S, hostent>(out, by_address);
  const auto by_part = [&local](hostent* e, char* m, std::size_t n, hostent** f,
                                int* h) {
    return S::gethostbyaddr_r(&local, 1, AF_INET, e, m, n, f, h);
  };
  co_await with_memory<S, hostent>(out, by_part);
}

template <class S>
task_of<S> networks(words& out) {
  for (const char* name : {"loopback", "link-local", "default", "no such"}) {
    out.push_back(words_of(co_await S::getnetbyname(name)));
    const auto call = [=](netent* e, char* m, std::size_t n, netent** f,
                          int* h) {
      return S::getnetbyname_r(name, e, m, n, f, h);
    };
    co_await with_memory<S, netent>(out, call);
  }
  for (const unsigned net : {127u, 0x7f000000u, 169u, 5u}) {
    out.push_back(words_of(co_await S::getnetbyaddr(net, AF_INET)));
    const auto call = [=](netent* e, char* m, std::size_t n, netent** f,
                          int* h) {
      return S::getnetbyaddr_r(net, AF_INET, e, m, n, f, h);
    };
    co_await with_memory<S, netent>(out, call);
  }
}

template <class S>
task_of<S> netgroups(words& out) {
  char* host = nullptr;
  char* user = nullptr;
  char* domain = nullptr;
  char memory[100];
  out.push_back(std::to_string(co_await S::innetgr("no such", "a", "b", "c")));
  out.push_back(
      std::to_string(co_await S::innetgr("no such", nullptr, "b", nullptr)));
  out.push_back(std::to_string(co_await S::setnetgrent("no such")));
  out.push_back(std::to_string(co_await S::getnetgrent(&host, &user, &domain)));
  out.push_back(std::to_string(
      co_await S::getnetgrent_r(&host, &user, &domain, memory, 100)));
  co_await S::endnetgrent();
}

template <class S>
task_of<S> all_hostent(words& out) {
  int host_error = 0;
  const auto next_r = [&](auto... arguments) {
    return S::gethostent_r(arguments..., &host_error);
  };
  co_await tests::all_entries<S, hostent>(out, S::sethostent, S::gethostent,
                                          next_r, S::endhostent);
}

template <class S>
task_of<S> all_netent(words& out) {
  int host_error = 0;
  const auto next_r = [&](auto... arguments) {
    return S::getnetent_r(arguments..., &host_error);
  };
  co_await tests::all_entries<S, netent>(out, S::setnetent, S::getnetent,
                                         next_r, S::endnetent);
}

}  // namespace

TEST_CASE("hosts and networks are found as by the C library") {
  check_same(hosts<mirror>, hosts<original>);
  check_same(networks<mirror>, networks<original>);
}

TEST_CASE("groups of the net are found as by the C library") {
  check_same(netgroups<mirror>, netgroups<original>);
}

TEST_CASE("the tables are gone through as by the C library") {
  check_same(all_hostent<mirror>, all_hostent<original>);
  check_same(all_netent<mirror>, all_netent<original>);
}
