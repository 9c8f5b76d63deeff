// SPDX-License-Identifier: MIT
// Peers that reset, stall, and send one byte at a time.
#include <doctest/doctest.h>
#include <netinet/tcp.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/sys/uio.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::descriptor;

struct ended {
  std::string got;
  ssize_t last = 0;
  int error = 0;
};

// Receives, by different calls, until the end.
task<ended> receive_all(int fd, int how) {
  ended e;
  std::array<char, 1000> data;
  const std::array<iovec, 2> parts{{{data.data(), 10}, {data.data() + 10, 90}}};
  for (;;) {
    if (how == 0) {
      e.last = co_await green::recv(fd, data.data(), data.size(), 0);
    } else if (how == 1) {
      e.last = co_await green::recv(fd, data.data(), data.size(), MSG_WAITALL);
    } else if (how == 2) {
      e.last = co_await green::read(fd, data.data(), data.size());
    } else {
      e.last = co_await green::readv(fd, parts.data(), 2);
    }
    if (e.last <= 0) break;
    e.got.append(data.data(), std::size_t(e.last));
  }
  e.error = e.last < 0 ? errno : 0;
  co_return e;
}

// Sends until an error: how much, and which.
task<ended> send_all(int fd, const std::string& data) {
  ended e;
  std::size_t at = 0;
  while (at < data.size()) {
    e.last = co_await green::send(fd, data.data() + at, data.size() - at, 0);
    if (e.last < 0) break;
    at += std::size_t(e.last);
  }
  e.error = e.last < 0 ? errno : 0;
  e.got = data.substr(0, at);
  co_return e;
}

bool of_a_reset(int error) { return error == ECONNRESET || error == EPIPE; }

}  // namespace

TEST_CASE("peers that reset while they are received from") {
  const int before = tests::open_descriptors();
  green::run([] {});
  green::run([]() -> task<> {
    const std::string text = tests::pattern(50'000);
    std::mt19937 luck(1);
    for (int round = 0; round < 100; ++round) {
      auto [a, b] = tests::tcp_pair();
      const auto receiver = green::spawn(receive_all, int(a), round % 4);
      co_await tests::others_wait();
      const std::size_t length = luck() % text.size();
      CHECK(co_await green::send(b, text.data(), length, 0) ==
            static_cast<ssize_t>(length));
      for (unsigned turns = luck() % 4; turns != 0; --turns) {
        co_await green::sleep();
      }
      tests::reset_on_close(b);
      CHECK(co_await green::close(b.release()) == 0);
      const ended e = co_await receiver.get();
      // The reset may come behind a part: then the part is told, and the end.
      CHECK((e.last == 0 || of_a_reset(e.error)));
      CHECK((text.substr(0, e.got.size()) == e.got));
      CHECK(e.got.size() <= length);
    }
  });
  CHECK(tests::open_descriptors() <= before + 5);
}

TEST_CASE("peers that reset while they are sent to") {
  green::run([]() -> task<> {
    const std::string text = tests::pattern(40'000'000);
    for (int round = 0; round < 20; ++round) {
      auto [a, b] = tests::tcp_pair();
      const auto sender = green::spawn(send_all, int(a), std::cref(text));
      co_await tests::others_wait();
      std::string part(std::size_t(round) * 1000 + 1, ' ');
      CHECK(co_await green::recv(b, part.data(), part.size(), MSG_WAITALL) ==
            static_cast<ssize_t>(part.size()));
      CHECK((text.substr(0, part.size()) == part));
      tests::reset_on_close(b);
      CHECK(co_await green::close(b.release()) == 0);
      const ended e = co_await sender.get();
      CHECK(of_a_reset(e.error));
      CHECK(e.got.size() >= part.size());
      CHECK(e.got.size() < text.size());
    }
  });
}

TEST_CASE("a peer that stalls is given up, and nothing is lost") {
  green::run([]() -> task<> {
    auto [a, b] = tests::tcp_pair();
    const std::string text = tests::pattern(12'000'000);
    std::size_t sent = 0;
    int given_up = 0;
    // Who sends gives up again and again; who receives stalls in between.
    const auto receiver = green::spawn([fd = int(b)]() -> task<std::string> {
      std::string got, piece(1'000'000, ' ');
      for (;;) {
        co_await green::sleep(3ms);
        const ssize_t n =
            co_await green::recv(fd, piece.data(), piece.size(), 0);
        if (n <= 0) break;
        got.append(piece, 0, std::size_t(n));
      }
      co_return got;
    });
    while (sent < text.size()) {
      try {
        const green::timeout patience(1ms);
        const ssize_t n =
            co_await green::send(a, text.data() + sent, text.size() - sent, 0);
        if (n > 0) sent += std::size_t(n);
        co_await green::sleep();  // what met a part is thrown here
      } catch (const green::timed_out&) {
        ++given_up;
      }
    }
    ::shutdown(a, SHUT_WR);
    CHECK((co_await receiver.get() == text));
    CHECK(given_up > 0);
    // The other way: nothing comes for long, then everything.
    char byte = 0;
    const auto waits = [fd = int(a), &byte]() -> task<> {
      co_await green::recv(fd, &byte, 1, 0);
    };
    for (int i = 0; i < 10; ++i) {
      CHECK_THROWS_AS(co_await green::with_timeout(1ms, waits),
                      green::timed_out);
    }
    CHECK(::send(b, "z", 1, 0) == 1);
    co_await waits();
    CHECK(byte == 'z');
  });
}

TEST_CASE("peers that send one byte at a time") {
  green::run([]() -> task<> {
    const std::string text = tests::pattern(2000);
    for (int how = 0; how < 4; ++how) {
      auto [a, b] = tests::tcp_pair();
      const int on = 1;
      ::setsockopt(b, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const auto receiver = green::spawn(receive_all, int(a), how);
      std::thread peer([&text, fd = b.release()] {
        for (const char byte : text) {
          CHECK(::send(fd, &byte, 1, 0) == 1);
          std::this_thread::yield();
        }
        ::close(fd);
      });
      const ended e = co_await receiver.get();
      peer.join();
      CHECK(e.last == 0);
      CHECK((e.got == text));
    }
  });
}
