// SPDX-License-Identifier: MIT
// Kills and timeouts against completions, 10,000 rounds each: no byte and no
// descriptor is lost, and no memory used after its end.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "green/core/scheduler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/hub/race.h"
#include "tests/support/descriptors.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::how;
using tests::local_listener;
using tests::race;
using tests::socket_pair;
using tests::unique_fd;

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
    const std::string text = stream(sent, 1 + r.luck.below(36'000));
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

void race_accept(how way) {
  local_listener server;
  std::size_t connected = 0;
  std::size_t accepted = 0;
  unique_fd client;
  race r(way, 3);
  r.call = [&]() -> task<> {
    const unique_fd got(
        co_await green::accept(server.fd.get(), nullptr, nullptr));
    if (got.get() >= 0) ++accepted;
  };
  r.act = [&] {
    client = server.connect();
    if (client.get() >= 0) ++connected;
  };
  r.after = [&] {
    accepted += server.accept_all();
    client.reset();
  };
  r.run();
  CHECK(connected == tests::rounds);
  CHECK(accepted == connected);
}

void race_connect(how way) {
  local_listener server(1);
  std::vector<unique_fd> fillers;
  std::size_t connected = 0;
  std::size_t accepted = 0;
  race r(way, 4);
  r.before = [&] {
    while (fillers.emplace_back(server.connect()).get() >= 0) continue;
    fillers.pop_back();
  };
  r.call = [&]() -> task<> {
    const unique_fd client(server.new_socket());
    if (co_await green::connect(client.get(), server.generic(),
                                server.length) == 0) {
      ++connected;
    }
  };
  r.act = [&] { accepted += server.accept_one() ? 1 : 0; };
  r.after = [&] {
    accepted += server.accept_all();
    connected += fillers.size();
    fillers.clear();
  };
  r.run();
  // A connection that a kill met may be there in spite of it.
  CHECK(accepted >= connected);
}

void race_sleep(how way) {
  race r(way, 5);
  r.call = [&]() -> task<> { co_await green::sleep(r.luck.moment()); };
  r.after = [] {
    // Only main's own timers are left, and it has none now.
    CHECK(green::core::scheduler::here()->timers().empty());
  };
  r.run();
}

}  // namespace

TEST_CASE("kill against recv") { race_recv(how::kill); }
TEST_CASE("timeout against recv") { race_recv(how::timeout); }
TEST_CASE("kill against accept") { race_accept(how::kill); }
TEST_CASE("timeout against accept") { race_accept(how::timeout); }
TEST_CASE("kill against connect") { race_connect(how::kill); }
TEST_CASE("timeout against connect") { race_connect(how::timeout); }
TEST_CASE("kill against send") { race_send(how::kill); }
TEST_CASE("timeout against send") { race_send(how::timeout); }
TEST_CASE("kill against sleep") { race_sleep(how::kill); }
TEST_CASE("timeout against sleep") { race_sleep(how::timeout); }

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
