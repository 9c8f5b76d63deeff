// SPDX-License-Identifier: MIT
#include "green/core/task.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/core/awaitable.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/virtual_time.h"

namespace {

using green::task;

static_assert(std::is_nothrow_move_constructible_v<task<int>>);
static_assert(!std::is_copy_constructible_v<task<int>>);
static_assert(std::is_same_v<green::core::await_result_t<task<std::string>>,
                             std::string>);
static_assert(std::is_same_v<green::core::await_result_t<task<int&>>, int&>);
static_assert(std::is_void_v<green::core::await_result_t<task<>>>);

// No pointer: 0 is no text, though text can be made of a null pointer.
static_assert(green::core::nullable<void*> &&
              green::core::nullable<std::shared_ptr<int>> &&
              !green::core::nullable<std::string> &&
              !green::core::nullable<int> && !green::core::nullable<int*&>);

task<int> number(int n) { co_return n; }

task<> append(std::vector<int>& log, int n) {
  log.push_back(n);
  co_return;
}

task<int&> reference_to(int& n) { co_return n; }

task<std::unique_ptr<int>> boxed(int n) { co_return std::make_unique<int>(n); }

task<int> failing(const char* what) {
  throw std::runtime_error(what);
  co_return 0;
}

task<> failing_void() {
  throw 42;
  co_return;
}

// Counts the objects that live.
struct counted {
  explicit counted(int& n) : live(&n) { ++*live; }
  counted(const counted& other) : live(other.live) { ++*live; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*live; }
  int* live;
};

struct not_default {
  explicit not_default(int n) : value(n) {}
  int value;
};

struct throws_on_move {
  throws_on_move() = default;
  throws_on_move(throws_on_move&&) { throw std::logic_error("moved"); }
};

}  // namespace

TEST_CASE("a task gives what it returned") {
  green::run([]() -> task<> {
    CHECK(co_await number(7) == 7);
    task<int> named = number(8);
    CHECK(co_await std::move(named) == 8);
    task<int> stays = number(9);
    CHECK(co_await stays == 9);
  });
}

TEST_CASE("a task of a reference gives the very object") {
  green::run([]() -> task<> {
    int n = 1;
    int& same = co_await reference_to(n);
    CHECK(&same == &n);
    (co_await reference_to(n)) = 5;
    CHECK(n == 5);
  });
}

TEST_CASE("a task gives what can only be moved or has no default") {
  green::run([]() -> task<> {
    const std::unique_ptr<int> box = co_await boxed(3);
    CHECK(*box == 3);
    const auto make = [](int n) -> task<not_default> {
      co_return not_default(n);
    };
    CHECK((co_await make(4)).value == 4);
  });
}

TEST_CASE("the result is converted as by return") {
  green::run([]() -> task<> {
    const auto text = []() -> task<std::string> { co_return "text"; };
    CHECK(co_await text() == "text");
  });
}

TEST_CASE("0, NULL and nullptr are null pointers, as by return") {
  green::run([]() -> task<> {
    const auto zero = []() -> task<void*> { co_return 0; };
    const auto null = []() -> task<const char*> { co_return NULL; };
    const auto named = []() -> task<int std::string::*> { co_return 0; };
    const auto function = []() -> task<void (*)()> { co_return nullptr; };
    const auto owner = []() -> task<std::unique_ptr<int>> { co_return 0; };
    const auto shared = []() -> task<std::shared_ptr<int>> { co_return NULL; };
    CHECK(co_await zero() == nullptr);
    CHECK(co_await null() == nullptr);
    CHECK(co_await named() == nullptr);
    CHECK((co_await function() == nullptr));
    CHECK(co_await owner() == nullptr);
    CHECK(co_await shared() == nullptr);
    int own = 1;
    const auto address = [&own]() -> task<const void*> { co_return &own; };
    CHECK(co_await address() == &own);
    const auto made = []() -> task<std::shared_ptr<const int>> {
      co_return std::make_shared<int>(2);
    };
    CHECK(*co_await made() == 2);
    const auto whole = []() -> task<long> { co_return 0; };
    CHECK(co_await whole() == 0);
  });
}

TEST_CASE("a task throws what left it, at the await") {
  green::run([]() -> task<> {
    CHECK_THROWS_WITH_AS(co_await failing("gone"), "gone", std::runtime_error);
    CHECK_THROWS_AS(co_await failing_void(), int);
  });
}

TEST_CASE("an exception passes through all that await") {
  green::run([]() -> task<> {
    const auto middle = []() -> task<int> {
      co_return 1 + co_await failing("inner");
    };
    const auto outer = [&middle]() -> task<int> {
      try {
        co_return co_await middle();
      } catch (const std::runtime_error& e) {
        co_return std::string(e.what()) == "inner" ? 100 : 0;
      }
    };
    CHECK(co_await outer() == 100);
  });
}

TEST_CASE("an exception while the result is stored is the result") {
  green::run([]() -> task<> {
    const auto bad = []() -> task<throws_on_move> {
      co_return throws_on_move();
    };
    CHECK_THROWS_AS(co_await bad(), std::logic_error);
  });
}

TEST_CASE("an exception after the value was stored replaces it") {
  struct throws_at_end {
    ~throws_at_end() noexcept(false) { throw std::runtime_error("late"); }
  };
  int live = 0;
  green::run([&]() -> task<> {
    const auto late = [&live]() -> task<counted> {
      const throws_at_end guard;
      co_return counted(live);
    };
    CHECK_THROWS_AS(co_await late(), std::runtime_error);
  });
  CHECK(live == 0);
}

TEST_CASE("a task starts when it is awaited, not when it is called") {
  green::run([]() -> task<> {
    std::vector<int> log;
    task<> later = append(log, 2);
    log.push_back(1);
    co_await std::move(later);
    log.push_back(3);
    CHECK(log == std::vector<int>{1, 2, 3});
  });
}

TEST_CASE("a task that is never awaited never starts") {
  std::vector<int> log;
  {
    task<> unused = append(log, 1);
    CHECK(unused.valid());
    unused.leave_unawaited();
  }
  CHECK(log.empty());
}

TEST_CASE("a child runs at once, before others that are ready") {
  green::run([]() -> task<> {
    std::vector<int> log;
    const auto other = green::spawn([&] { log.push_back(9); });
    co_await append(log, 1);
    co_await append(log, 2);
    CHECK(log == std::vector<int>{1, 2});
    co_await other.join();
    CHECK(log == std::vector<int>{1, 2, 9});
  });
}

TEST_CASE("arguments live until the await is over, as those of a call") {
  int live = 0;
  const auto with = [](counted c, int n) -> task<int> {
    co_await green::sleep();
    co_return *c.live * 10 + n;
  };
  green::run([&]() -> task<> {
    {
      task<int> t = with(counted(live), 1);
      CHECK(live == 1);
      CHECK(co_await t == 11);
      CHECK(live == 0);
    }
  });
  CHECK(live == 0);
}

TEST_CASE("arguments of a task that never starts are destroyed") {
  int live = 0;
  const auto with = [](counted c) -> task<int> { co_return *c.live; };
  {
    task<int> unused = with(counted(live));
    CHECK(live == 1);
    unused.leave_unawaited();
  }
  CHECK(live == 0);
}

TEST_CASE("locals are destroyed before the awaiting coroutine goes on") {
  green::run([]() -> task<> {
    int live = 0;
    const auto inner = [&live]() -> task<> {
      const counted guard(live);
      co_await green::sleep();
      CHECK(live == 1);
    };
    task<> t = inner();
    co_await std::move(t);
    CHECK(live == 0);
  });
}

TEST_CASE("a result that nobody takes is destroyed") {
  int live = 0;
  green::run([&]() -> task<> {
    const auto make = [&live]() -> task<counted> { co_return counted(live); };
    co_await make();
  });
  CHECK(live == 0);
}

TEST_CASE("moving and assigning tasks") {
  green::run([]() -> task<> {
    task<int> one = number(1);
    task<int> two = std::move(one);
    CHECK_FALSE(one.valid());
    CHECK(two.valid());
    two.leave_unawaited();
    two = number(2);
    CHECK(co_await std::move(two) == 2);
    task<int> awaited = number(3);
    CHECK(co_await awaited == 3);
    CHECK_FALSE(awaited.valid());
  });
}

TEST_CASE("tasks wait in the middle of expressions") {
  tests::run_virtual([]() -> task<> {
    const auto slow = [](int n) -> task<int> {
      co_await green::sleep(std::chrono::seconds(n));
      co_return n;
    };
    const int sum = co_await slow(1) + co_await slow(2) * co_await slow(3);
    CHECK(sum == 7);
  });
}
