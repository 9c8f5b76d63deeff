// SPDX-License-Identifier: MIT
// Kills and timeouts against completions, 10,000 rounds each: no byte and no
// descriptor is lost, and no memory used after its end.
#include <doctest/doctest.h>
#include <sys/un.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "green/core/deadline.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::socket_pair;
using tests::unique_fd;

constexpr int rounds = 10'000;

enum class how { kill, timeout };

// Who interrupts, and when: by seed, so that a failure can be had again.
class chance {
 public:
  explicit chance(unsigned seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  /// From no time at all to a few trips through the kernel.
  std::chrono::nanoseconds moment() {
    return std::chrono::nanoseconds(1 << below(15));
  }

  task<> pause() {
    switch (below(4)) {
      case 0:
        break;
      case 1:
        co_await green::sleep();
        break;
      case 2:
        co_await green::sleep();
        co_await green::sleep();
        break;
      default:
        co_await green::sleep(moment());
    }
  }

 private:
  std::minstd_rand random_;
};

// One round: `call` waits in a green thread of its own, `act` is what ends the
// wait by itself, and an interrupt comes at about the same time.
task<> race(how way, chance& luck, const std::function<task<>()>& call,
            const std::function<void()>& act) {
  const auto limit =
      way == how::timeout ? green::deadline(luck.moment()) : tests_never();
  const auto waits = green::spawn([&call, limit]() -> task<> {
    try {
      const green::timeout guard(limit);
      co_await call();
    } catch (const green::timed_out&) {
    }
  });
  co_await luck.pause();
  const bool act_first = luck.below(2) == 0;
  if (act_first) act();
  if (luck.below(2) == 0) co_await luck.pause();
  if (way == how::kill) waits.kill_nowait();
  if (!act_first) act();
  co_await waits.join();
}

}  // namespace
