// SPDX-License-Identifier: MIT
//
// The frame of tests/hub/race_test.cc: a green thread waits in `call`, `act`
// is what ends the wait by itself, and a kill or a timeout comes at about the
// same time; 10,000 rounds, with the descriptors counted before and after.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <functional>
#include <random>
#include <string>

#include "green/core/green_thread.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/descriptors.h"

namespace tests {

constexpr int rounds = 10'000;

enum class how { kill, timeout };

/// By seed, so that a failure can be had again.
class chance {
 public:
  explicit chance(unsigned seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  /// From no time at all to a few trips through the kernel.
  std::chrono::nanoseconds moment() {
    return std::chrono::nanoseconds(1 << below(16));
  }

  green::task<> pause() {
    const unsigned length = below(4);
    if (length == 3) co_await green::sleep(moment());
    for (unsigned i = 0; i < length % 3; ++i) co_await green::sleep();
  }

 private:
  std::minstd_rand random_;
};

class race {
 public:
  race(how way, unsigned seed) : luck(seed), way_(way) {}

  std::function<green::task<>()> call;
  std::function<void()> act = [] {};
  std::function<void()> before = [] {};
  std::function<void()> after = [] {};
  /// Runs beside the call when there is one, until `over`.
  std::function<green::task<>()> drive;
  bool over = false;
  chance luck;

  /// All rounds. Both ends of the race must have been seen.
  void run() {
    green::run([] {});
    const int descriptors = open_descriptors();
    green::run([this]() -> green::task<> {
      for (int i = 0; i < rounds; ++i) co_await round();
    });
    CHECK(open_descriptors() == descriptors);
    CHECK(completed_ + interrupted_ + unstarted_ == rounds);
    CHECK(completed_ > 0);
    CHECK(interrupted_ > 0);
  }

 private:
  green::task<> round() {
    before();
    over = false;
    const auto waits = green::spawn([this] { return wait(); });
    const auto driver =
        drive ? green::spawn(drive)
              : green::spawn([]() -> green::task<> { co_return; });
    co_await luck.pause();
    const bool act_first = luck.below(2) == 0;
    if (act_first) act();
    if (luck.below(2) == 0) co_await luck.pause();
    if (way_ == how::kill) waits.kill_nowait();
    if (!act_first) act();
    co_await waits.join();
    if (!waits.state().started()) ++unstarted_;
    over = true;
    co_await driver.join();
    after();
  }

  green::task<> wait() {
    bool done = false;
    try {
      if (way_ == how::timeout) {
        const green::timeout guard(luck.moment());
        co_await call();
      } else {
        co_await call();
      }
      done = true;
    } catch (const green::timed_out&) {
    } catch (const green::core::killed&) {
    }
    ++(done ? completed_ : interrupted_);
  }

  how way_;
  int completed_ = 0;
  int interrupted_ = 0;
  int unstarted_ = 0;
};

/// Listens on an abstract address of AF_UNIX: no ports are used up, and a
/// connect waits while the queue is full.
struct local_listener {
  explicit local_listener(int backlog = 16) : fd(new_socket()) {
    static std::atomic<int> made = 0;
    const std::string name = "green-race-" + std::to_string(::getpid()) + "-" +
                             std::to_string(++made);
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 +
                                    name.size());
    checked(::bind(fd.get(), generic(), length), "bind");
    checked(::listen(fd.get(), backlog), "listen");
  }

  static int new_socket(int flags = 0) {
    return checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0),
                   "socket");
  }
  const sockaddr* generic() const noexcept {
    return reinterpret_cast<const sockaddr*>(&address);
  }

  /// A client; none when the queue is full.
  unique_fd connect() const {
    unique_fd client(new_socket(SOCK_NONBLOCK));
    if (::connect(client.get(), generic(), length) != 0) client.reset();
    return client;
  }
  bool accept_one() const {
    pollfd ready{.fd = fd.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 0) != 1) return false;
    return unique_fd(::accept(fd.get(), nullptr, nullptr)).get() >= 0;
  }
  std::size_t accept_all() const {
    std::size_t count = 0;
    while (accept_one()) ++count;
    return count;
  }

  unique_fd fd;
  sockaddr_un address{};
  socklen_t length = 0;
};

}  // namespace tests
