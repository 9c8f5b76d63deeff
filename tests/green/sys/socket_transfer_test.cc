// SPDX-License-Identifier: MIT
// What flows both ways, how it ends, and what an end does to who waits.
#include <doctest/doctest.h>
#include <poll.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::ipv4;
using tests::task_of;

namespace {

template <class S>
task_of<S> receive_all(int fd, std::string& into) {
  char data[4096];
  for (;;) {
    const ssize_t n = co_await S::recv(fd, data, sizeof data, 0);
    if (n <= 0) break;
    into.append(data, size_t(n));
  }
}

template <class S>
task_of<S> echo(int listener) {
  const descriptor fd(co_await S::accept(listener, nullptr, nullptr));
  char data[100];
  for (;;) {
    const ssize_t n = co_await S::recv(fd, data, sizeof data, 0);
    if (n <= 0) break;
    CHECK(co_await S::send(fd, data, size_t(n), 0) == n);
  }
}

template <class S>
task_of<S> talk(ipv4 there, int number, int& equal) {
  const descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  CHECK(co_await S::connect(fd, there.get(), there.length) == 0);
  for (int i = 0; i < 200; ++i) {
    const std::string said =
        std::to_string(number) + "/" + std::to_string(i) + "\n";
    std::string heard(said.size(), '\0');
    co_await S::send(fd, said.data(), said.size(), 0);
    co_await S::recv(fd, heard.data(), heard.size(), MSG_WAITALL);
    equal += heard == said;
  }
}

int broken_pipes = 0;

}  // namespace

TEST_CASE_TEMPLATE("50 connections, 200 messages each", S, SIDES) {  // L1
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    const ipv4 there = tests::local_address(listener);
    const int at = listener;
    std::vector<typename S::thread> all;
    std::vector<int> equal(50);
    for (int i = 0; i < 50; ++i) {
      all.emplace_back(&echo<S>, at);
      all.emplace_back(&talk<S>, there, i, std::ref(equal[size_t(i)]));
    }
    for (auto& one : all) co_await one.join();
    CHECK(equal == std::vector<int>(50, 200));
  });
}

TEST_CASE_TEMPLATE("a big send sends everything", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool tcp : {true, false}) {
      auto [a, b] = tcp ? tests::tcp_pair() : tests::stream_pair();
      const std::string data = tests::pattern(20'000'000);
      std::string got;
      typename S::thread reader(&receive_all<S>, int(b), std::ref(got));
      CHECK(co_await S::send(a, data.data(), data.size(), 0) == 20'000'000);
      ::shutdown(a, SHUT_WR);
      co_await reader.join();
      CHECK((got == data));
    }
  });
}

TEST_CASE_TEMPLATE("a big sendmsg and sendto send everything", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    std::string data = tests::pattern(9'000'000);
    std::string got;
    typename S::thread reader(&receive_all<S>, int(b), std::ref(got));
    iovec parts[2] = {{data.data(), 1'000'000},
                      {data.data() + 1'000'000, 5'000'000}};
    msghdr message = {};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    CHECK(co_await S::sendmsg(a, &message, 0) == 6'000'000);
    CHECK(co_await S::sendto(a, data.data() + 6'000'000, 3'000'000, 0, nullptr,
                             0) == 3'000'000);
    ::shutdown(a, SHUT_WR);
    co_await reader.join();
    CHECK((got == data));
  });
}

TEST_CASE_TEMPLATE("a reader waits while the same socket writes", S,
                   SIDES) {  // L6
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    std::string at_a, at_b;
    typename S::thread reader(&receive_all<S>, int(a), std::ref(at_a));
    typename S::thread other(&receive_all<S>, int(b), std::ref(at_b));
    co_await S::this_thread::yield();
    const std::string data = tests::pattern(100'000);
    CHECK(co_await S::send(a, data.data(), data.size(), 0) == 100'000);
    CHECK(co_await S::send(b, "answer", 6, 0) == 6);
    ::shutdown(a, SHUT_WR);
    ::shutdown(b, SHUT_WR);
    co_await reader.join();
    co_await other.join();
    CHECK((at_b == data));
    CHECK(at_a == "answer");
  });
}

TEST_CASE_TEMPLATE("who has closed one half still receives", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    char data[10];
    CHECK(co_await S::send(a, "ask", 3, 0) == 3);
    ::shutdown(a, SHUT_WR);
    CHECK(co_await S::recv(b, data, 10, MSG_WAITALL) == 3);
    CHECK(co_await S::recv(b, data, 10, 0) == 0);
    CHECK(co_await S::send(b, "told", 4, 0) == 4);
    CHECK(co_await S::recv(a, data, 10, 0) == 4);
    CHECK(answer(co_await S::send(a, "x", 1, MSG_NOSIGNAL)) == failed(EPIPE));
  });
}

TEST_CASE_TEMPLATE("shutdown wakes who waits", S, SIDES) {  // L9
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    const int in = a;
    answer got = 99;
    typename S::thread reader([in, &got]() -> task_of<S> {
      char byte;
      got = answer(co_await S::recv(in, &byte, 1, 0));
    });
    co_await S::this_thread::yield();
    CHECK(::shutdown(a, SHUT_RD) == 0);
    co_await reader.join();
    CHECK(got == answer(0));
  });
}

TEST_CASE_TEMPLATE("shutdown of a listener ends accept", S, SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    const int at = listener;
    answer got = 99;
    typename S::thread server([at, &got]() -> task_of<S> {
      got = answer(co_await S::accept(at, nullptr, nullptr));
    });
    co_await S::this_thread::yield();
    CHECK(::shutdown(listener, SHUT_RDWR) == 0);
    co_await server.join();
    CHECK(got == failed(EINVAL));
  });
}

TEST_CASE_TEMPLATE("a closed socket is closed", S, SIDES) {  // L10, L24
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    const int fd = a.release();
    char byte;
    CHECK(co_await S::close(fd) == 0);
    const int left = tests::open_descriptors();
    CHECK(answer(co_await S::close(fd)) == failed(EBADF));
    CHECK(tests::open_descriptors() == left);
    CHECK(answer(::shutdown(fd, SHUT_RDWR)) == failed(EBADF));
    CHECK(answer(co_await S::recv(fd, &byte, 1, 0)) == failed(EBADF));
    CHECK(co_await S::recv(b, &byte, 1, 0) == 0);
  });
}

TEST_CASE_TEMPLATE("a reset is told to who waits", S, SIDES) {  // L26
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    const int in = a;
    answer first = 99, second = 99;
    typename S::thread reader([in, &first, &second]() -> task_of<S> {
      char byte;
      first = answer(co_await S::recv(in, &byte, 1, 0));
      second = answer(co_await S::recv(in, &byte, 1, 0));
    });
    co_await S::this_thread::yield();
    tests::reset_on_close(b);
    CHECK(co_await S::close(b.release()) == 0);
    co_await reader.join();
    CHECK(first == failed(ECONNRESET));
    CHECK(second == answer(0));
  });
}

TEST_CASE_TEMPLATE("a send that waits is told of the reset", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    tests::fill(a);
    const int out = a;
    answer got = 99;
    // An acknowledgement that comes late makes room again.
    typename S::thread writer([out, &got]() -> task_of<S> {
      do {
        got = answer(co_await S::send(out, "x", 1, MSG_NOSIGNAL));
      } while (got == answer(1));
    });
    co_await S::this_thread::yield();
    tests::reset_on_close(b);
    CHECK(co_await S::close(b.release()) == 0);
    co_await writer.join();
    CHECK(got == failed(ECONNRESET));
  });
}

TEST_CASE("no send raises SIGPIPE") {  // L25
  broken_pipes = 0;
  const auto old = std::signal(SIGPIPE, [](int) { ++broken_pipes; });
  green::run([]() -> green::task<> {
    auto [a, b] = tests::stream_pair();
    b.reset();
    iovec part{const_cast<char*>("x"), 1};
    mmsghdr message = {};
    message.msg_hdr.msg_iov = &part;
    message.msg_hdr.msg_iovlen = 1;
    msghdr* const one = &message.msg_hdr;
    for (const bool nonblocking : {false, true}) {
      tests::set_nonblocking(a, nonblocking);
      for (const int flags : {0, int(MSG_DONTWAIT)}) {
        CHECK(answer(co_await green::send(a, "x", 1, flags)) == failed(EPIPE));
        CHECK(answer(co_await green::sendto(a, "x", 1, flags, nullptr, 0)) ==
              failed(EPIPE));
        CHECK(answer(co_await green::sendmsg(a, one, flags)) == failed(EPIPE));
        CHECK(answer(co_await green::sendmmsg(a, &message, 1, flags)) ==
              failed(EPIPE));
      }
    }
  });
  std::signal(SIGPIPE, old);
  CHECK(broken_pipes == 0);
}

TEST_CASE("a send that is interrupted tells what it has sent") {  // L3
  tests::run_virtual([]() -> green::task<> {
    auto [a, b] = tests::tcp_pair();
    const std::string data = tests::pattern(50'000'000);
    const auto start = green::core::now();
    const green::timeout limit(100ms);
    const ssize_t sent = co_await green::send(a, data.data(), data.size(), 0);
    CHECK(sent > 0);
    CHECK(sent < 50'000'000);
    CHECK(limit.expired());
    CHECK(tests::since(start) == 100ms);
    CHECK_THROWS_AS(co_await green::sleep(), green::timed_out);
    const std::string got = tests::take(b, size_t(sent));
    CHECK((got == data.substr(0, size_t(sent))));
    CHECK(tests::drain(b) == 0);
  });
}

TEST_CASE_TEMPLATE("L18: lines that come byte by byte, then the end", S,
                   SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    const int to = b.release();
    const auto writes = [to]() -> task_of<S> {
      for (const char byte : std::string("1\n22\n333\n\n5\n")) {
        CHECK(co_await S::write(to, &byte, 1) == 1);
        co_await S::this_thread::yield();
      }
      CHECK(co_await S::close(to) == 0);
    };
    typename S::thread writer(writes);
    std::string got;
    char part[4];
    ssize_t n;
    while ((n = co_await S::read(a, part, sizeof part)) > 0) {
      got.append(part, std::size_t(n));
    }
    CHECK(n == 0);
    CHECK(got == "1\n22\n333\n\n5\n");
    co_await writer.join();
  });
}
