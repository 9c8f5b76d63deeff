// SPDX-License-Identifier: MIT
// Kills and timeouts against recv and send, 10,000 rounds each: every byte
// comes once and in order.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/hub/race.h"
#include "tests/support/descriptors.h"

namespace {

using green::task;
using tests::how;
using tests::race;
using tests::socket_pair;

// The byte at each place of a stream.
char byte_at(std::size_t place) { return static_cast<char>(place % 251); }

// The other end of a stream: checks that every byte comes once and in order.
struct stream_end {
  void take(const char* bytes, ssize_t count) {
    for (ssize_t i = 0; i < count; ++i) {
      if (bytes[i] != byte_at(received++)) ++wrong;
    }
  }
  // All that is there now, with plain calls.
  void drain(int fd) {
    std::array<char, 4096> part;
    for (;;) {
      const ssize_t n = ::recv(fd, part.data(), part.size(), MSG_DONTWAIT);
      if (n <= 0) return;
      take(part.data(), n);
    }
  }
  std::size_t received = 0;
  std::size_t wrong = 0;
};

std::string stream(std::size_t from, std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = byte_at(from + i);
  return text;
}

void race_recv(how way) {
  socket_pair pair;
  stream_end end;
  std::size_t sent = 0;
  race r(way, 1);
  r.call = [&]() -> task<> {
    std::array<char, 8> buffer{};
    const ssize_t n =
        co_await green::recv(pair.a.get(), buffer.data(), buffer.size(), 0);
    end.take(buffer.data(), n);
  };
  r.act = [&] {
    const std::string text = stream(sent, 1 + r.luck.below(12));
    CHECK(::send(pair.b.get(), text.data(), text.size(), 0) ==
          static_cast<ssize_t>(text.size()));
    sent += text.size();
  };
  r.after = [&] { end.drain(pair.a.get()); };
  r.run();
  CHECK(end.received == sent);
  CHECK(end.wrong == 0);
}

void race_send(how way) {
  socket_pair pair;
  const int small = 4096;
  ::setsockopt(pair.a.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  stream_end end;
  std::size_t sent = 0;
  int parts = 0;
  race r(way, 2);
  r.call = [&]() -> task<> {
    const std::string text = stream(sent, 1 + r.luck.below(12'000));
    const ssize_t n =
        co_await green::send(pair.a.get(), text.data(), text.size(), 0);
    sent += static_cast<std::size_t>(n);
    if (n < static_cast<ssize_t>(text.size())) ++parts;
    co_await green::sleep();  // what met a part is thrown here
  };
  r.act = [&] { end.drain(pair.b.get()); };
  r.drive = [&]() -> task<> {
    // One who sends much needs one who reads until the end.
    for (; !r.over; co_await green::sleep()) end.drain(pair.b.get());
  };
  r.after = [&] { end.drain(pair.b.get()); };
  r.run();
  CHECK(parts > 0);
  CHECK(end.received == sent);
  CHECK(end.wrong == 0);
}

}  // namespace

TEST_CASE("kill against recv") { race_recv(how::kill); }
TEST_CASE("timeout against recv") { race_recv(how::timeout); }
TEST_CASE("kill against send") { race_send(how::kill); }
TEST_CASE("timeout against send") { race_send(how::timeout); }

TEST_CASE("kills and timeouts against data of another thread") {
  constexpr std::size_t total = 30'000;
  socket_pair pair;
  std::thread outside([&] {
    tests::chance luck(6);
    for (std::size_t sent = 0; sent < total;) {
      const std::string text =
          stream(sent, std::min<std::size_t>(1 + luck.below(40), total - sent));
      CHECK(::send(pair.b.get(), text.data(), text.size(), 0) ==
            static_cast<ssize_t>(text.size()));
      sent += text.size();
      if (luck.below(4) == 0) std::this_thread::yield();
    }
  });
  stream_end end;
  green::run([&]() -> task<> {
    tests::chance luck(7);
    while (end.received < total) {
      const auto reader = green::spawn([&]() -> task<> {
        std::array<char, 16> buffer{};
        try {
          const green::timeout limit(luck.moment());
          for (;;) {
            const ssize_t n = co_await green::recv(pair.a.get(), buffer.data(),
                                                   buffer.size(), 0);
            end.take(buffer.data(), n);
          }
        } catch (const green::timed_out&) {
        }
      });
      co_await green::sleep(luck.moment());
      co_await reader.kill();
    }
  });
  outside.join();
  CHECK(end.received == total);
  CHECK(end.wrong == 0);
}

TEST_CASE("kills by another thread against data") {
  socket_pair pair;
  stream_end end;
  std::size_t sent = 0;
  green::run([&]() -> task<> {
    for (int round = 0; round < 1000; ++round) {
      const auto reader = green::spawn([&]() -> task<> {
        std::array<char, 8> buffer{};
        const ssize_t n =
            co_await green::recv(pair.a.get(), buffer.data(), buffer.size(), 0);
        end.take(buffer.data(), n);
      });
      std::thread killer([&] { reader.kill_nowait(); });
      co_await green::sleep();
      const std::string text = stream(sent, 5);
      CHECK(::send(pair.b.get(), text.data(), text.size(), 0) == 5);
      sent += text.size();
      co_await reader.join();
      killer.join();
      end.drain(pair.a.get());
    }
  });
  CHECK(end.received == sent);
  CHECK(end.wrong == 0);
}
