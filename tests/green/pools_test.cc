// SPDX-License-Identifier: MIT
#include "green/pools.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "green/when.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::pool_closed;
using green::pool_of;
using green::pool_options;
using green::task;
using green::timed_out;

namespace {

// Counts those that live.
class part {
 public:
  part(int& living, int number) : living_(&living), number_(number) {
    ++living;
  }
  part(part&& other) noexcept
      : living_(std::exchange(other.living_, nullptr)),
        number_(other.number_) {}
  part& operator=(part&&) = delete;
  ~part() {
    if (living_ != nullptr) --*living_;
  }
  int number() const { return number_; }

 private:
  int* living_;
  int number_;
};

struct factory {
  part operator()() { return part(*living, ++*made); }
  int* living;
  int* made;
};

struct counted {
  int living = 0, made = 0;
  factory make{&living, &made};
};

// Does it throw an E?
template <class E, class F>
task<bool> throws(F f) {
  try {
    co_await f();
  } catch (const E&) {
    co_return true;
  }
  co_return false;
}

}  // namespace

TEST_CASE("items are made when they are needed, and used again") {
  counted c;
  green::run([&]() -> task<> {
    pool_of<part> pool(c.make, 2);
    CHECK(c.made == 0);
    CHECK(pool.free_count() == 2);
    CHECK(pool.max_size() == 2);
    {
      const auto one = co_await pool.item();
      CHECK(one->number() == 1);
      CHECK((*one).number() == 1);
      CHECK(pool.size() == 1);
      CHECK(pool.free_count() == 1);
    }
    CHECK(pool.size() == 1);
    CHECK(pool.free_count() == 2);
    const auto one = co_await pool.item();
    const auto two = co_await pool.item();
    CHECK(one->number() + two->number() == 3);
    CHECK(pool.free_count() == 0);
    CHECK(c.living == 2);
  });
  CHECK(c.living == 0);
  CHECK(c.made == 2);
}

TEST_CASE("those that wait get an item in the order of their coming") {
  counted c;
  green::run([&]() -> task<> {
    pool_of<part> pool(c.make, 1);
    std::vector<int> order;
    const auto use = [&](int n) -> task<> {
      const auto item = co_await pool.item();
      order.push_back(n);
      co_await green::sleep();
    };
    auto held = co_await pool.item();
    std::vector<green::greenlet<>> users;
    for (int n = 0; n != 3; ++n) users.push_back(green::spawn(use, n));
    co_await green::sleep();
    CHECK(pool.waiting() == 3);
    held.give_back();
    CHECK_FALSE(held);
    // The item is lent already, so that nobody overtakes.
    CHECK(pool.free_count() == 0);
    co_await green::joinall(users);
    CHECK(order == std::vector<int>{0, 1, 2});
    CHECK(pool.waiting() == 0);
    CHECK(c.made == 1);
  });
}

TEST_CASE("make may wait, and its deadline counts") {
  tests::virtual_time time;
  green::run([]() -> task<> {
    int made = 0;
    const auto make = [&]() -> task<std::string> {
      co_await green::sleep(10s);
      co_return std::to_string(++made);
    };
    pool_of<std::string> pool(make, 1);
    CHECK(co_await throws<timed_out>([&] { return pool.item(5s); }));
    CHECK(pool.size() == 0);
    const auto item = co_await pool.item(15s);
    CHECK(*item == "1");
    CHECK(co_await throws<timed_out>([&] { return pool.item(1s); }));
    CHECK(pool.waiting() == 0);
  });
}

TEST_CASE("an error of make goes to its asker, and the next one makes") {
  green::run([]() -> task<> {
    int calls = 0;
    const auto make = [&]() -> task<int> {
      co_await green::sleep();
      if (++calls < 3) throw std::runtime_error("refused");
      co_return calls;
    };
    pool_of<int> pool(make, 1);
    std::vector<green::greenlet<int>> users;
    const auto use = [&]() -> task<int> {
      const auto item = co_await pool.item();
      co_return *item;
    };
    for (int n = 0; n != 4; ++n) users.push_back(green::spawn(use));
    int failed = 0, sum = 0;
    for (const auto& user : users) {
      if (co_await throws<std::runtime_error>([&] { return user.get(); })) {
        ++failed;
      } else {
        sum += *user.value();
      }
    }
    CHECK(failed == 2);
    CHECK(sum == 6);
    CHECK(pool.size() == 1);
  });
}

TEST_CASE("a make that gives nothing is told") {
  using pointer = std::unique_ptr<int>;
  green::run([]() -> task<> {
    bool there = false;
    pool_of<pointer> pointers(
        [&] { return there ? std::make_unique<int>(5) : nullptr; }, 1);
    const auto ask = [&] { return pointers.item(); };
    CHECK(co_await throws<std::runtime_error>(ask));
    CHECK(pointers.size() == 0);
    there = true;
    const auto five = co_await pointers.item();
    CHECK(**five == 5);
    const auto make = []() -> task<std::optional<int>> { co_return {}; };
    pool_of<int> numbers(make, 1);
    const auto ask_number = [&] { return numbers.item(); };
    CHECK(co_await throws<std::runtime_error>(ask_number));
    const auto give = [] { return std::optional(7); };
    pool_of<int> sevens(give, 1);
    const auto seven = co_await sevens.item();
    CHECK(*seven == 7);
  });
}

TEST_CASE("discard destroys the item, and the next one makes another") {
  counted c;
  green::run([&]() -> task<> {
    pool_of<part> pool(c.make, 1);
    auto broken = co_await pool.item();
    const auto waits = green::spawn([&]() -> task<int> {
      const auto item = co_await pool.item();
      co_return item->number();
    });
    co_await green::sleep();
    broken.discard();
    CHECK_FALSE(broken);
    broken.discard();
    CHECK(c.living == 0);
    CHECK(co_await waits.get() == 2);
    CHECK(c.living == 1);
  });
}

TEST_CASE("a killed user gives its item back, or discards it as was said") {
  counted c;
  green::run([&]() -> task<> {
    for (const bool discards : {false, true}) {
      pool_of<part> pool(c.make, 1, pool_options().discard_on_error(discards));
      const auto use = [&]() -> task<> {
        const auto item = co_await pool.item();
        co_await green::sleep(1h);
      };
      const auto user = green::spawn(use);
      co_await green::sleep();
      co_await user.kill();
      CHECK(c.living == (discards ? 0 : 1));
      CHECK(pool.free_count() == 1);
      // One that ends well gives it back.
      {
        const auto item = co_await pool.item();
      }
      CHECK(c.living == 1);
    }
  });
}

TEST_CASE("a kill loses neither an item nor a place, wherever it comes") {
  counted c;
  green::run([&]() -> task<> {
    const auto make = [&]() -> task<part> {
      co_await green::sleep();
      co_return c.make();
    };
    pool_of<part> pool(make, 1);
    const auto use = [&]() -> task<> {
      const auto item = co_await pool.item();
      co_await green::sleep();
    };
    for (int turns = 0; turns != 6; ++turns) {
      const auto first = green::spawn(use);
      const auto second = green::spawn(use);
      for (int i = 0; i != turns; ++i) co_await green::sleep();
      first.kill_nowait();
      second.kill_nowait();
      co_await green::joinall({first, second});
      CHECK(pool.free_count() == 1);
      CHECK(pool.waiting() == 0);
      const auto item = co_await pool.item(1h);
    }
  });
  CHECK(c.living == 0);
}

TEST_CASE("a user that is killed after the hand-over passes the item on") {
  counted c;
  green::run([&]() -> task<> {
    pool_of<part> pool(c.make, 1);
    auto held = co_await pool.item();
    const auto use = [&]() -> task<> {
      const auto item = co_await pool.item();
      co_await green::sleep(1h);
    };
    const auto user = green::spawn(use);
    co_await green::sleep();
    held.give_back();
    co_await user.kill();
    CHECK(pool.free_count() == 1);
    // The loser of when_any gives its item back, too.
    {
      const auto either = co_await green::when_any(pool.item(), pool.item());
      CHECK(std::get<0>(either)->number() == 1);
    }
    CHECK(pool.free_count() == 1);
  });
}

TEST_CASE("idle items are destroyed after a time, and not before") {
  tests::virtual_time time;
  counted c;
  green::run([&]() -> task<> {
    pool_of<part> pool(c.make, 3, pool_options().idle_time(10s));
    {
      const auto one = co_await pool.item();
      auto two = co_await pool.item();
      auto three = co_await pool.item();
      three.give_back();
      co_await green::sleep(5s);
      two.give_back();
      CHECK(c.living == 3);
      co_await green::sleep(6s);
      CHECK(c.living == 2);
      co_await green::sleep(5s);
      CHECK(c.living == 1);
      co_await green::sleep(1h);
      CHECK(one->number() == 1);
    }
    CHECK(pool.size() == 1);
    co_await green::sleep(9s);
    {
      const auto again = co_await pool.item();
      CHECK(again->number() == 1);
    }
    co_await green::sleep(9s);
    CHECK(c.living == 1);
    co_await green::sleep(2s);
    CHECK(pool.size() == 0);
  });
  CHECK(c.living == 0);
}

TEST_CASE("an item that grew old while no hub ran is not lent") {
  tests::virtual_time time;
  counted c;
  pool_of<part> pool(c.make, 1, pool_options().idle_time(10s));
  green::run([&]() -> task<> { const auto item = co_await pool.item(); });
  CHECK(c.living == 1);
  green::run([&]() -> task<> {
    co_await green::sleep(11s);
    const auto item = co_await pool.item();
    CHECK(item->number() == 2);
    CHECK(c.living == 1);
  });
}

TEST_CASE("resize lets more in, or takes what is too much away") {
  counted c;
  green::run([&]() -> task<> {
    pool_of<part> pool(c.make, 1);
    auto one = co_await pool.item();
    const auto waits = green::spawn([&]() -> task<> {
      const auto item = co_await pool.item();
      CHECK(item->number() == 2);
      co_await green::sleep();
    });
    co_await green::sleep();
    pool.resize(3);
    co_await waits.join();
    auto three = co_await pool.item();
    CHECK(pool.size() == 2);
    auto four = co_await pool.item();
    CHECK(pool.size() == 3);
    three.give_back();
    pool.resize(1);
    CHECK(pool.size() == 2);
    CHECK(pool.free_count() == 0);
    four.give_back();
    CHECK(c.living == 1);
    CHECK(co_await throws<timed_out>([&] { return pool.item(0s); }));
    one.give_back();
    CHECK(pool.free_count() == 1);
    CHECK(c.living == 1);
  });
}

TEST_CASE("close ends the waits, and the end of the pool does the same") {
  counted c;
  green::run([&]() -> task<> {
    std::optional<pool_of<part>> pool(std::in_place, c.make, 2);
    auto lent = co_await pool->item();
    auto moved = co_await pool->item();
    moved = std::move(lent);
    const auto other = co_await pool->item();
    const auto waits = green::spawn([&]() -> task<bool> {
      co_return co_await throws<pool_closed>([&] { return pool->item(); });
    });
    co_await green::sleep();
    pool->close();
    CHECK(co_await waits.get());
    CHECK(co_await throws<pool_closed>([&] { return pool->item(); }));
    CHECK(c.living == 2);
    pool.reset();
    CHECK(moved->number() == 1);
    moved.give_back();
    CHECK(c.living == 1);
  });
  CHECK(c.living == 0);
}

TEST_CASE("hubs share a pool") {
  std::atomic<int> made = 0, uses = 0;
  pool_of<int> pool([&] { return ++made; }, 2);
  const auto work = [&] {
    green::run([&]() -> task<> {
      for (int i = 0; i != 100; ++i) {
        const auto item = co_await pool.item();
        CHECK(*item <= 2);
        ++uses;
        co_await green::sleep();
      }
    });
  };
  std::thread one(work), two(work), three(work);
  one.join();
  two.join();
  three.join();
  CHECK(uses == 300);
  CHECK(made <= 2);
  CHECK(pool.free_count() == 2);
}

TEST_CASE("a pool of no items is refused") {
  const auto make = [] { const pool_of<int> pool([] { return 1; }, 0); };
  CHECK_THROWS_AS(make(), std::invalid_argument);
}
