// SPDX-License-Identifier: MIT
// choose, of green/choose.h: the cases of each thing that can be waited for.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "green/choose.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/semaphore"
#include "green/thread"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::choose;
using green::otherwise;
using green::task;

namespace {

// Calls f when all green threads wait.
template <class F>
auto later(F f) {
  return green::spawn_later(1ms, std::move(f));
}

}  // namespace

TEST_CASE_TEMPLATE("get and put of each kind of queue", Queue,
                   green::queue<int>, green::lifo_queue<int>,
                   green::priority_queue<int>, green::joinable_queue<int>) {
  tests::run_virtual([]() -> task<> {
    Queue q(2);
    green::queue<int> other;
    for (const int i : {1, 2}) {
      const auto put = co_await choose(other.get_case(), q.put_case(i));
      CHECK(put.index() == 1);
    }
    CHECK(q.full());
    const bool last_first = std::is_same_v<Queue, green::lifo_queue<int>>;
    const auto takes = later([&] { CHECK(q.get_nowait() != 3); });
    const auto put = co_await choose(other.get_case(), q.put_case(3));
    CHECK(put.index() == 1);
    CHECK(std::get<1>(co_await choose(other.get_case(), q.get_case())) ==
          (last_first ? 3 : 2));
    CHECK(std::get<1>(co_await choose(other.get_case(), q.next_case())) ==
          (last_first ? 1 : 3));
    const auto comes = later([&] { q.put_nowait(4); });
    CHECK(std::get<0>(co_await choose(q.get_case(), other.get_case())) == 4);
    if constexpr (std::is_same_v<Queue, green::joinable_queue<int>>) {
      CHECK(q.unfinished_tasks() == 4);
    }
  });
}

TEST_CASE("a comparison that throws is the error of the case") {
  tests::run_virtual([]() -> task<> {
    const auto fails = [](int, int) -> bool { throw std::domain_error("no"); };
    green::priority_queue<int, decltype(fails)> q(2, fails);
    green::event e;
    CHECK((co_await choose(q.put_case(1), e.wait_case())).index() == 0);
    auto put = q.put_case(2);
    CHECK_THROWS_AS(co_await choose(put, e.wait_case()), std::domain_error);
    CHECK(*put.value() == 2);
    CHECK(q.get_nowait() == 1);
  });
}

TEST_CASE("a channel's get and put meet those of plain waits") {
  tests::run_virtual([]() -> task<> {
    green::channel<int> in, out;
    const auto peer = [&]() -> task<> {
      co_await in.put(1);
      CHECK(co_await out.get() == 2);
      co_await in.put(3);
    };
    const auto other = green::spawn(peer);
    CHECK(std::get<0>(co_await choose(in.get_case(), out.put_case(2))) == 1);
    CHECK((co_await choose(in.get_case(), out.put_case(2))).index() == 1);
    CHECK(std::get<0>(co_await choose(in.get_case(), out.put_case(2))) == 3);
    co_await other.join();
  });
}

TEST_CASE("two choices meet in a channel, whichever comes first") {
  tests::run_virtual([]() -> task<> {
    green::channel<int> a, b;
    int got = 0, put = 0;
    const auto gets = [&]() -> task<> {
      const auto one = co_await choose(a.get_case(), b.get_case());
      got += one.index() == 0 ? std::get<0>(one) : std::get<1>(one);
    };
    const auto puts = [&]() -> task<> {
      const auto one = co_await choose(a.put_case(1), b.put_case(10));
      put += one.index() == 0 ? 1 : 10;
    };
    for (int i = 0; i < 50; ++i) {
      const auto getter = green::spawn(gets), putter = green::spawn(puts);
      co_await green::joinall({getter, putter});
      const auto first = green::spawn(puts), second = green::spawn(gets);
      co_await green::joinall({first, second});
    }
    CHECK(got == put);
    CHECK(got > 100);
    CHECK(got < 1000);
  });
}

TEST_CASE("a put that was chosen goes on after its getter") {
  tests::run_virtual([]() -> task<> {
    green::channel<std::string> c;
    green::event never;
    std::vector<std::string> events;
    const auto gets = [&]() -> task<> { events.push_back(co_await c.get()); };
    const auto getter = green::spawn(gets);
    co_await green::sleep();
    co_await choose(never.wait_case(), c.put_case("got"));
    events.push_back("put");
    CHECK(events == std::vector<std::string>{"got", "put"});
    co_await getter.join();
  });
}

TEST_CASE("a choice that gets and puts in one channel meets any other") {
  tests::run_virtual([]() -> task<> {
    green::channel<int> c;
    // It does not meet itself.
    CHECK((co_await choose(c.get_case(), c.put_case(1), otherwise)).index() ==
          2);
    CHECK((co_await choose(c.get_case(), c.put_case(1), 1s)).index() == 2);
    std::vector<int> got;
    const auto both = [&](int mine) -> task<> {
      const auto one = co_await choose(c.put_case(mine), c.get_case());
      got.push_back(one.index() == 0 ? mine : -std::get<1>(one));
    };
    // Another of its kind, in both orders, a getter, and a putter.
    for (int i = 0; i < 8; ++i) {
      const auto one = green::spawn(both, 1), two = green::spawn(both, 2);
      co_await green::joinall({one, two});
      REQUIRE(got.size() == 2);
      CHECK(got[0] == -got[1]);
      got.clear();
    }
    const auto one = green::spawn(both, 1);
    co_await green::sleep();
    CHECK(co_await c.get() == 1);
    const auto two = green::spawn(both, 2);
    co_await green::sleep();
    co_await c.put(3);
    co_await green::joinall({one, two});
    CHECK(got == std::vector{1, -3});
    CHECK_FALSE(c.try_get());
    CHECK_FALSE(c.try_put(1));
  });
}

TEST_CASE("a plain wait follows a choice that got and put and is gone") {
  tests::run_virtual([]() -> task<> {
    green::channel<int> c;
    green::event e;
    int got = 0;
    const auto waits = [&]() -> task<> {
      co_await choose(c.get_case(), c.put_case(1), e.wait_case());
    };
    const auto gets = [&]() -> task<> { got = co_await c.get(); };
    const auto chooser = green::spawn(waits);
    co_await green::sleep();
    e.set();
    const auto getter = green::spawn(gets);
    co_await green::sleep();
    co_await c.put(2);
    co_await green::joinall({chooser, getter});
    CHECK(got == 2);
  });
}

TEST_CASE("an event, before and after it is set") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> q;
    std::optional<green::event> e(std::in_place);
    const auto sets = later([&] { e->set(); });
    const auto got = co_await choose(q.get_case(), e->wait_case());
    static_assert(
        std::is_same_v<decltype(got), const std::variant<int, std::monostate>>);
    CHECK(got.index() == 1);
    CHECK((co_await choose(q.get_case(), e->wait_case())).index() == 1);
    e->clear();
    CHECK((co_await choose(e->wait_case(), 1s)).index() == 1);
    // It may go as soon as it has woken all that waited.
    const auto goes = later([&] {
      e->set();
      e.reset();
    });
    CHECK((co_await choose(q.get_case(), e->wait_case(), e->wait_case()))
              .index() == 1);
  });
}

TEST_CASE("an async_result gives its value or its exception") {
  tests::run_virtual([]() -> task<> {
    green::async_result<std::string> one, two, three;
    green::async_result<> nothing;
    const auto sets = later([&] { two.set("two"); });
    const auto got = co_await choose(one.get_case(), two.get_case());
    CHECK(std::get<1>(got) == "two");
    const auto fails =
        later([&] { three.set_exception(std::domain_error("three")); });
    CHECK_THROWS_AS(co_await choose(one.get_case(), three.get_case()),
                    std::domain_error);
    nothing.set();
    CHECK((co_await choose(one.get_case(), nothing.get_case())).index() == 1);
  });
}

TEST_CASE("a greenlet ends, or gives its result") {
  tests::run_virtual([]() -> task<> {
    const auto gives = [](std::chrono::seconds after, int n) -> task<int> {
      co_await green::sleep(after);
      if (n < 0) throw std::domain_error("negative");
      co_return n;
    };
    const auto slow = green::spawn(gives, 3s, 3),
               fast = green::spawn(gives, 1s, 1),
               bad = green::spawn(gives, 2s, -1);
    const green::any_greenlet any = slow;
    const auto first =
        co_await choose(slow.get_case(), fast.get_case(), bad.get_case());
    CHECK(std::get<1>(first) == 1);
    CHECK_THROWS_AS(co_await choose(slow.get_case(), bad.get_case()),
                    std::domain_error);
    CHECK((co_await choose(bad.join_case(), slow.get_case())).index() == 0);
    CHECK((co_await choose(any.join_case(), 5s)).index() == 0);
    const green::any_greenlet self = green::getcurrent();
    CHECK_THROWS_AS(co_await choose(self.join_case(), 5s), std::system_error);
  });
}

TEST_CASE("a semaphore gives a permit") {
  tests::run_virtual([]() -> task<> {
    green::counting_semaphore<> s(1);
    green::binary_semaphore none(0);
    CHECK((co_await choose(none.acquire_case(), s.acquire_case())).index() ==
          1);
    CHECK_FALSE(s.try_acquire());
    const auto releases = later([&] { s.release(2); });
    auto got = co_await choose(none.acquire_case(), s.scoped_acquire_case());
    CHECK(std::get<1>(got).owns_permit());
    CHECK(s.try_acquire());
    CHECK_FALSE(s.try_acquire());
    std::get<1>(got).release();
    CHECK(s.try_acquire());
    // The permit of a choice that was served elsewhere is for the next one.
    const auto chooses = [&]() -> task<> {
      const auto one = co_await choose(none.acquire_case(), s.acquire_case());
      CHECK(one.index() == 0);
    };
    const auto acquires = [&]() -> task<> { co_await s.acquire(); };
    const auto chooser = green::spawn(chooses), next = green::spawn(acquires);
    co_await green::sleep();
    none.release();
    s.release();
    co_await green::joinall({chooser, next});
    CHECK_FALSE(s.try_acquire());
  });
}
