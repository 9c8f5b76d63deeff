// SPDX-License-Identifier: MIT
// queue, on one hub. Its items: queue_items_test.cc; the other kinds:
// queue_kinds_test.cc, channel_test.cc; between threads:
// queue_threads_test.cc.
#include "green/queue.h"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::queue;
using green::queue_closed;
using green::queue_empty;
using green::queue_full;
using green::task;
using std::ref;

using strings = std::vector<std::string>;

task<> get_one(queue<int>& q, std::vector<int>& got, int name) {
  const int item = co_await q.get();
  got.push_back(10 * name + item);
}

template <class F>
task<const char*> name_of_error(F f) {
  try {
    co_await f();
  } catch (const queue_full&) {
    co_return "full";
  } catch (const queue_empty&) {
    co_return "empty";
  } catch (const queue_closed&) {
    co_return "closed";
  }
  co_return "none";
}

}  // namespace

TEST_CASE("items come out in the order of their going in") {
  tests::run_virtual([]() -> task<> {
    queue<std::string> q;
    CHECK(q.empty());
    co_await q.put("a");
    q.put_nowait("b");
    CHECK(q.try_put("c"));
    CHECK(q.size() == 3);
    CHECK_FALSE(q.full());
    CHECK(q.maxsize() == q.unbounded);
    CHECK(co_await q.get() == "a");
    CHECK(q.get_nowait() == "b");
    CHECK(q.try_get() == "c");
    CHECK(q.try_get() == std::nullopt);
    CHECK(q.empty());
  });
}

// H1
TEST_CASE("getters that wait get one each, in the order of their coming") {
  tests::run_virtual([]() -> task<> {
    queue<int> q;
    std::vector<int> got;
    for (int i = 1; i <= 4; ++i) green::spawn(get_one, ref(q), ref(got), i);
    co_await green::sleep();
    for (int i = 1; i <= 4; ++i) co_await q.put(i);
    CHECK(q.empty());  // each item is a getter's already
    CHECK(got.empty());
    co_await green::sleep();
    CHECK(got == std::vector{11, 22, 33, 44});
  });
}

// H2
TEST_CASE("put waits while the queue is full, in the order of coming") {
  tests::run_virtual([]() -> task<> {
    queue<char> q(2);
    strings log;
    const auto putting = [&](char c) -> task<> {
      co_await q.put(c);
      log.push_back(std::string(1, c));
    };
    for (char c : {'a', 'b', 'c', 'd'}) green::spawn(putting, c);
    co_await green::sleep(1s);
    CHECK(log == strings{"a", "b"});
    CHECK(q.full());
    CHECK(q.size() == 2);
    CHECK(co_await q.get() == 'a');
    CHECK(q.full());  // c has the place
    co_await green::sleep();
    CHECK(log == strings{"a", "b", "c"});
    CHECK(q.get_nowait() == 'b');
    CHECK(q.try_get() == 'c');
    CHECK(co_await q.get() == 'd');
    CHECK(q.empty());
    co_await green::sleep();
    CHECK(log == strings{"a", "b", "c", "d"});
  });
}

TEST_CASE("nobody takes the place or item of one who waits") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(1, {1});
    const auto putter = green::spawn([&]() -> task<> { co_await q.put(2); });
    co_await green::sleep();
    CHECK(q.get_nowait() == 1);
    CHECK_FALSE(q.try_put(3));  // the putter runs later, but it was first
    co_await putter.join();
    CHECK(q.get_nowait() == 2);

    const auto getting = [&]() -> task<int> { co_return co_await q.get(); };
    const auto getter = green::spawn(getting);
    co_await green::sleep();
    q.put_nowait(4);
    CHECK(q.try_get() == std::nullopt);
    CHECK(co_await getter.get() == 4);
  });
}

// H3
TEST_CASE("put and get end at their deadline") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(1);
    const auto start = green::core::now();
    CHECK_THROWS_AS(co_await q.get(10ms), queue_empty);
    CHECK(tests::since(start) == 10ms);
    co_await q.put(1, 10ms);
    CHECK_THROWS_AS(co_await q.put(2, 10ms), queue_full);
    CHECK(tests::since(start) == 20ms);
    CHECK(q.size() == 1);
    CHECK(co_await q.get(10ms) == 1);
    CHECK_THROWS_AS(co_await q.get(0s), queue_empty);
    CHECK(tests::since(start) == 20ms);
  });
}

TEST_CASE("without waiting: queue_full and queue_empty") {
  queue<int> q(1);
  CHECK_THROWS_WITH_AS(q.get_nowait(), "the queue is empty", queue_empty);
  CHECK_THROWS_AS(q.peek_nowait(), queue_empty);
  q.put_nowait(1);
  CHECK_THROWS_WITH_AS(q.put_nowait(2), "the queue is full", queue_full);
  CHECK(q.peek_nowait() == 1);
  CHECK(q.size() == 1);
}

TEST_CASE("a bound of 0 is none") {
  queue<int> q(0);
  for (int i = 0; i < 1000; ++i) q.put_nowait(i);
  CHECK(q.size() == 1000);
  CHECK(q.maxsize() == q.unbounded);
}

// H5
TEST_CASE("getters that gave up have taken nothing") {
  tests::run_virtual([]() -> task<> {
    queue<int> q;
    const auto getting = [&] { return q.get(10ms); };
    const auto a = green::spawn(name_of_error<decltype(getting)>, getting);
    const auto b = green::spawn(name_of_error<decltype(getting)>, getting);
    CHECK(co_await a.get() == std::string("empty"));
    CHECK(co_await b.get() == std::string("empty"));
    co_await q.put(1);
    CHECK(q.size() == 1);
    CHECK(co_await q.get() == 1);
  });
}

TEST_CASE("a killed getter or putter leaves the queue") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(1);
    std::vector<int> got;
    const auto victim = green::spawn(get_one, ref(q), ref(got), 1);
    green::spawn(get_one, ref(q), ref(got), 2);
    co_await green::sleep();
    co_await victim.kill();
    co_await q.put(5);
    co_await green::sleep();
    CHECK(got == std::vector{25});

    const auto putting = [&](int item) -> task<> { co_await q.put(item); };
    green::spawn(putting, 6);
    const auto late = green::spawn(putting, 7);
    green::spawn(putting, 8);
    co_await green::sleep();
    co_await late.kill();
    CHECK(co_await q.get() == 6);
    CHECK(co_await q.get() == 8);
    CHECK(q.empty());
  });
}

TEST_CASE("a kill after the hand-over does not lose the item") {
  tests::run_virtual([]() -> task<> {
    queue<std::string> q;
    std::string got;
    const auto victim = green::spawn([&]() -> task<> {
      got = co_await q.get(1s);
      co_await green::sleep();
      got = "not killed";
    });
    co_await green::sleep();
    co_await q.put("item");
    co_await victim.kill();
    CHECK(victim.was_killed());
    CHECK(got == "item");

    queue<int> bounded(1, {1});
    bool put = false;
    const auto putter = green::spawn([&]() -> task<> {
      co_await bounded.put(2, 1s);
      put = true;
      co_await green::sleep();
    });
    co_await green::sleep();
    CHECK(bounded.get_nowait() == 1);
    co_await putter.kill();
    CHECK(put);
    CHECK(bounded.get_nowait() == 2);
  });
}

TEST_CASE("a timeout ends get and put") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(1);
    const auto get = [&] { return q.get(); };
    const auto put = [&] { return q.put(2); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, get), green::timed_out);
    q.put_nowait(1);
    CHECK_THROWS_AS(co_await green::with_timeout(1s, put), green::timed_out);
    CHECK(q.get_nowait() == 1);
    CHECK(q.empty());
  });
}

// H10
TEST_CASE("close wakes getters, and putters get nothing in") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(1);
    const auto get = [&] { return q.get(); };
    const auto a = green::spawn(name_of_error<decltype(get)>, get);
    const auto b = green::spawn(name_of_error<decltype(get)>, get);
    co_await green::sleep();
    CHECK_FALSE(q.closed());
    q.close();
    CHECK(q.closed());
    CHECK(co_await a.get() == std::string("closed"));
    CHECK(co_await b.get() == std::string("closed"));
    CHECK_THROWS_AS(co_await q.put(1), queue_closed);
    CHECK_THROWS_WITH_AS(q.put_nowait(1), "the queue is closed", queue_closed);
    CHECK_THROWS_AS(q.get_nowait(), queue_closed);
    CHECK_THROWS_AS(co_await q.get(1s), queue_closed);
    CHECK_FALSE(q.try_put(1));
    CHECK(q.try_get() == std::nullopt);
    q.close();

    queue<int> full(1, {1});
    const auto late = [&] { return full.put(2); };
    const auto c = green::spawn(name_of_error<decltype(late)>, late);
    co_await green::sleep();
    full.close();
    CHECK(co_await c.get() == std::string("closed"));
    CHECK(full.size() == 1);
  });
}

// H10
TEST_CASE("a closed queue gives what is left, or drops it") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(q.unbounded, {1, 2, 3, 4});
    q.close();
    CHECK(co_await q.get() == 1);
    CHECK(q.get_nowait() == 2);
    CHECK(co_await q.peek() == 3);
    CHECK(co_await q.next() == 3);
    CHECK(co_await q.get(1s) == 4);
    CHECK_THROWS_AS(co_await q.get(), queue_closed);
    CHECK_THROWS_AS(co_await q.peek(), queue_closed);
    CHECK(co_await q.next() == std::nullopt);

    queue<std::shared_ptr<int>> dropped;
    const auto item = std::make_shared<int>(1);
    dropped.put_nowait(item);
    dropped.put_nowait(item);
    dropped.close(true);
    CHECK(item.use_count() == 1);
    CHECK(dropped.empty());
    CHECK_THROWS_AS(co_await dropped.get(), queue_closed);
  });
}

TEST_CASE("next makes a loop that ends with the queue") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(2);
    std::vector<int> got;
    const auto consumer = green::spawn([&]() -> task<> {
      while (const auto item = co_await q.next()) got.push_back(*item);
    });
    for (int i = 0; i < 5; ++i) co_await q.put(i);
    q.close();
    co_await consumer.join();
    CHECK(got == std::vector{0, 1, 2, 3, 4});
  });
}

TEST_CASE("a queue may go when its waiters have been woken") {
  tests::run_virtual([]() -> task<> {
    std::optional<queue<int>> q(std::in_place);
    std::vector<int> got;
    const auto a = green::spawn(get_one, ref(*q), ref(got), 1);
    const auto b = green::spawn(get_one, ref(*q), ref(got), 2);
    co_await green::sleep();
    q->put_nowait(1);
    q->close();
    q.reset();
    a.kill_nowait();
    CHECK_THROWS_AS(co_await b.get(), queue_closed);
    co_await a.join();
    CHECK(got == std::vector{11});
  });
}

namespace {

task<> pass_on(queue<int>& from, queue<int>& to) {
  for (;;) co_await to.put(co_await from.get());
}

}  // namespace

// H17
TEST_CASE("two that pass items to each other starve nobody") {
  tests::run_virtual([]() -> task<> {
    queue<int> a;
    queue<int> b(1);
    const auto x = green::spawn(pass_on, ref(a), ref(b));
    const auto y = green::spawn(pass_on, ref(b), ref(a));
    a.put_nowait(1);
    int turns = 0;
    for (; turns < 100; ++turns) co_await green::sleep();
    CHECK(turns == 100);
    co_await x.kill();
    co_await y.kill();
  });
}

namespace {

// A kill may come through at either await. At put, the item is in nobody's
// queue.
task<> put_back(queue<int>& q) {
  for (;;) {
    const int item = co_await q.get();
    try {
      co_await q.put(item);
    } catch (...) {
      q.put_nowait(item);
      throw;
    }
  }
}

}  // namespace

// H17
TEST_CASE("one that never has to wait starves no timer") {
  green::run([]() -> task<> {
    queue<int> q(q.unbounded, {1});
    const auto x = green::spawn(put_back, ref(q));
    const auto y = green::spawn(put_back, ref(q));
    co_await green::sleep(1ms);
    co_await x.kill();
    co_await y.kill();
    CHECK(q.size() == 1);
  });
}

TEST_CASE("resize to more lets those that wait put") {
  tests::run_virtual([]() -> task<> {
    queue<int> q(1);
    q.put_nowait(0);
    int put = 0;
    const auto putter = [&](int item) -> task<> {
      co_await q.put(item);
      ++put;
    };
    std::vector<green::greenlet<>> all;
    for (int i = 1; i <= 3; ++i) all.push_back(green::spawn(putter, i));
    co_await green::sleep();
    q.resize(3);
    CHECK(q.maxsize() == 3);
    co_await green::sleep();
    CHECK(put == 2);
    CHECK(q.full());
    q.resize(0);
    CHECK(q.maxsize() == queue<int>::unbounded);
    co_await green::joinall(all);
    for (int i = 0; i <= 3; ++i) CHECK(co_await q.get() == i);
  });
}

TEST_CASE("resize to less keeps what is there") {
  tests::run_virtual([]() -> task<> {
    queue<int> q;
    for (int i = 0; i < 3; ++i) q.put_nowait(i);
    q.resize(1);
    CHECK(q.size() == 3);
    CHECK(q.full());
    CHECK_FALSE(q.try_put(9));
    CHECK(co_await q.get() == 0);
    CHECK(co_await q.get() == 1);
    CHECK_FALSE(q.try_put(9));
    CHECK(co_await q.get() == 2);
    CHECK(q.try_put(3));
    const auto getter = green::spawn([&]() -> task<> {
      CHECK(co_await q.get() == 3);
      CHECK(co_await q.get() == 4);
    });
    co_await green::sleep();
    q.resize(2);  // while a getter waits
    co_await q.put(4);
    co_await getter.join();
  });
}
