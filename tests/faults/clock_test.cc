// SPDX-License-Identifier: MIT
// The wall clock is set while green threads sleep: moved by two seconds for a
// moment, where that is allowed, and only when GREEN_SET_CLOCK=1 asks for it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/timex.h>
#include <time.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/time.h"
#include "green/timeout.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr int step = 2;

// By so much, whoever else moves it, too.
bool move_clock(int seconds) {
  timex by{};
  by.modes = ADJ_SETOFFSET;
  by.time.tv_sec = seconds;
  return ::clock_adjtime(CLOCK_REALTIME, &by) >= 0;
}

bool may_move_clock() {
  if (std::getenv("GREEN_SET_CLOCK") != nullptr && move_clock(0)) return true;
  MESSAGE("the clock may not be set, or GREEN_SET_CLOCK=1 did not ask for it");
  return false;
}

// Moved for as long as it lives; alone on this machine.
class moved_clock {
 public:
  explicit moved_clock(int seconds)
      : alone_(::open("/tmp/green-clock.lock", O_CREAT | O_RDWR | O_CLOEXEC,
                      0666)) {
    ::flock(alone_, LOCK_EX);
    if (move_clock(seconds)) by_ = seconds;
  }
  moved_clock(const moved_clock&) = delete;
  moved_clock& operator=(const moved_clock&) = delete;
  ~moved_clock() { back(); }

  bool moved() const noexcept { return by_ != 0; }
  void back() noexcept {
    if (by_ != 0) move_clock(-by_);
    by_ = 0;
  }

 private:
  tests::descriptor alone_;
  int by_ = 0;
};

task<> sleep_until_wall(system_clock::time_point end) {
  const auto since = end.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  timespec until{};
  until.tv_sec = seconds.count();
  until.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
  CHECK(co_await green::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until,
                                        nullptr) == 0);
  CHECK(system_clock::now() >= end);
}

}  // namespace

TEST_CASE("a step forward ends a sleep by the wall clock, and no other") {
  if (!may_move_clock()) return;
  green::run([]() -> task<> {
    std::string order;
    const auto steady = green::spawn([&order]() -> task<> {
      co_await green::sleep(std::chrono::seconds(step));
      order += "steady ";
    });
    const auto wall = green::spawn([&order]() -> task<> {
      co_await sleep_until_wall(system_clock::now() +
                                std::chrono::seconds(step));
      order += "wall ";
    });
    co_await tests::others_wait();
    {
      const moved_clock forward(step);
      REQUIRE(forward.moved());
      co_await wall.get();
    }
    co_await steady.get();
    CHECK(order == "wall steady ");
  });
}

TEST_CASE("a step back holds up no steady sleep and no timeout") {
  if (!may_move_clock()) return;
  green::run([]() -> task<> {
    const auto before = system_clock::now();
    const auto start = steady_clock::now();
    moved_clock back(-step);
    REQUIRE(back.moved());
    co_await green::sleep(20ms);
    CHECK(steady_clock::now() - start >= 20ms);
    const auto waits = []() -> task<> { co_await green::sleep(1h); };
    CHECK_THROWS_AS(co_await green::with_timeout(20ms, waits),
                    green::timed_out);
    CHECK(steady_clock::now() - start >= 40ms);
    // By the wall clock they have ended before they began.
    CHECK((system_clock::now() < before ||
           steady_clock::now() - start > std::chrono::seconds(step)));
  });
}

TEST_CASE("a sleep by the wall clock is as long as a step back makes it") {
  if (!may_move_clock()) return;
  green::run([]() -> task<> {
    const auto end = system_clock::now() + 50ms;
    bool over = false;
    const auto wall = green::spawn([end, &over]() -> task<> {
      co_await sleep_until_wall(end);
      over = true;
    });
    co_await tests::others_wait();
    moved_clock back(-step);
    REQUIRE(back.moved());
    co_await green::sleep(100ms);
    CHECK((!over || system_clock::now() >= end));
    back.back();
    co_await wall.get();
  });
}
