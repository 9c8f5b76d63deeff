// SPDX-License-Identifier: MIT
#include "green/core/deadline.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ratio>

#include "green/greenlet.h"
#include "tests/support/virtual_time.h"

namespace {

using green::core::deadline;
using green::core::now;
using namespace std::chrono_literals;
using std::chrono::hours;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// How far a deadline lies ahead, in virtual time, so that it is exact.
template <class Time>
std::int64_t ahead(const Time& time) {
  const tests::virtual_time scope;
  const deadline d(time);
  return d.ns() - now();
}

using float_seconds = std::chrono::duration<double>;
using thirds = std::chrono::duration<std::int64_t, std::ratio<1, 3>>;
using frames = std::chrono::duration<std::int64_t, std::ratio<1, 60>>;

}  // namespace

TEST_CASE("a duration is a deadline that far from now") {
  CHECK(ahead(1ns) == 1);
  CHECK(ahead(1ms) == 1'000'000);
  CHECK(ahead(2h) == 7'200'000'000'000);
  CHECK(ahead(hours(24 * 365 * 100)) == 3'153'600'000'000'000'000);
}

TEST_CASE("a duration between nanoseconds is rounded up") {
  using picoseconds = std::chrono::duration<std::int64_t, std::pico>;
  CHECK(deadline::nanoseconds(picoseconds(1)) == 1);
  CHECK(deadline::nanoseconds(picoseconds(1000)) == 1);
  CHECK(deadline::nanoseconds(picoseconds(1001)) == 2);
  CHECK(deadline::nanoseconds(thirds(1)) == 333'333'334);
  CHECK(deadline::nanoseconds(frames(1)) == 16'666'667);
}

TEST_CASE("durations of floating point") {
  CHECK(deadline::nanoseconds(float_seconds(0.1)) == 100'000'000);
  CHECK(deadline::nanoseconds(float_seconds(1e-12)) == 1);
  CHECK(deadline::nanoseconds(std::chrono::duration<float>(0.5F)) ==
        500'000'000);
  CHECK(deadline::nanoseconds(std::chrono::duration<double, std::milli>(1.5)) ==
        1'500'000);
}

TEST_CASE("zero and negative durations have passed") {
  CHECK(deadline(0s).ns() == deadline::past);
  CHECK(deadline(-1ns).ns() == deadline::past);
  CHECK(deadline(hours::min()).ns() == deadline::past);
  CHECK(deadline(float_seconds(-0.5)).ns() == deadline::past);
  CHECK(deadline(float_seconds(-std::numeric_limits<double>::infinity()))
            .passed());
  CHECK(deadline(0s).passed());
}

TEST_CASE("a duration too far for nanoseconds is never") {
  CHECK_FALSE(deadline(hours::max()).finite());
  CHECK_FALSE(deadline(nanoseconds::max()).finite());
  CHECK_FALSE(deadline(std::chrono::seconds::max()).finite());
  CHECK_FALSE(deadline(std::chrono::years(300)).finite());
  CHECK_FALSE(deadline(float_seconds(1e300)).finite());
  CHECK_FALSE(deadline(float_seconds(std::numeric_limits<double>::infinity()))
                  .finite());
  CHECK_FALSE(deadline(hours::max()).passed());
}

TEST_CASE("durations at the border of what fits never wrap round") {
  const double border = 9'223'372'036.854775807;
  double seconds = border;
  for (int i = 0; i < 100; ++i) seconds = std::nextafter(seconds, 0.0);
  for (int i = 0; i < 200; ++i, seconds = std::nextafter(seconds, 1e300)) {
    CHECK(deadline::nanoseconds(float_seconds(seconds)) >
          9'223'372'036'000'000'000);
  }
  CHECK(deadline::nanoseconds(nanoseconds::max() - 1ns) ==
        deadline::infinite - 1);
  CHECK(deadline::nanoseconds(std::chrono::seconds(9'223'372'036)) ==
        9'223'372'036'000'000'000);
}

TEST_CASE("far durations of odd periods don't overflow on their way") {
  constexpr std::int64_t century = 3'155'760'000;  // seconds
  CHECK(deadline::nanoseconds(thirds(3 * century)) == century * 1'000'000'000);
  CHECK(deadline::nanoseconds(frames(60 * century)) == century * 1'000'000'000);
  CHECK(deadline::nanoseconds(frames::max()) == deadline::infinite);
}

TEST_CASE("a time point is a deadline at its distance") {
  const tests::virtual_time scope;
  const auto margin = [](const deadline& d) { return d.ns() - now(); };
  const std::int64_t hour = 3'600'000'000'000;
  CHECK(margin(steady_clock::now() + 1h) <= hour);
  CHECK(margin(steady_clock::now() + 1h) > hour - hour / 60);
  CHECK(margin(system_clock::now() + 1h) <= hour);
  CHECK(margin(system_clock::now() + 1h) > hour - hour / 60);
}

TEST_CASE("time points in the past have passed") {
  CHECK(deadline(steady_clock::now()).passed());
  CHECK(deadline(steady_clock::now() - 1h).passed());
  CHECK(deadline(steady_clock::time_point::min()).passed());
  CHECK(deadline(system_clock::time_point()).passed());
  CHECK(deadline(system_clock::time_point::min()).passed());
}

TEST_CASE("time points too far for nanoseconds are never") {
  CHECK_FALSE(deadline(system_clock::time_point::max()).passed());
  CHECK_FALSE(deadline(steady_clock::time_point::max()).passed());
  using far = std::chrono::time_point<system_clock, hours>;
  CHECK_FALSE(deadline(far::max()).finite());
  CHECK(deadline(far::min()).passed());
  using days_of_float =
      std::chrono::time_point<steady_clock,
                              std::chrono::duration<double, std::ratio<86400>>>;
  CHECK_FALSE(deadline(days_of_float::max()).finite());
}

TEST_CASE("a deadline ends neither early nor at the time before it") {
  tests::run_virtual([]() -> green::task<> {
    const deadline d(1ms);
    CHECK_FALSE(d.passed());
    co_await green::sleep(999us);
    CHECK_FALSE(d.passed());
    co_await green::sleep(1us);
    CHECK(d.passed());
  });
}

TEST_CASE("never and at") {
  CHECK_FALSE(deadline::never().finite());
  CHECK_FALSE(deadline::never().passed());
  CHECK(deadline::at(5).ns() == 5);
  CHECK(deadline::at(5).passed());
  CHECK(deadline::after(5, 6) == 11);
  CHECK(deadline::after(5, deadline::infinite) == deadline::infinite);
  CHECK(deadline::after(5, deadline::infinite - 4) == deadline::infinite);
  CHECK(deadline::after(5, deadline::infinite - 6) == deadline::infinite - 1);
}
