// SPDX-License-Identifier: MIT
#include "green/netdb.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <net/if.h>

#include <functional>
#include <latch>
#include <string>
#include <vector>

#include "green/hub/offloaded.h"
#include "tests/support/answers.h"
#include "tests/support/look_up.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::task_of;

static_assert(tests::mirrors(green::getaddrinfo, ::getaddrinfo));
static_assert(tests::mirrors(green::getnameinfo, ::getnameinfo));
static_assert(tests::mirrors(green::gethostbyname, ::gethostbyname));
static_assert(tests::mirrors(green::gethostbyaddr, ::gethostbyaddr));
static_assert(tests::mirrors(green::gethostbyname_r, ::gethostbyname_r));
static_assert(tests::mirrors(green::gethostbyname2, ::gethostbyname2));
static_assert(tests::mirrors(green::gethostbyname2_r, ::gethostbyname2_r));
static_assert(tests::mirrors(green::gethostbyaddr_r, ::gethostbyaddr_r));
static_assert(tests::mirrors(green::gethostent, ::gethostent));
static_assert(tests::mirrors(green::gethostent_r, ::gethostent_r));
static_assert(tests::mirrors(green::sethostent, ::sethostent));
static_assert(tests::mirrors(green::endhostent, ::endhostent));
static_assert(tests::mirrors(green::getnetbyname, ::getnetbyname));
static_assert(tests::mirrors(green::getnetbyname_r, ::getnetbyname_r));
static_assert(tests::mirrors(green::getnetbyaddr, ::getnetbyaddr));
static_assert(tests::mirrors(green::getnetbyaddr_r, ::getnetbyaddr_r));
static_assert(tests::mirrors(green::getnetent, ::getnetent));
static_assert(tests::mirrors(green::getnetent_r, ::getnetent_r));
static_assert(tests::mirrors(green::setnetent, ::setnetent));
static_assert(tests::mirrors(green::endnetent, ::endnetent));
static_assert(tests::mirrors(green::setnetgrent, ::setnetgrent));
static_assert(tests::mirrors(green::endnetgrent, ::endnetgrent));
static_assert(tests::mirrors(green::getnetgrent, ::getnetgrent));
static_assert(tests::mirrors(green::getnetgrent_r, ::getnetgrent_r));
static_assert(tests::mirrors(green::innetgr, ::innetgr));
static_assert(tests::mirrors(green::getprotobyname, ::getprotobyname));
static_assert(tests::mirrors(green::getprotobyname_r, ::getprotobyname_r));
static_assert(tests::mirrors(green::getprotobynumber, ::getprotobynumber));
static_assert(tests::mirrors(green::getprotobynumber_r, ::getprotobynumber_r));
static_assert(tests::mirrors(green::getprotoent, ::getprotoent));
static_assert(tests::mirrors(green::getprotoent_r, ::getprotoent_r));
static_assert(tests::mirrors(green::setprotoent, ::setprotoent));
static_assert(tests::mirrors(green::endprotoent, ::endprotoent));
static_assert(tests::mirrors(green::getservbyname, ::getservbyname));
static_assert(tests::mirrors(green::getservbyname_r, ::getservbyname_r));
static_assert(tests::mirrors(green::getservbyport, ::getservbyport));
static_assert(tests::mirrors(green::getservbyport_r, ::getservbyport_r));
static_assert(tests::mirrors(green::getservent, ::getservent));
static_assert(tests::mirrors(green::getservent_r, ::getservent_r));
static_assert(tests::mirrors(green::setservent, ::setservent));
static_assert(tests::mirrors(green::endservent, ::endservent));
static_assert(tests::mirrors(green::getrpcbyname, ::getrpcbyname));
static_assert(tests::mirrors(green::getrpcbyname_r, ::getrpcbyname_r));
static_assert(tests::mirrors(green::getrpcbynumber, ::getrpcbynumber));
static_assert(tests::mirrors(green::getrpcbynumber_r, ::getrpcbynumber_r));
static_assert(tests::mirrors(green::getrpcent, ::getrpcent));
static_assert(tests::mirrors(green::getrpcent_r, ::getrpcent_r));
static_assert(tests::mirrors(green::setrpcent, ::setrpcent));
static_assert(tests::mirrors(green::endrpcent, ::endrpcent));

namespace {

constexpr int slow_names = 3;
std::latch slow_names_asked(slow_names);

}  // namespace

// The C library's, but "slow" has no answer before all who ask have come.
extern "C" int getaddrinfo(const char* node, const char* service,
                           const addrinfo* hints, addrinfo** result) {
  if (!tests::asks_for("slow", node, hints)) {
    return tests::next_getaddrinfo(node, service, hints, result);
  }
  slow_names_asked.arrive_and_wait();
  return tests::next_getaddrinfo("127.0.0.1", service, hints, result);
}

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call getaddrinfo = &::getaddrinfo;
  static constexpr tests::blocking_call getnameinfo = &::getnameinfo;
  static constexpr tests::blocking_call gethostbyname = &::gethostbyname;
  static constexpr tests::blocking_call gethostbyaddr = &::gethostbyaddr;
};

struct mirror : tests::green_side {
  static constexpr auto getaddrinfo = &green::getaddrinfo;
  static constexpr auto getnameinfo = &green::getnameinfo;
  static constexpr auto gethostbyname = &green::gethostbyname;
  static constexpr auto gethostbyaddr = &green::gethostbyaddr;
};

using words = std::vector<std::string>;

std::string in_words(const addrinfo& a) {
  std::string out =
      std::to_string(a.ai_flags) + " " + std::to_string(a.ai_family) + " " +
      std::to_string(a.ai_socktype) + " " + std::to_string(a.ai_protocol) + " ";
  const auto* bytes = reinterpret_cast<const unsigned char*>(a.ai_addr);
  for (socklen_t i = 0; i < a.ai_addrlen; ++i) {
    out += std::to_string(bytes[i]) + ".";
  }
  return out + (a.ai_canonname != nullptr ? a.ai_canonname : "");
}

struct question {
  const char* node;
  const char* service;
  int flags = 0;
  int family = AF_UNSPEC;
  int type = 0;
  bool hints = true;
};

const std::vector<question> questions = {
    {"localhost", "80"},
    {"localhost", "http", 0, AF_INET, SOCK_STREAM},
    {"localhost", nullptr, AI_CANONNAME, AF_INET, SOCK_DGRAM},
    {"localhost", nullptr, 0, 0, 0, false},
    {"127.0.0.1", nullptr, 0, 0, 0, false},
    {"127.0.0.1", "443", 0, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "https", 0, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "domain", 0, AF_INET},
    {"127.0.0.1", "443", AI_CANONNAME, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "443", 0, AF_INET6, SOCK_STREAM},
    {"127.0.0.1", "443", AI_V4MAPPED, AF_INET6, SOCK_STREAM},
    {"127.1", nullptr, 0, AF_INET, SOCK_STREAM},
    {"::1", "0"},
    {"::1", nullptr, AI_ADDRCONFIG, AF_INET6, SOCK_STREAM},
    {"::1", nullptr, 0, AF_INET, SOCK_STREAM},
    {"::ffff:1.2.3.4", "65535", 0, AF_UNSPEC, SOCK_STREAM},
    {"fe80::1%lo", "80", 0, AF_INET6, SOCK_STREAM},
    {"fe80::1%1", "80", 0, AF_INET6, SOCK_STREAM},
    {"fe80::1%nonesuch", "80", AI_NUMERICHOST, AF_INET6, SOCK_STREAM},
    {nullptr, "80", AI_PASSIVE, AF_UNSPEC, SOCK_STREAM},
    {nullptr, "80", 0, AF_INET, SOCK_STREAM},
    {nullptr, nullptr},
    {nullptr, "80", AI_CANONNAME, AF_INET, SOCK_STREAM},
    {"localhost", "80", AI_NUMERICHOST},
    {"127.0.0.1", "http", AI_NUMERICSERV, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "99999", 0, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "", 0, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "nonesuch", 0, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "80", 0x40000000, AF_INET, SOCK_STREAM},
    {"127.0.0.1", "80", 0, AF_UNIX, SOCK_STREAM},
    {"127.0.0.1", "80", 0, AF_INET, SOCK_SEQPACKET},
    {"", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM},
    {"256.0.0.1", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM},
    {"no..name", "80"},
    {"no name", nullptr, 0, AF_INET, SOCK_STREAM},
};

template <class S>
task_of<S> ask_all(words& out) {
  for (const question& q : questions) {
    addrinfo hints{};
    hints.ai_flags = q.flags;
    hints.ai_family = q.family;
    hints.ai_socktype = q.type;
    addrinfo* list = nullptr;
    const int code = co_await S::getaddrinfo(q.node, q.service,
                                             q.hints ? &hints : nullptr, &list);
    std::string answer = std::to_string(code);
    for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
      answer += "; " + in_words(*a);
    }
    if (code == 0) green::freeaddrinfo(list);
    out.push_back(answer);
  }
}

sockaddr_in ipv4(const char* host, unsigned short port) {
  return tests::ipv4(port, host).in;
}

template <class S>
task_of<S> name_all(words& out) {
  const sockaddr_in local = ipv4("127.0.0.1", 80);
  const auto* address = reinterpret_cast<const sockaddr*>(&local);
  for (const int flags :
       {0, NI_NUMERICHOST, NI_NUMERICSERV, NI_NUMERICHOST | NI_NUMERICSERV,
        NI_DGRAM, NI_NAMEREQD, 0x40000000}) {
    for (const socklen_t room : {0u, 2u, 100u, 2'000'000'000u}) {
      for (const socklen_t length : {16u, 3u}) {
        char host[100] = "unset", service[100] = "unset";
        const int code = co_await S::getnameinfo(address, length, host, room,
                                                 service, room, flags);
        const bool filled = code == 0 && room != 0;
        out.push_back(std::to_string(code) + (filled ? host : "") + "," +
                      (filled ? service : ""));
      }
    }
    char host[100] = "unset";
    const int code = co_await S::getnameinfo(address, sizeof local, host, 100,
                                             nullptr, 0, flags);
    out.push_back(std::to_string(code) + (code == 0 ? host : ""));
    out.push_back(std::to_string(co_await S::getnameinfo(
        address, sizeof local, nullptr, 0, nullptr, 0, flags)));
  }
}

std::string in_words(const hostent* h) {
  if (h == nullptr) return "none " + std::to_string(h_errno);
  std::string out = std::string(h->h_name) + " " + std::to_string(h->h_length) +
                    " " + std::to_string(h->h_addrtype);
  for (char** name = h->h_aliases; *name != nullptr; ++name) {
    out += std::string(" ") + *name;
  }
  for (char** bytes = h->h_addr_list; *bytes != nullptr; ++bytes) {
    for (int i = 0; i < h->h_length; ++i) {
      out += "." + std::to_string(static_cast<unsigned char>((*bytes)[i]));
    }
  }
  return out;
}

template <class S>
task_of<S> hosts_of(words& out) {
  out.push_back(in_words(co_await S::gethostbyname("localhost")));
  out.push_back(in_words(co_await S::gethostbyname("10.1.2.3")));
  out.push_back(in_words(co_await S::gethostbyname("")));
  const in_addr local{htonl(INADDR_LOOPBACK)};
  out.push_back(
      in_words(co_await S::gethostbyaddr(&local, sizeof local, AF_INET)));
  out.push_back(in_words(co_await S::gethostbyaddr(&local, 1, AF_INET)));
}

}  // namespace

TEST_CASE("M2: the lists and codes are the C library's") {
  words by_green, by_original;
  mirror::run(ask_all<mirror>, std::ref(by_green));
  original::run(ask_all<original>, std::ref(by_original));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    CAPTURE(i);
    CHECK(by_green[i] == by_original[i]);
  }
}

TEST_CASE("getnameinfo's names and codes are the C library's") {
  words by_green, by_original;
  mirror::run(name_all<mirror>, std::ref(by_green));
  original::run(name_all<original>, std::ref(by_original));
  for (std::size_t i = 0; i < by_original.size(); ++i) {
    CAPTURE(i);
    CHECK(by_green[i] == by_original[i]);
  }
}

TEST_CASE("gethostbyname and gethostbyaddr find what the C library's find") {
  words by_green, by_original;
  mirror::run(hosts_of<mirror>, std::ref(by_green));
  original::run(hosts_of<original>, std::ref(by_original));
  CHECK(by_green == by_original);
}

TEST_CASE_TEMPLATE("M5: the scope of an IPv6 address is kept", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    addrinfo hints{}, *list = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    CHECK(co_await S::getaddrinfo("fe80::1%lo", "80", &hints, &list) == 0);
    REQUIRE(list != nullptr);
    const auto* in6 = reinterpret_cast<const sockaddr_in6*>(list->ai_addr);
    CHECK(in6->sin6_scope_id == ::if_nametoindex("lo"));
    char host[100];
    CHECK(co_await S::getnameinfo(list->ai_addr, list->ai_addrlen, host, 100,
                                  nullptr, 0, NI_NUMERICHOST) == 0);
    CHECK(std::string(host) == "fe80::1%lo");
    green::freeaddrinfo(list);
  });
}

TEST_CASE("numeric hosts need no helper thread") {
  green::run([]() -> green::task<> {
    co_await green::core::timed<green::hub::offload::idle_wait, void>(
        green::hub::name_helpers());
    const unsigned before = green::hub::name_helpers().size();
    for (const char* host : {"127.0.0.1", "::1", "fe80::1%lo", "1.2.3.4"}) {
      for (const char* service : {"80", static_cast<const char*>(nullptr)}) {
        addrinfo* list = nullptr;
        CHECK(co_await green::getaddrinfo(host, service, nullptr, &list) == 0);
        green::freeaddrinfo(list);
        CHECK(green::hub::name_helpers().outstanding() == 0);
      }
    }
    addrinfo hints{}, *list = nullptr;
    hints.ai_flags = AI_NUMERICHOST;
    CHECK(co_await green::getaddrinfo("name", "80", &hints, &list) ==
          EAI_NONAME);
    sockaddr_in loopback{};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const address = reinterpret_cast<sockaddr*>(&loopback);
    char text[64];
    CHECK(co_await green::getnameinfo(address, sizeof loopback, text,
                                      sizeof text, nullptr, 0,
                                      NI_NUMERICHOST) == 0);
    CHECK(std::string(text) == "127.0.0.1");
    CHECK(co_await green::getnameinfo(address, sizeof loopback, nullptr, 0,
                                      text, sizeof text, NI_NUMERICSERV) == 0);
    CHECK(std::string(text) == "0");
    CHECK(green::hub::name_helpers().size() <= before);
  });
}

TEST_CASE("M1: names are looked up side by side") {
  green::run([]() -> green::task<> {
    int found = 0;
    const auto asks = [&found]() -> green::task<> {
      addrinfo* list = nullptr;
      CHECK(co_await green::getaddrinfo("localhost", "http", nullptr, &list) ==
            0);
      green::freeaddrinfo(list);
      ++found;
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 100; ++i) all.push_back(green::spawn(asks));
    co_await green::joinall(all);
    CHECK(found == 100);
  });
}

TEST_CASE("no look-up waits for the answer to another") {
  green::run([]() -> green::task<> {
    int found = 0;
    const auto asks = [&found]() -> green::task<> {
      addrinfo* list = nullptr;
      if (co_await green::getaddrinfo("slow", "80", nullptr, &list) == 0) {
        green::freeaddrinfo(list);
        ++found;
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < slow_names; ++i) all.push_back(green::spawn(asks));
    co_await green::joinall(all);
    CHECK(found == slow_names);
  });
}

TEST_CASE("a look-up that is abandoned is dropped") {
  green::run([]() -> green::task<> {
    const auto asks = []() -> green::task<> {
      addrinfo* list = nullptr;
      std::string name = "localhost";  // gone before the helper asks
      co_await green::getaddrinfo(name.c_str(), "http", nullptr, &list);
      green::freeaddrinfo(list);
    };
    const auto asks_more = []() -> green::task<> {
      const sockaddr_in local = ipv4("127.0.0.1", 80);
      char host[100];
      co_await green::getnameinfo(reinterpret_cast<const sockaddr*>(&local),
                                  sizeof local, host, 100, nullptr, 0, 0);
      co_await green::gethostbyname("localhost");
      const in_addr address{htonl(INADDR_LOOPBACK)};
      co_await green::gethostbyaddr(&address, sizeof address, AF_INET);
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 30; ++i) {
      all.push_back(green::spawn(asks));
      all.push_back(green::spawn(asks_more));
    }
    co_await green::sleep();
    co_await green::killall(all);
    co_await green::core::timed<green::hub::offload::idle_wait, void>(
        green::hub::name_helpers());
  });
}

TEST_CASE("what gethostbyname gives is the green thread's own") {
  green::run([]() -> green::task<> {
    const hostent* const mine = co_await green::gethostbyname("10.0.0.1");
    REQUIRE(mine != nullptr);
    const std::string before = in_words(mine);
    const auto asks = []() -> green::task<> {
      const hostent* const other = co_await green::gethostbyname("10.0.0.2");
      REQUIRE(other != nullptr);
      CHECK(in_words(other).ends_with(".10.0.0.2"));
    };
    co_await green::spawn(asks).join();
    CHECK(in_words(mine) == before);
    const hostent* const again = co_await green::gethostbyname("10.0.0.3");
    CHECK(again == mine);  // the next call's result takes its place
    CHECK(in_words(again).ends_with(".10.0.0.3"));
    CHECK(co_await green::gethostbyname("") == nullptr);
    CHECK(h_errno != 0);
  });
}
