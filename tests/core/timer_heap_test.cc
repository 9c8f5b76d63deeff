// SPDX-License-Identifier: MIT
#include "green/core/timer_heap.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <vector>

namespace {

using green::core::deadline;
using green::core::timer;
using green::core::timer_heap;

struct alarm : timer {
  explicit alarm(int n, std::vector<int>& l)
      : timer(&alarm::ring), number(n), log(&l) {}
  static void ring(timer& t) {
    const alarm& self = static_cast<alarm&>(t);
    self.log->push_back(self.number);
    if (self.then) self.then();
  }
  int number;
  std::vector<int>* log;
  std::function<void()> then;
};

struct alarms {
  explicit alarms(int count) {
    for (int i = 0; i < count; ++i) all.emplace_back(i, log);
  }
  alarm& operator[](int i) { return all[static_cast<std::size_t>(i)]; }
  std::vector<int> log;
  std::deque<alarm> all;
};

using numbers = std::vector<int>;

// What a timer heap must do, done by a multimap: equals stay in their order.
struct oracle {
  using map = std::multimap<std::int64_t, int>;

  void arm(int number, std::int64_t when) {
    places[number] = times.emplace(when, number);
  }
  void cancel(int number) {
    const auto place = places.find(number);
    if (place == places.end()) return;
    times.erase(place->second);
    places.erase(place);
  }
  numbers expire(std::int64_t now) {
    numbers fired;
    while (!times.empty() && times.begin()->first <= now) {
      fired.push_back(times.begin()->second);
      cancel(fired.back());
    }
    return fired;
  }
  std::int64_t next() const {
    return times.empty() ? deadline::infinite : times.begin()->first;
  }

  map times;
  std::map<int, map::iterator> places;
};

}  // namespace

TEST_CASE("a new timer heap is empty and its next deadline is never") {
  timer_heap heap;
  CHECK(heap.empty());
  CHECK(heap.next() == deadline::infinite);
  heap.expire(deadline::infinite - 1);
}

TEST_CASE("timers fire in the order of their deadlines, once") {
  alarms a(4);
  timer_heap heap;
  heap.arm(a[0], deadline::at(30));
  heap.arm(a[1], deadline::at(10));
  heap.arm(a[2], deadline::at(20));
  heap.arm(a[3], deadline::at(40));
  CHECK(heap.next() == 10);
  CHECK(heap.when(a[3]) == 40);
  heap.expire(30);
  CHECK(a.log == numbers{1, 2, 0});
  CHECK_FALSE(a[0].armed());
  CHECK(a[3].armed());
  heap.expire(39);
  CHECK(a.log.size() == 3);
  heap.expire(40);
  CHECK(a.log == numbers{1, 2, 0, 3});
  CHECK(heap.empty());
}

TEST_CASE("equal deadlines fire in the order of arming") {
  alarms a(100);
  timer_heap heap;
  numbers expected;
  for (int i = 0; i < 100; ++i) {
    heap.arm(a[i], deadline::at(5));
    expected.push_back(i);
  }
  SUBCASE("all of them") {
    heap.expire(5);
    CHECK(a.log == expected);
  }
  SUBCASE("and after some were cancelled and armed again") {
    expected.clear();
    for (int i = 0; i < 100; i += 3) heap.cancel(a[i]);
    for (int i = 0; i < 100; i += 3) heap.arm(a[i], deadline::at(5));
    for (int i = 0; i < 100; ++i) {
      if (i % 3 != 0) expected.push_back(i);
    }
    for (int i = 0; i < 100; i += 3) expected.push_back(i);
    heap.expire(5);
    CHECK(a.log == expected);
  }
}

TEST_CASE("a timer armed without end is not armed, and cancelling is void") {
  alarms a(1);
  timer_heap heap;
  heap.arm(a[0], deadline::never());
  CHECK_FALSE(a[0].armed());
  CHECK(heap.empty());
  heap.cancel(a[0]);
  heap.arm(a[0], deadline::at(1));
  CHECK(a[0].armed());
  heap.cancel(a[0]);
  heap.cancel(a[0]);
  CHECK(heap.empty());
}

TEST_CASE("deadlines in the past, and the farthest of all") {
  alarms a(4);
  timer_heap heap;
  heap.arm(a[0], deadline::at(deadline::infinite - 1));
  heap.arm(a[1], deadline::at(deadline::past));
  heap.arm(a[2], deadline::at(-7));
  heap.arm(a[3], deadline::at(std::numeric_limits<std::int64_t>::min()));
  heap.expire(0);
  CHECK(a.log == numbers{3, 2, 1});
  heap.expire(deadline::infinite - 2);
  CHECK(a.log.size() == 3);
  heap.expire(deadline::infinite - 1);
  CHECK(a.log.back() == 0);
}

TEST_CASE("what a timer arms in its turn fires at the next call") {
  alarms a(3);
  timer_heap heap;
  a[0].then = [&] {
    heap.arm(a[0], deadline::at(1));
    a[0].then = nullptr;
  };
  heap.arm(a[0], deadline::at(1));
  heap.arm(a[1], deadline::at(1));
  heap.expire(10);
  CHECK(a.log == numbers{0, 1});
  heap.expire(10);
  CHECK(a.log == numbers{0, 1, 0});
  CHECK(heap.empty());
}

TEST_CASE("a timer may cancel others that are due") {
  alarms a(3);
  timer_heap heap;
  for (int i = 0; i < 3; ++i) heap.arm(a[i], deadline::at(i));
  a[0].then = [&] { heap.cancel(a[1]); };
  heap.expire(10);
  CHECK(a.log == numbers{0, 2});
}

TEST_CASE("a heap that goes leaves its timers unarmed") {
  alarms a(2);
  {
    timer_heap heap;
    heap.arm(a[0], deadline::at(1));
    heap.arm(a[1], deadline::at(2));
  }
  CHECK_FALSE(a[0].armed());
  CHECK_FALSE(a[1].armed());
}

TEST_CASE("arming and cancelling at random agrees with a multimap") {
  constexpr int timers = 300;
  constexpr int steps = 100'000;
  std::mt19937 random(20'260'101);
  const auto below = [&](int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random);
  };
  alarms a(timers);
  timer_heap heap;
  oracle expected;
  std::int64_t now = 0;
  int wrong = 0;
  for (int step = 0; step < steps; ++step) {
    const int number = below(timers);
    if (below(100) == 0) {
      now += below(20);
      a.log.clear();
      heap.expire(now);
      if (a.log != expected.expire(now)) ++wrong;
    } else if (a[number].armed()) {
      heap.cancel(a[number]);
      expected.cancel(number);
    } else {
      const std::int64_t when = now + below(50);  // many equals
      heap.arm(a[number], deadline::at(when));
      expected.arm(number, when);
    }
    if (heap.next() != expected.next()) ++wrong;
    if (heap.size() != expected.times.size()) ++wrong;
  }
  CHECK(wrong == 0);
  a.log.clear();
  heap.expire(deadline::infinite - 1);
  CHECK(a.log == expected.expire(deadline::infinite - 1));
  CHECK(heap.empty());
}

TEST_CASE("a million timers armed and cancelled leave nothing behind") {
  constexpr int timers = 1'000'000;
  alarms a(timers);
  timer_heap heap;
  std::mt19937_64 random(7);
  for (int i = 0; i < timers; ++i) {
    const auto when = static_cast<std::int64_t>(random() % 1'000'000'000);
    heap.arm(a[i], deadline::at(when));
  }
  CHECK(heap.size() == timers);
  for (int i = 0; i < timers; ++i) heap.cancel(a[i]);
  CHECK(heap.empty());
  CHECK(heap.next() == deadline::infinite);
  heap.expire(deadline::infinite - 1);
  CHECK(a.log.empty());
}

TEST_CASE("only the timers of one scope are kept") {
  timer_heap heap;
  std::vector<int> fired;
  // Only their addresses count.
  char one = 0, two = 0;
  using owner = const green::core::green_thread*;
  const owner mine = reinterpret_cast<owner>(&one);
  const owner other = reinterpret_cast<owner>(&two);
  struct scoped : timer {
    scoped(std::vector<int>& f, int n, owner s)
        : timer(&scoped::ring, s), to(&f), number(n) {}
    static void ring(timer& t) {
      static_cast<scoped&>(t).to->push_back(static_cast<scoped&>(t).number);
    }
    std::vector<int>* to;
    int number;
  };
  scoped a(fired, 1, nullptr), b(fired, 2, mine), c(fired, 3, other);
  scoped d(fired, 4, mine), e(fired, 5, nullptr);
  heap.arm(d, deadline::at(40));
  heap.arm(a, deadline::at(10));
  heap.arm(c, deadline::at(30));
  heap.arm(b, deadline::at(20));
  heap.arm(e, deadline::at(50));
  heap.keep_only(mine);
  CHECK(heap.size() == 2);
  CHECK(heap.next() == 20);
  CHECK_FALSE(a.armed());
  CHECK(b.armed());
  heap.expire(100);
  CHECK(fired == std::vector<int>{2, 4});
  heap.arm(a, deadline::at(10));
  heap.keep_only(nullptr);
  CHECK(heap.empty());
}

TEST_CASE("a timer with a length begins when the time is told") {
  alarms a(3);
  timer_heap heap;
  heap.arm(a[0], deadline::at(107));
  heap.arm_in(a[1], 7);
  heap.arm_in(a[2], 5);
  CHECK(a[1].armed());
  CHECK(heap.size() == 3);
  CHECK(heap.next() == deadline::past);
  heap.settle(100);
  CHECK(heap.next() == 105);
  CHECK(heap.when(a[1]) == 107);
  heap.expire(104);
  CHECK(a.log.empty());
  heap.expire(107);
  CHECK(a.log == numbers{2, 0, 1});
  CHECK(heap.empty());
}

TEST_CASE("a timer with a length may be cancelled before the time is told") {
  alarms a(4);
  timer_heap heap;
  for (int i = 0; i < 4; ++i) heap.arm_in(a[i], 1);
  heap.cancel(a[1]);
  heap.cancel(a[3]);
  CHECK_FALSE(a[1].armed());
  CHECK_FALSE(heap.empty());
  heap.settle(10);
  CHECK(heap.size() == 2);
  heap.expire(11);
  CHECK(a.log == numbers{0, 2});
  heap.arm_in(a[3], 1);
  heap.cancel(a[3]);
  CHECK(heap.empty());
  CHECK(heap.next() == deadline::infinite);
}

TEST_CASE("a length that never ends arms nothing") {
  alarms a(1);
  timer_heap heap;
  heap.arm_in(a[0], deadline::infinite);
  CHECK_FALSE(a[0].armed());
  CHECK(heap.empty());
}

TEST_CASE("a child of fork keeps the young timers of its scopes alone") {
  const char place = 0;  // only its address counts
  const auto* const mine =
      reinterpret_cast<const green::core::green_thread*>(&place);
  timer kept([](timer&) {}, mine);
  timer other([](timer&) {});
  timer_heap heap;
  heap.arm_in(other, 1);
  heap.arm_in(kept, 1);
  heap.keep_only(mine);
  CHECK(kept.armed());
  CHECK_FALSE(other.armed());
  heap.settle(0);
  CHECK(heap.size() == 1);
}
