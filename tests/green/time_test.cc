// SPDX-License-Identifier: MIT
#include "green/time.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/thread"
#include "green/timeout.h"
#include "tests/support/mirror.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;

static_assert(tests::mirrors(green::nanosleep, ::nanosleep));
static_assert(tests::mirrors(green::clock_nanosleep, ::clock_nanosleep));

namespace {

std::int64_t wall_now() {
  timespec now;
  green::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

green::task<> sleep_long() {
  const auto before = green::core::now();
  const timespec length{100, 5};
  timespec left{7, 7};
  CHECK(co_await green::nanosleep(&length, &left) == 0);
  CHECK(green::core::now() - before >= 100'000'000'005);
  CHECK(left.tv_sec == 7);
  for (const clockid_t clock :
       {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI}) {
    const auto start = green::core::now();
    CHECK(co_await green::clock_nanosleep(clock, 0, &length, nullptr) == 0);
    CHECK(green::core::now() - start >= 100'000'000'005);
  }
}

green::task<> fail_alike() {
  for (const timespec bad :
       {timespec{-1, 0}, timespec{0, -1}, timespec{0, 1'000'000'000}}) {
    errno = 0;
    CHECK(co_await green::nanosleep(&bad, nullptr) == -1);
    const int ours = errno;
    errno = 0;
    CHECK(::nanosleep(&bad, nullptr) == -1);
    CHECK(ours == errno);
    CHECK(co_await green::clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, nullptr) ==
          ::clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, nullptr));
  }
  const timespec before{-1, 0};
  CHECK(co_await green::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &before,
                                        nullptr) ==
        ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &before, nullptr));
  const timespec good{0, 1};
  for (const clockid_t clock :
       {clockid_t{99}, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
        CLOCK_MONOTONIC_COARSE, CLOCK_REALTIME_COARSE}) {
    CAPTURE(clock);
    CHECK(co_await green::clock_nanosleep(clock, 0, &good, nullptr) ==
          ::clock_nanosleep(clock, 0, &good, nullptr));
    CHECK(co_await green::clock_nanosleep(clock, 0, nullptr, nullptr) ==
          ::clock_nanosleep(clock, 0, nullptr, nullptr));
  }
  const timespec bad{0, -1};
  CHECK(co_await green::clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &bad,
                                        nullptr) ==
        ::clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &bad, nullptr));
}

green::task<> sleep_until_points() {
  timespec past{1, 0};
  for (const clockid_t clock :
       {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI}) {
    CHECK(co_await green::clock_nanosleep(clock, TIMER_ABSTIME, &past,
                                          nullptr) == 0);
  }
  const std::int64_t end = wall_now() + 2'000'000;
  const timespec soon{end / 1'000'000'000, end % 1'000'000'000};
  CHECK(co_await green::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &soon,
                                        nullptr) == 0);
  CHECK(wall_now() >= end);
}

std::int64_t processor_time() {
  timespec used;
  green::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * 1'000'000'000 + used.tv_nsec;
}

green::task<> sleep_for_processor_time() {
  const std::int64_t before = processor_time();
  const timespec length{0, 5'000'000};
  const auto sleeper =
      green::spawn(green::clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &length,
                   static_cast<timespec*>(nullptr));
  while (!sleeper.ready()) co_await green::sleep(0s);  // uses it
  CHECK(co_await sleeper.get() == 0);
  CHECK(processor_time() - before >= 5'000'000);
}

// Seconds that pass when somebody looks.
struct looked_at {
  using duration = std::chrono::seconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<looked_at>;
  static inline int looks = 0;
  static time_point now() { return time_point(duration(++looks)); }
};

green::task<> sleep_until_any_clock() {
  co_await green::this_thread::sleep_until(
      looked_at::time_point(std::chrono::seconds(10)));
  CHECK(looked_at::looks >= 10);
  using hours =
      std::chrono::time_point<std::chrono::system_clock, std::chrono::hours>;
  co_await green::this_thread::sleep_until(hours::min());
  const auto for_ever = []() -> green::task<> {
    co_await green::this_thread::sleep_until(hours::max());
  };
  const auto sleeper = green::spawn(for_ever);
  co_await green::sleep(1s);
  CHECK_FALSE(sleeper.ready());
  co_await sleeper.kill();
}

green::task<> end_sleeps() {
  const timespec hour{3600, 0};
  const timespec far{9'000'000'000, 0};
  const auto relative =
      green::spawn(green::nanosleep, &hour, static_cast<timespec*>(nullptr));
  const auto absolute =
      green::spawn(green::clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &far,
                   static_cast<timespec*>(nullptr));
  co_await green::sleep(0s);
  co_await relative.kill();
  co_await absolute.kill();
  CHECK(relative.was_killed());
  CHECK(absolute.was_killed());
  const green::timeout limit(1ms);
  try {
    co_await green::nanosleep(&hour, nullptr);
    FAIL("an hour has passed");
  } catch (const green::timed_out& e) {
    CHECK(e.from(limit));
  }
}

}  // namespace

TEST_CASE("a sleep is never early, on any clock") {
  tests::run_virtual(sleep_long);
}

TEST_CASE("bad times and clocks get the system's own errors") {
  green::run(fail_alike);
}

TEST_CASE("absolute sleeps end at their point, in the past at once") {
  green::run(sleep_until_points);
}

TEST_CASE("a kill or a timeout ends a sleep") { green::run(end_sleeps); }

TEST_CASE("a sleep on processor time ends when that much is used") {
  green::run(sleep_for_processor_time);
}

TEST_CASE("sleep_until is never early by its own clock, however far") {
  tests::run_virtual(sleep_until_any_clock);
}
