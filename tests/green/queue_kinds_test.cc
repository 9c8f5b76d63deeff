// SPDX-License-Identifier: MIT
// lifo_queue, priority_queue and joinable_queue, of green/queue.h.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::joinable_queue;
using green::lifo_queue;
using green::priority_queue;
using green::queue_closed;
using green::queue_empty;
using green::task;

// Compared by its key; a negative one cannot be compared.
struct entry {
  int key;
  int place;
  bool operator<(const entry& other) const {
    if (key < 0 || other.key < 0) throw std::domain_error("not comparable");
    return key < other.key;
  }
};

template <class Queue>
auto drained(Queue& q) {
  std::vector<typename Queue::value_type> all;
  while (auto item = q.try_get()) all.push_back(*std::move(item));
  return all;
}

}  // namespace

TEST_CASE("lifo_queue: the last in is the first out") {
  tests::run_virtual([]() -> task<> {
    lifo_queue<int> q(3, {1, 2});
    co_await q.put(3);
    CHECK(q.peek_nowait() == 3);
    CHECK(q.full());
    const auto putter = green::spawn([&]() -> task<> { co_await q.put(4); });
    co_await green::sleep();
    CHECK(co_await q.get() == 3);
    CHECK(co_await q.get() == 4);
    CHECK(drained(q) == std::vector{2, 1});
    co_await putter.join();
    CHECK_THROWS_AS(co_await q.get(1s), queue_empty);
    q.put_nowait(5);
    q.put_nowait(6);
    q.close();
    CHECK(co_await q.next() == 6);
    CHECK(co_await q.next() == 5);
    CHECK(co_await q.next() == std::nullopt);
  });
}

// H13
TEST_CASE("priority_queue: the smallest first") {
  tests::run_virtual([]() -> task<> {
    priority_queue<int> q(q.unbounded, {3, 1, 2});
    CHECK(q.peek_nowait() == 1);
    CHECK(co_await q.get() == 1);
    co_await q.put(0);
    CHECK(drained(q) == std::vector{0, 2, 3});
    priority_queue<std::string, std::greater<>> words(words.unbounded,
                                                      {"b", "c", "a"});
    CHECK(drained(words) == std::vector<std::string>{"c", "b", "a"});
  });
}

TEST_CASE("priority_queue: an item comes to a getter, a place to a putter") {
  tests::run_virtual([]() -> task<> {
    priority_queue<int> q(2);
    const auto getting = [&]() -> task<int> { co_return co_await q.get(); };
    const auto getter = green::spawn(getting);
    co_await green::sleep();
    co_await q.put(9);
    CHECK(co_await getter.get() == 9);
    q.put_nowait(5);
    q.put_nowait(6);
    const auto putting = [&](int item) -> task<> { co_await q.put(item); };
    green::spawn(putting, 1);
    green::spawn(putting, 7);
    co_await green::sleep();
    CHECK(q.get_nowait() == 5);  // 1 goes in
    CHECK(q.get_nowait() == 1);  // 7 goes in
    CHECK(drained(q) == std::vector{6, 7});
    CHECK_THROWS_AS(co_await q.get(1s), queue_empty);
  });
}

TEST_CASE("priority_queue: many items, equal ones in the order of coming") {
  std::minstd_rand random(1);
  priority_queue<entry> q;
  std::vector<entry> expected;
  for (int i = 0; i < 20'000; ++i) {
    const entry e{static_cast<int>(random() % 100), i};
    expected.push_back(e);
    q.put_nowait(e);
  }
  std::ranges::sort(expected, [](const entry& a, const entry& b) {
    return std::pair(a.key, a.place) < std::pair(b.key, b.place);
  });
  for (const entry& e : expected) {
    const entry got = q.get_nowait();
    REQUIRE(got.key == e.key);
    REQUIRE(got.place == e.place);
  }
}

TEST_CASE("priority_queue: what is left is destroyed, however it is shaped") {
  const auto item = std::make_shared<int>(1);
  const auto larger = [](const std::shared_ptr<int>&,
                         const std::shared_ptr<int>&) { return true; };
  {
    priority_queue<std::shared_ptr<int>, decltype(larger)> q(q.unbounded,
                                                             larger);
    for (int i = 0; i < 100'000; ++i) q.put_nowait(item);
    (void)q.get_nowait();
  }
  CHECK(item.use_count() == 1);
}

TEST_CASE("priority_queue: a comparison that throws changes nothing") {
  tests::run_virtual([]() -> task<> {
    priority_queue<entry> q(3, {entry{2, 0}, entry{1, 1}, entry{3, 2}});
    // A full queue: the getter's item is its own, the putter gets the error.
    const auto putting = [&](int key) -> task<> {
      co_await q.put(entry{key, 0});
    };
    const auto fails = green::spawn(putting, -1);
    const auto waits = green::spawn(putting, 5);
    co_await green::sleep();
    CHECK((co_await q.get()).key == 1);
    CHECK_THROWS_AS(co_await fails.get(), std::domain_error);
    co_await waits.get();
    CHECK(q.size() == 3);
    CHECK((co_await q.get()).key == 2);
    CHECK_THROWS_AS(q.put_nowait(entry{-1, 0}), std::domain_error);
    CHECK_THROWS_AS(co_await q.put(entry{-1, 0}), std::domain_error);
    CHECK(q.size() == 2);
    CHECK(q.get_nowait().key == 3);
    CHECK(q.get_nowait().key == 5);
    CHECK(q.empty());
  });
}

TEST_CASE("priority_queue: get throws what its comparison throws") {
  tests::run_virtual([]() -> task<> {
    bool broken = false;
    const auto before = [&](int a, int b) {
      if (broken) throw std::domain_error("broken");
      return a < b;
    };
    priority_queue<int, decltype(before)> q(q.unbounded, {1, 2, 3, 4}, before);
    broken = true;
    CHECK_THROWS_AS(co_await q.get(), std::domain_error);
    CHECK_THROWS_AS(q.get_nowait(), std::domain_error);
    CHECK_THROWS_AS(q.try_get(), std::domain_error);
    CHECK(q.size() == 4);
    broken = false;
    CHECK(drained(q) == std::vector{1, 2, 3, 4});
  });
}

TEST_CASE("priority_queue: close, and drop what is left") {
  tests::run_virtual([]() -> task<> {
    priority_queue<int> q(q.unbounded, {3, 1, 2});
    q.close();
    CHECK(co_await q.next() == 1);
    q.close(true);
    CHECK(q.empty());
    CHECK(co_await q.next() == std::nullopt);
    CHECK_THROWS_AS(co_await q.put(1), queue_closed);
  });
}

// H12
TEST_CASE("joinable_queue: join waits until all tasks are done") {
  tests::run_virtual([]() -> task<> {
    joinable_queue<int> q;
    const auto start = green::core::now();
    const auto worker = green::spawn([&]() -> task<> {
      while (const auto item = co_await q.next()) {
        co_await green::sleep(std::chrono::seconds(*item));
        q.task_done();
      }
    });
    for (int i = 1; i <= 3; ++i) co_await q.put(i);
    CHECK(q.unfinished_tasks() == 3);
    CHECK_FALSE(co_await q.join(2s));
    CHECK(q.unfinished_tasks() == 2);
    CHECK(co_await q.join());
    CHECK(tests::since(start) == 6s);
    CHECK(q.unfinished_tasks() == 0);
    CHECK_THROWS_AS(q.task_done(), std::invalid_argument);
    CHECK(co_await q.join(1s));
    CHECK(tests::since(start) == 6s);
    q.close();
    co_await worker.join();
  });
}

// H12
TEST_CASE("joinable_queue: join of an unused one returns at once") {
  tests::run_virtual([]() -> task<> {
    joinable_queue<int> q;
    bool other_ran = false;
    const auto other = green::spawn([&] { other_ran = true; });
    CHECK(co_await q.join());
    CHECK_FALSE(other_ran);
    co_await other.join();
  });
}

TEST_CASE("joinable_queue: what counts is what went in") {
  tests::run_virtual([]() -> task<> {
    joinable_queue<int> q(1, {1, 2});
    CHECK(q.unfinished_tasks() == 2);
    const auto putter = green::spawn([&]() -> task<> { co_await q.put(3); });
    co_await green::sleep();
    CHECK(q.unfinished_tasks() == 2);
    CHECK_THROWS_AS(co_await q.put(4, 1s), green::queue_full);
    CHECK_FALSE(q.try_put(5));
    CHECK(q.unfinished_tasks() == 2);
    CHECK(q.get_nowait() == 1);
    CHECK(q.get_nowait() == 2);
    CHECK(q.unfinished_tasks() == 3);
    CHECK(q.get_nowait() == 3);
    for (int i = 0; i < 3; ++i) q.task_done();
    CHECK(q.unfinished_tasks() == 0);
    const auto getter = green::spawn([&]() -> task<> { co_await q.get(); });
    co_await green::sleep();
    q.put_nowait(6);
    CHECK(q.unfinished_tasks() == 1);
    q.task_done();
    co_await putter.join();
    co_await getter.join();
  });
}

TEST_CASE("joinable_queue: dropped items are done") {
  tests::run_virtual([]() -> task<> {
    joinable_queue<int> q(q.unbounded, {1, 2, 3});
    const auto joiner = green::spawn([&]() -> task<> { co_await q.join(); });
    CHECK(q.get_nowait() == 1);
    co_await green::sleep();
    q.close(true);
    CHECK(q.unfinished_tasks() == 1);
    co_await green::sleep();
    CHECK_FALSE(joiner.ready());
    q.task_done();
    co_await joiner.join();
  });
}

TEST_CASE("joinable_queue: a join that is killed or timed out") {
  tests::run_virtual([]() -> task<> {
    joinable_queue<int> q(q.unbounded, {1});
    const auto joining = [&] { return q.join(); };
    const auto victim = green::spawn([&]() -> task<> { co_await q.join(); });
    const auto other = green::spawn([&]() -> task<> { co_await q.join(); });
    co_await green::sleep();
    co_await victim.kill();
    CHECK_THROWS_AS(co_await green::with_timeout(1s, joining),
                    green::timed_out);
    q.task_done();
    co_await other.join();
  });
}

TEST_CASE("joinable_queue: OS threads do the tasks, and join may end it") {
  for (int round = 0; round < 100; ++round) {
    auto q = std::make_unique<joinable_queue<int>>();
    for (int i = 0; i < 10; ++i) q->put_nowait(i);
    std::vector<std::thread> workers;
    for (int w = 0; w < 2; ++w) {
      workers.emplace_back([at = q.get()] {
        for (int i = 0; i < 5; ++i) {
          (void)at->get_nowait();
          at->task_done();
        }
      });
    }
    green::run([&]() -> task<> {
      co_await q->join();
      q.reset();
    });
    for (std::thread& worker : workers) worker.join();
  }
}
