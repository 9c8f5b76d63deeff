// SPDX-License-Identifier: MIT
// choose, of green/choose.h: exactly one case happens.
#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "green/choose.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
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

TEST_CASE("the case that is ready happens, and no other") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b(1);
    b.put_nowait(1);
    green::queue<std::string> c;
    const auto start = green::core::now();
    c.put_nowait("text");
    const auto got = co_await choose(a.get_case(), b.put_case(2), c.get_case());
    static_assert(
        std::is_same_v<decltype(got),
                       const std::variant<int, std::monostate, std::string>>);
    CHECK(got.index() == 2);
    CHECK(std::get<2>(got) == "text");
    CHECK(b.size() == 1);
    a.put_nowait(3);
    const auto next = co_await choose(a.get_case(), b.put_case(2));
    CHECK(next.index() == 0);
    CHECK(std::get<0>(next) == 3);
    CHECK(b.get_nowait() == 1);
    CHECK((co_await choose(a.get_case(), b.put_case(2))).index() == 1);
    CHECK(b.get_nowait() == 2);
    CHECK(tests::since(start) == 0ms);
  });
}

TEST_CASE("of several that are ready, one happens") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b, c;
    for (int i = 0; i < 20; ++i) {
      a.put_nowait(1);
      b.put_nowait(2);
      c.put_nowait(3);
      const auto got =
          co_await choose(a.get_case(), b.get_case(), c.get_case());
      CHECK(a.size() + b.size() + c.size() == 2);
      const std::size_t left[] = {a.size(), b.size(), c.size()};
      CHECK(left[got.index()] == 0);
      while (a.try_get()) {
      }
      while (b.try_get()) {
      }
      while (c.try_get()) {
      }
    }
  });
}

TEST_CASE("the first that comes happens, and the choice has left the rest") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b, full(1);
    full.put_nowait(0);
    const auto come = later([&] {
      b.put_nowait(1);
      // They come too late for the choice, though it has not run yet.
      a.put_nowait(2);
      b.put_nowait(3);
      CHECK(full.get_nowait() == 0);
    });
    const auto got =
        co_await choose(a.get_case(), b.get_case(), full.put_case(4));
    CHECK(got.index() == 1);
    CHECK(std::get<1>(got) == 1);
    CHECK(a.get_nowait() == 2);
    CHECK(b.get_nowait() == 3);
    CHECK(full.empty());
  });
}

TEST_CASE("an item passes over a choice that was served elsewhere") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b;
    std::vector<int> got;
    const auto chooses = [&]() -> task<> {
      const auto one = co_await choose(a.get_case(), b.get_case());
      got.push_back(one.index() == 0 ? std::get<0>(one) : std::get<1>(one));
    };
    const auto gets = [&]() -> task<> { got.push_back(co_await b.get()); };
    const auto first = green::spawn(chooses), second = green::spawn(gets),
               third = green::spawn(chooses);
    co_await green::sleep();
    a.put_nowait(1);
    b.put_nowait(2);
    b.put_nowait(3);
    a.put_nowait(4);
    co_await green::joinall({first, second, third});
    CHECK(got == std::vector<int>{1, 2, 3});
    CHECK(a.get_nowait() == 4);
  });
}

TEST_CASE("several cases of one queue take one item") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> q, full(1);
    full.put_nowait(0);
    const auto come = later([&] {
      q.put_nowait(1);
      q.put_nowait(2);
    });
    const auto got = co_await choose(q.get_case(), q.get_case(), q.next_case());
    CHECK(std::get<0>(got) == 1);
    CHECK(q.get_nowait() == 2);
    const auto goes = later([&] { CHECK(full.get_nowait() == 0); });
    CHECK((co_await choose(full.put_case(1), full.put_case(2))).index() == 0);
    CHECK(full.get_nowait() == 1);
    CHECK(full.empty());
    const auto closes = later([&] { q.close(); });
    const auto end = co_await choose(q.next_case(), q.next_case());
    CHECK(end.index() == 0);
  });
}

TEST_CASE("a deadline is a case") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b;
    auto start = green::core::now();
    const auto got = co_await choose(a.get_case(), 5s, b.get_case(), 3s);
    static_assert(std::variant_size_v<decltype(got)> == 4);
    CHECK(got.index() == 3);
    CHECK(tests::since(start) == 3s);
    a.put_nowait(1);  // nobody waits
    CHECK(a.size() == 1);
    CHECK((co_await choose(a.get_case(), 0s)).index() == 0);
    CHECK((co_await choose(a.get_case(), 0s)).index() == 1);
    const auto comes = later([&] { b.put_nowait(2); });
    const auto until = std::chrono::steady_clock::now() + 1s;
    CHECK((co_await choose(until, b.get_case())).index() == 1);
    start = green::core::now();
    CHECK((co_await choose(green::deadline(2s))).index() == 0);
    CHECK(tests::since(start) == 2s);
    const auto comes_again = later([&] { b.put_nowait(2); });
    const auto never = green::deadline::never();
    CHECK((co_await choose(b.get_case(), never)).index() == 0);
  });
}

TEST_CASE("otherwise happens when nothing else can, and at once") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a;
    green::channel<int> c;
    const auto start = green::core::now();
    for (int i = 0; i < 10; ++i) {
      CHECK((co_await choose(otherwise, a.get_case(), c.put_case(1), 1s))
                .index() == 0);
      a.put_nowait(1);
      CHECK((co_await choose(otherwise, a.get_case(), c.put_case(1), 1s))
                .index() == 1);
    }
    CHECK((co_await choose(otherwise)).index() == 0);
    CHECK(tests::since(start) == 0s);
    // A getter that waits makes the put ready.
    const auto gets = [&]() -> task<int> { co_return co_await c.get(); };
    const auto getter = green::spawn(gets);
    co_await green::sleep();
    CHECK((co_await choose(otherwise, c.put_case(7))).index() == 1);
    CHECK(co_await getter.get() == 7);
  });
}

TEST_CASE("a closed queue is ready") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> q, other;
    q.put_nowait(1);
    q.close();
    CHECK(std::get<1>(co_await choose(other.get_case(), q.get_case())) == 1);
    CHECK_THROWS_AS(co_await choose(other.get_case(), q.get_case()),
                    green::queue_closed);
    CHECK_THROWS_AS(co_await choose(other.get_case(), q.put_case(1)),
                    green::queue_closed);
    const auto end = co_await choose(other.get_case(), q.next_case());
    CHECK(std::get<1>(end) == std::nullopt);
    const auto closes = later([&] { other.close(); });
    CHECK_THROWS_AS(co_await choose(other.get_case(), 1h), green::queue_closed);
  });
}

TEST_CASE("a put that was not chosen has its value") {
  tests::run_virtual([]() -> task<> {
    using item = std::unique_ptr<int>;
    green::queue<item> q(1), other;
    q.put_nowait(nullptr);
    auto put = q.put_case(std::make_unique<int>(7));
    CHECK(**put.value() == 7);
    CHECK((co_await choose(put, 1s)).index() == 1);
    CHECK(**put.value() == 7);
    CHECK((co_await choose(put, otherwise)).index() == 1);
    CHECK(**put.value() == 7);
    const auto comes = later([&] { other.put_nowait(nullptr); });
    CHECK((co_await choose(other.get_case(), put)).index() == 0);
    CHECK(**put.value() == 7);

    CHECK(q.get_nowait() == nullptr);
    CHECK((co_await choose(other.get_case(), put)).index() == 1);
    CHECK(put.value() == nullptr);
    CHECK(*q.get_nowait() == 7);
    CHECK_THROWS_AS(co_await choose(put, 1s), std::logic_error);
    put = q.put_case(std::make_unique<int>(8));
    q.close();
    CHECK_THROWS_AS(co_await choose(put, 1s), green::queue_closed);
    CHECK(**put.value() == 8);
  });
}

TEST_CASE("a case may be kept and chosen again") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b;
    const auto of_a = a.get_case(), of_b = b.get_case();
    const auto copy = of_a;
    for (int i = 0; i < 3; ++i) {
      a.put_nowait(i);
      CHECK(std::get<1>(co_await choose(of_b, of_a)) == i);
      b.put_nowait(i);
      CHECK(std::get<0>(co_await choose(of_b, copy)) == i);
    }
  });
}

TEST_CASE("a range of cases gives the place and the result") {
  tests::run_virtual([]() -> task<> {
    std::vector<std::unique_ptr<green::queue<int>>> queues;
    for (int i = 0; i < 5; ++i) {
      queues.push_back(std::make_unique<green::queue<int>>(1));
    }
    std::vector<decltype(queues[0]->get_case())> gets;
    std::vector<decltype(queues[0]->put_case(0))> puts;
    for (auto& q : queues) {
      gets.push_back(q->get_case());
      puts.push_back(q->put_case(8));
    }
    const auto comes = later([&] {
      queues[3]->put_nowait(7);
      queues[1]->put_nowait(6);
    });
    const auto [place, value] = co_await choose(gets);
    CHECK(place == 3);
    CHECK(value == 7);
    CHECK((co_await choose(std::vector(gets))) == std::pair(std::size_t(1), 6));
    const auto cases =
        queues | std::views::transform([](auto& q) { return q->next_case(); });
    queues[2]->put_nowait(5);
    const auto [next_place, next] = co_await choose(cases);
    CHECK(next_place == 2);
    CHECK(next == 5);
    for (auto& q : queues) {
      if (q != queues[4]) q->put_nowait(0);
    }
    CHECK((co_await choose(puts)).first == 4);
    CHECK(puts[4].value() == nullptr);
    CHECK(*puts[3].value() == 8);
    gets.clear();
    CHECK_THROWS_AS(co_await choose(gets), std::invalid_argument);
  });
}

namespace {

// Each of `count` ready cases happens within this many calls.
constexpr int most_in_vain(int count) { return 4 * count; }

template <class... Cases>
task<> choose_all(std::vector<int>& since, const Cases&... cases) {
  const auto got = co_await choose(cases...);
  for (int& calls : since) ++calls;
  since[got.index()] = 0;
  for (const int calls : since) {
    CHECK(calls <= most_in_vain(int(sizeof...(Cases))));
  }
}

}  // namespace

TEST_CASE("cases that are always ready have their turns") {
  tests::run_virtual([]() -> task<> {
    green::queue<int> a, b, c, d;
    for (auto* q : {&a, &b, &c, &d}) {
      q->close();
    }
    std::vector<int> of_two(2), of_three(3), of_four(4), of_two_more(2);
    // The bound holds for each loop, though they share one hub.
    for (int i = 0; i < 100; ++i) {
      co_await choose_all(of_two, a.next_case(), b.next_case());
      co_await choose_all(of_three, a.next_case(), b.next_case(),
                          c.next_case());
      if (i % 2 == 0) {
        co_await choose_all(of_two_more, c.next_case(), d.next_case());
      }
      co_await choose_all(of_four, a.next_case(), b.next_case(), c.next_case(),
                          d.next_case());
    }
  });
}

TEST_CASE("one that waits is described with all its cases") {
  green::queue<int> a;
  green::channel<int> c;
  const auto waits = [&]() -> task<> {
    co_await choose(a.get_case(), c.put_case(1));
  };
  std::string words;
  try {
    green::run(waits);
  } catch (const green::loop_exit& e) {
    words = e.what();
  }
  CAPTURE(words);
  CHECK(words.find("choose(queue.get ") != std::string::npos);
  CHECK(words.find(", queue.put ") != std::string::npos);
}
