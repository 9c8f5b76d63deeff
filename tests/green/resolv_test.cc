// SPDX-License-Identifier: MIT
// The resolver asks a server of the test's own.
#include "green/resolv.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <doctest/doctest.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/entries.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::check_same;
using tests::task_of;
using tests::words;

static_assert(tests::mirrors(green::res_query, ::res_query));
static_assert(tests::mirrors(green::res_search, ::res_search));
static_assert(tests::mirrors(green::res_querydomain, ::res_querydomain));
static_assert(tests::mirrors(green::res_send, ::res_send));
static_assert(tests::mirrors(green::res_nquery, ::res_nquery));
static_assert(tests::mirrors(green::res_nsearch, ::res_nsearch));
static_assert(tests::mirrors(green::res_nquerydomain, ::res_nquerydomain));
static_assert(tests::mirrors(green::res_nsend, ::res_nsend));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call res_query = &::res_query;
  static constexpr tests::blocking_call res_search = &::res_search;
  static constexpr tests::blocking_call res_querydomain = &::res_querydomain;
  static constexpr tests::blocking_call res_send = &::res_send;
  static constexpr tests::blocking_call res_nquery = &::res_nquery;
  static constexpr tests::blocking_call res_nsearch = &::res_nsearch;
  static constexpr tests::blocking_call res_nquerydomain = &::res_nquerydomain;
  static constexpr tests::blocking_call res_nsend = &::res_nsend;
};

struct mirror : tests::green_side {
  static constexpr auto res_query = &green::res_query;
  static constexpr auto res_search = &green::res_search;
  static constexpr auto res_querydomain = &green::res_querydomain;
  static constexpr auto res_send = &green::res_send;
  static constexpr auto res_nquery = &green::res_nquery;
  static constexpr auto res_nsearch = &green::res_nsearch;
  static constexpr auto res_nquerydomain = &green::res_nquerydomain;
  static constexpr auto res_nsend = &green::res_nsend;
};

// Knows one address for each name that begins with "a". There is none that
// begins with "n", and it says nothing of one that begins with "s".
class name_server {
 public:
  name_server() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any = tests::ipv4(0, "127.0.0.1").in;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&any), sizeof any) ==
            0);
    socklen_t length = sizeof address_;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &length);
    thread_ = std::thread([this] { serve(); });
  }
  ~name_server() {
    ::sendto(socket_, "", 1, 0, reinterpret_cast<const sockaddr*>(&address_),
             sizeof address_);
    thread_.join();
  }

  /// Makes a resolver ask this server, and no name but that which is given.
  void use_for(struct __res_state& state) const {
    state.nscount = 1;
    state.nsaddr_list[0] = address_;
    state.retrans = 1;
    state.retry = 1;
    state.options = RES_INIT | RES_RECURSE;
  }

 private:
  using bytes = std::vector<unsigned char>;

  void serve() {
    for (;;) {
      bytes packet(600);
      sockaddr_in from{};
      socklen_t length = sizeof from;
      auto* const sender = reinterpret_cast<sockaddr*>(&from);
      const ssize_t size =
          ::recvfrom(socket_, packet.data(), packet.size(), 0, sender, &length);
      if (size < 16) return;
      packet.resize(std::size_t(size));
      const unsigned char first = packet[13];
      if (first == 's') continue;
      answer(packet, first == 'a');
      ::sendto(socket_, packet.data(), packet.size(), 0, sender, length);
    }
  }

  static void answer(bytes& packet, bool known) {
    packet[2] |= 0x80;                // it is an answer
    packet[3] = known ? 0x80 : 0x83;  // NXDOMAIN
    if (!known) return;
    packet[7] = 1;
    // Of the name in the question: A, IN, for 60 s, 10.1.2.3.
    for (const int byte :
         {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 1, 2, 3})
      packet.push_back(static_cast<unsigned char>(byte));
  }

  tests::descriptor socket_;
  sockaddr_in address_{};
  std::thread thread_;
};

// The number of the question is chance.
std::string in_words(int result, const unsigned char* answer) {
  std::string out = std::to_string(result);
  if (result < 0) return out + " " + std::to_string(h_errno);
  for (int i = 2; i < result; ++i) out += "." + std::to_string(answer[i]);
  return out;
}

constexpr int size = 512;

template <class S>
task_of<S> by_thread(words& out, const name_server& server) {
  REQUIRE(::res_init() == 0);
  server.use_for(_res);
  unsigned char answer[size] = "";
  const auto add = [&](int result) { out.push_back(in_words(result, answer)); };
  add(co_await S::res_query("a.test", C_IN, T_A, answer, size));
  add(co_await S::res_query("none.test", C_IN, T_A, answer, size));
  out.push_back(std::to_string(answer[3] & 0xf));  // said in the answer, too
  add(co_await S::res_query("a.test", C_IN, T_A, answer, 40));
  add(co_await S::res_query("a..test", C_IN, T_A, answer, size));
  add(co_await S::res_search("a.test", C_IN, T_A, answer, size));
  add(co_await S::res_search("none.test", C_IN, T_A, answer, size));
  add(co_await S::res_querydomain("a", "test", C_IN, T_A, answer, size));
  add(co_await S::res_querydomain("none", "test", C_IN, T_A, answer, size));
  unsigned char question[size];
  const int length = green::res_mkquery(QUERY, "a.test", C_IN, T_A, nullptr, 0,
                                        nullptr, question, size);
  add(length > 0 ? 0 : -1);
  add(co_await S::res_send(question, length, answer, size));
  _res.retry = 0;  // nobody is asked
  add(co_await S::res_send(question, length, answer, size));
  green::res_nclose(&_res);
}

template <class S>
task_of<S> by_state(words& out, const name_server& server) {
  struct __res_state state{};
  REQUIRE(green::res_ninit(&state) == 0);
  server.use_for(state);
  unsigned char answer[size] = "";
  const auto add = [&](int result) {
    out.push_back(in_words(result, answer));
    out.push_back(result < 0 ? std::to_string(state.res_h_errno) : "");
  };
  add(co_await S::res_nquery(&state, "a.test", C_IN, T_A, answer, size));
  add(co_await S::res_nquery(&state, "none.test", C_IN, T_A, answer, size));
  add(co_await S::res_nsearch(&state, "a.test", C_IN, T_A, answer, size));
  add(co_await S::res_nquerydomain(&state, "a", "test", C_IN, T_A, answer,
                                   size));
  unsigned char question[size];
  const int length = green::res_nmkquery(&state, QUERY, "none.test", C_IN, T_A,
                                         nullptr, 0, nullptr, question, size);
  add(co_await S::res_nsend(&state, question, length, answer, size));
  green::res_nclose(&state);
}

}  // namespace

TEST_CASE("answers are those of the C library") {
  const name_server server;
  const auto ask = [&server](words& out) {
    return by_thread<mirror>(out, server);
  };
  const auto ask_original = [&server](words& out) {
    return by_thread<original>(out, server);
  };
  check_same(ask, ask_original);
}

TEST_CASE("answers to a state of the caller's are those of the C library") {
  const name_server server;
  const auto ask = [&server](words& out) {
    return by_state<mirror>(out, server);
  };
  const auto ask_original = [&server](words& out) {
    return by_state<original>(out, server);
  };
  check_same(ask, ask_original);
}

TEST_CASE("names are looked up side by side") {
  const name_server server;
  green::run([&server]() -> green::task<> {
    REQUIRE(::res_init() == 0);
    server.use_for(_res);
    int found = 0;
    const auto asks = [&found]() -> green::task<> {
      unsigned char answer[size];
      if (co_await green::res_query("a.test", C_IN, T_A, answer, size) > 0) {
        ++found;
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 20; ++i) all.push_back(green::spawn(asks));
    co_await green::joinall(all);
    CHECK(found == 20);
    green::res_nclose(&_res);
  });
}

TEST_CASE("a question is abandoned by a kill and by a timeout") {
  const name_server server;
  green::run([&server]() -> green::task<> {
    REQUIRE(::res_init() == 0);
    server.use_for(_res);
    const auto asks = []() -> green::task<> {
      std::vector<unsigned char> answer(size);  // gone before the helper ends
      const std::string name = "silent.test";
      for (;;) {
        co_await green::res_query(name.c_str(), C_IN, T_A, answer.data(), size);
        co_await green::res_search(name.c_str(), C_IN, T_A, answer.data(),
                                   size);
      }
    };
    co_await tests::check_interruptible(asks);
    co_await tests::look_ups_end();
    green::res_nclose(&_res);
  });
}

TEST_CASE("a kill waits for the end of a question with a state") {
  const name_server server;
  green::run([&server]() -> green::task<> {
    struct __res_state state{};
    REQUIRE(green::res_ninit(&state) == 0);
    server.use_for(state);
    int result = 0;
    const auto asks = [&]() -> green::task<> {
      unsigned char answer[size];
      result = co_await green::res_nquery(&state, "silent.test", C_IN, T_A,
                                          answer, size);
    };
    const auto asking = co_await tests::started(asks);
    co_await asking.kill();
    CHECK(result == -1);  // its end has come
    CHECK(state.res_h_errno == TRY_AGAIN);
    green::res_nclose(&state);
  });
}
