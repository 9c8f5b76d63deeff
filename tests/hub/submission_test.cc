// SPDX-License-Identifier: MIT
// More requests, cancels and completions at once than the ring has room for
// (256 submissions, 1024 completions): none is lost.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::socket_pair;

constexpr std::size_t pairs = 50;
constexpr std::size_t each = 100;  // who wait on each socket
constexpr std::size_t all_waits = pairs * each;

struct crowd {
  crowd() : sockets(pairs), got(all_waits, -2), bytes(all_waits, 0) {
    for (std::size_t i = 0; i < all_waits; ++i) {
      waits.push_back(green::spawn([this, i]() -> task<> {
        const int fd = sockets[i % pairs].a.get();
        got[i] = co_await green::recv(fd, &bytes[i], 1, 0);
      }));
    }
  }

  // Sends `count` bytes to each socket, with plain calls.
  void feed(std::size_t count) {
    std::string text(count, ' ');
    for (std::size_t i = 0; i < count; ++i) {
      text[i] = static_cast<char>(i + 1);
    }
    for (const socket_pair& pair : sockets) {
      CHECK(::send(pair.b.get(), text.data(), count, 0) ==
            static_cast<ssize_t>(count));
    }
  }

  std::size_t received() const {
    return static_cast<std::size_t>(std::ranges::count(got, 1));
  }

  // What is left in the sockets.
  std::size_t left() const {
    std::size_t sum = 0;
    std::array<char, each> buffer{};
    for (const socket_pair& pair : sockets) {
      const ssize_t n =
          ::recv(pair.a.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n > 0) sum += static_cast<std::size_t>(n);
    }
    return sum;
  }

  // Has each byte of each socket come once?
  bool complete() const {
    for (std::size_t p = 0; p < pairs; ++p) {
      std::array<bool, each + 1> seen{};
      for (std::size_t i = p; i < all_waits; i += pairs) {
        const auto byte = static_cast<std::size_t>(bytes[i]);
        if (byte < 1 || byte > each || seen[byte]) return false;
        seen[byte] = true;
      }
    }
    return true;
  }

  std::vector<socket_pair> sockets;
  std::vector<ssize_t> got;
  std::vector<char> bytes;
  std::vector<green::greenlet<>> waits;
};

}  // namespace

TEST_CASE("five thousand waits begun and killed in one turn each") {
  green::run([]() -> task<> {
    crowd c;
    co_await green::sleep();
    for (const auto& g : c.waits) g.kill_nowait();
    co_await green::joinall(c.waits);
    CHECK(std::ranges::count_if(c.waits, [](const auto& g) {
            return g.was_killed();
          }) == static_cast<std::ptrdiff_t>(all_waits));
    CHECK(c.received() == 0);
    c.feed(each);
    CHECK(c.left() == all_waits);
  });
}

TEST_CASE("five thousand waits killed once the kernel has them all") {
  green::run([]() -> task<> {
    crowd c;
    co_await green::sleep(5ms);
    co_await green::killall(c.waits);
    CHECK(c.received() == 0);
    c.feed(each);
    CHECK(c.left() == all_waits);
  });
}

TEST_CASE("data for five thousand waits in one turn") {
  green::run([]() -> task<> {
    crowd c;
    SUBCASE("once the kernel has them") { co_await green::sleep(5ms); }
    SUBCASE("before they have begun") {}
    SUBCASE("in the turn in which they begin") { co_await green::sleep(); }
    c.feed(each);
    co_await green::joinall(c.waits);
    CHECK(c.received() == all_waits);
    CHECK(c.complete());
  });
}

TEST_CASE("data for some, kills for others, in one turn: no byte is lost") {
  green::run([]() -> task<> {
    crowd c;
    co_await green::sleep(5ms);
    c.feed(each / 2);
    for (std::size_t i = 0; i < all_waits; i += 3) c.waits[i].kill_nowait();
    SUBCASE("the others are killed later") {
      co_await green::sleep(5ms);
      co_await green::killall(c.waits);
      CHECK(c.received() + c.left() == all_waits / 2);
    }
    SUBCASE("the others get the rest") {
      // Two thirds wait still, and half of the bytes have been sent.
      co_await green::sleep(5ms);
      c.feed(each / 2);
      for (const socket_pair& pair : c.sockets) {
        ::shutdown(pair.b.get(), SHUT_WR);
      }
      co_await green::joinall(c.waits);
      CHECK(c.received() + c.left() == all_waits);
    }
  });
}

TEST_CASE("a kill and a close for each of five thousand waits") {
  green::run([]() -> task<> {
    crowd c;
    co_await green::sleep(5ms);
    for (std::size_t i = 0; i < all_waits; i += 2) c.waits[i].kill_nowait();
    for (socket_pair& pair : c.sockets) {
      const int fd = pair.a.release();
      green::spawn([fd]() -> task<> { CHECK(co_await green::close(fd) == 0); });
    }
    co_await green::joinall(c.waits);
    CHECK(c.received() == 0);
    CHECK(std::ranges::count_if(c.waits, [](const auto& g) {
            return g.was_killed();
          }) <= static_cast<std::ptrdiff_t>(all_waits / 2));
  });
}

TEST_CASE("five thousand waits are unwound at the end of run") {
  crowd* c = nullptr;
  green::run([&]() -> task<> {
    c = new crowd;
    co_await green::sleep();
  });
  CHECK(c->received() == 0);
  CHECK(std::ranges::all_of(c->waits,
                            [](const auto& g) { return g.was_killed(); }));
  c->feed(each);
  CHECK(c->left() == all_waits);
  delete c;
}

TEST_CASE("thousands of completions pile up while the hub is busy") {
  green::run([]() -> task<> {
    crowd c;
    co_await green::sleep(5ms);
    for (int round = 0; round < 10; ++round) {
      // No look at the kernel between these: this thread does not await.
      c.feed(each / 10);
    }
    co_await green::joinall(c.waits);
    CHECK(c.received() == all_waits);
  });
}

TEST_CASE("five thousand sends and recvs in one turn") {
  green::run([]() -> task<> {
    crowd c;
    std::vector<green::greenlet<>> senders;
    std::size_t sent = 0;
    for (std::size_t i = 0; i < all_waits; ++i) {
      senders.push_back(green::spawn([&, i]() -> task<> {
        const char byte = static_cast<char>(i / pairs + 1);
        const int fd = c.sockets[i % pairs].b.get();
        if (co_await green::send(fd, &byte, 1, 0) == 1) ++sent;
      }));
    }
    co_await green::joinall(senders);
    co_await green::joinall(c.waits);
    CHECK(sent == all_waits);
    CHECK(c.received() == all_waits);
    CHECK(c.complete());
  });
}

TEST_CASE("a thousand rounds of waits begun and killed at once") {
  green::run([]() -> task<> {
    socket_pair pair;
    for (int round = 0; round < 1000; ++round) {
      std::vector<green::greenlet<>> few;
      std::array<char, 8> bytes{};
      for (char& byte : bytes) {
        few.push_back(green::spawn([&byte, &pair]() -> task<> {
          co_await green::recv(pair.a.get(), &byte, 1, 0);
        }));
      }
      if (round % 2 == 0) co_await green::sleep();
      co_await green::killall(few);
    }
    CHECK(::send(pair.b.get(), "k", 1, 0) == 1);
    char byte = 0;
    CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == 1);
    CHECK(byte == 'k');
  });
}
