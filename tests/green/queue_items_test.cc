// SPDX-License-Identifier: MIT
// What becomes of a queue's items: peeked, thrown, left over.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/queue.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::queue;
using green::queue_empty;
using green::queue_full;
using green::task;
using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a queue may begin with items, also beyond its bound") {
  queue<std::string> q(2, {"a", "b", "c"});
  CHECK(q.size() == 3);
  CHECK(q.full());
  CHECK(q.get_nowait() == "a");
  CHECK(q.full());
  CHECK_THROWS_AS(q.put_nowait("x"), queue_full);
  const std::vector<const char*> more{"d", "e"};
  queue<std::string> r(q.unbounded, more);
  CHECK(r.get_nowait() == "d");
}

TEST_CASE("an item that does not go in stays with its owner") {
  queue<std::unique_ptr<int>> q(1);
  q.put_nowait(std::make_unique<int>(1));
  auto second = std::make_unique<int>(2);
  CHECK_FALSE(q.try_put(std::move(second)));
  REQUIRE(second != nullptr);
  CHECK_THROWS_AS(q.put_nowait(std::move(second)), queue_full);
  REQUIRE(second != nullptr);
  CHECK(*q.get_nowait() == 1);
  CHECK(q.try_put(std::move(second)));
  CHECK(second == nullptr);
  CHECK(*q.get_nowait() == 2);
}

TEST_CASE("peek leaves the item") {
  tests::run_virtual([]() -> task<> {
    queue<std::string> q;
    strings log;
    const auto peeking = [&]() -> task<> {
      log.push_back("peek " + co_await q.peek());
    };
    const auto getting = [&]() -> task<> {
      log.push_back("get " + co_await q.get());
    };
    green::spawn(peeking);
    green::spawn(peeking);
    green::spawn(getting);
    green::spawn(peeking);
    co_await green::sleep();
    co_await q.put("a");  // for the first three
    CHECK(q.empty());
    co_await green::sleep();
    CHECK(log == strings{"peek a", "peek a", "get a"});
    co_await q.put("b");
    CHECK(q.size() == 1);
    co_await green::sleep();
    CHECK(log.back() == "peek b");
    CHECK(co_await q.peek(1s) == "b");
    CHECK(q.peek_nowait() == "b");
    CHECK(co_await q.get() == "b");
    CHECK_THROWS_AS(co_await q.peek(1s), queue_empty);
  });
}

TEST_CASE("what is peeked outlives its getting") {
  tests::run_virtual([]() -> task<> {
    queue<std::string> q;
    std::string peeked;
    const auto peeker =
        green::spawn([&]() -> task<> { peeked = co_await q.peek(); });
    co_await green::sleep();
    const std::string item(100, 'x');
    co_await q.put(item);
    CHECK(q.get_nowait() == item);  // before the peeker runs
    co_await peeker.join();
    CHECK(peeked == item);
  });
}

TEST_CASE("what is left in a queue is destroyed with it") {
  const auto item = std::make_shared<int>(1);
  {
    queue<std::shared_ptr<int>> q;
    for (int i = 0; i < 10; ++i) q.put_nowait(item);
    CHECK(item.use_count() == 11);
  }
  CHECK(item.use_count() == 1);
}

namespace {

// Its n-th copy or move throws.
struct fragile {
  explicit fragile(int v) : value(v) {}
  fragile(fragile&& other) : value(other.value) { touch(); }
  fragile(const fragile& other) : value(other.value) { touch(); }
  static void touch() {
    if (left-- == 0) throw std::domain_error("moved once too often");
  }
  int value;
  static inline int left = 1'000'000;
};

// Asks the queue when it is moved: it must not be locked then.
struct asks {
  explicit asks(queue<asks>& q) : asked(&q) {}
  asks(asks&& other) : asked(other.asked) { (void)asked->size(); }
  queue<asks>* asked;
};

struct alignas(64) wide {
  long values[8] = {};
};

}  // namespace

TEST_CASE("an item whose move throws leaves the queue as it was") {
  queue<fragile> q(2);
  fragile::left = 0;
  CHECK_THROWS_AS(q.put_nowait(fragile(1)), std::domain_error);
  CHECK(q.empty());
  fragile::left = 1'000'000;
  q.put_nowait(fragile(2));
  CHECK(q.get_nowait().value == 2);
}

TEST_CASE("items are moved without any lock") {
  tests::run_virtual([]() -> task<> {
    queue<asks> q(1);
    const auto putting = [&]() -> task<> {
      for (int i = 0; i < 4; ++i) co_await q.put(asks(q));
    };
    const auto putter = green::spawn(putting);
    for (int i = 0; i < 4; ++i) (void)co_await q.get();
  });
}

TEST_CASE("items may want any alignment, and need no copy") {
  queue<wide> q;
  for (int i = 0; i < 10; ++i) q.put_nowait(wide());
  while (q.try_get()) continue;
  queue<std::vector<std::unique_ptr<int>>> lists;
  lists.put_nowait(std::vector<std::unique_ptr<int>>());
  CHECK(lists.get_nowait().empty());
}
