// SPDX-License-Identifier: MIT
// greenify: allow-file(dropped) some calls throw at once
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

#include "green/future"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/thread"
#include "tests/support/future_sides.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using std::future_errc;
using std::future_status;
using std::make_error_code;
using tests::code_of;
using tests::run_virtual;
using tests::task_of;

namespace {

int twice(int number) { return 2 * number; }
task<int> twice_later(int number) {
  co_await green::sleep(1ms);
  co_return 2 * number;
}

template <class F>
using deduced = decltype(green::packaged_task(std::declval<F>()));

struct overloaded_on_const {
  std::string operator()(char&, int) const noexcept;
};

// [futures.task.members] R(G::*)(A...) cv &opt noexceptopt
template <class Operator>
struct called_as;
#define CALLED_AS(...)                                                     \
  template <>                                                              \
  struct called_as<int(char*) __VA_ARGS__> {                               \
    int operator()(char*) __VA_ARGS__;                                     \
  };                                                                       \
  static_assert(std::is_same_v<deduced<called_as<int(char*) __VA_ARGS__>>, \
                               green::packaged_task<int(char*)>>);
CALLED_AS()
CALLED_AS(const)
CALLED_AS(volatile)
CALLED_AS(const volatile)
CALLED_AS(&)
CALLED_AS(const&)
CALLED_AS(volatile&)
CALLED_AS(const volatile&)
CALLED_AS(noexcept)
CALLED_AS(const noexcept)
CALLED_AS(volatile noexcept)
CALLED_AS(const volatile noexcept)
CALLED_AS(& noexcept)
CALLED_AS(const& noexcept)
CALLED_AS(volatile& noexcept)
CALLED_AS(const volatile& noexcept)
#undef CALLED_AS

struct called_once {
  int operator()(char*) &&;
};
struct called_in_many_ways {
  int operator()(auto...);
};
template <class F>
concept guided = requires { typename deduced<F>; };

// Only to be constructed directly, as [thread.thread.constr] does it.
struct explicitly_copied {
  explicit explicitly_copied(int n) : number(n) {}
  explicit explicitly_copied(const explicitly_copied&) = default;
  int number;
};

}  // namespace

static_assert(guided<called_as<int(char*)>>);
static_assert(!guided<called_once>);
static_assert(!guided<called_in_many_ways>);
static_assert(
    std::is_same_v<deduced<decltype(&twice)>, green::packaged_task<int(int)>>);
static_assert(std::is_same_v<deduced<decltype(&twice_later)>,
                             green::packaged_task<int(int)>>);
static_assert(std::is_same_v<deduced<overloaded_on_const>,
                             green::packaged_task<std::string(char&, int)>>);
static_assert(std::is_same_v<deduced<green::packaged_task<int(int)>>,
                             green::packaged_task<int(int)>>);

TEST_CASE_TEMPLATE("a packaged_task gives its result to its future", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template packaged_task<int(int)> plain(twice);
    auto doubled = plain.get_future();
    CHECK((co_await doubled.wait_for(0s)) == future_status::timeout);
    co_await plain(21);
    CHECK((co_await doubled.wait_for(0s)) == future_status::ready);
    CHECK(co_await doubled.get() == 42);

    auto slow = [](std::string& text,
                   std::unique_ptr<int> owned) -> task_of<S, std::string> {
      co_await S::this_thread::yield();
      text += std::to_string(*owned);
      co_return text;
    };
    using signature = std::string(std::string&, std::unique_ptr<int>);
    typename S::template packaged_task<signature> waiting(slow);
    auto written = waiting.get_future();
    std::string text = "a";
    co_await waiting(text, std::make_unique<int>(1));
    CHECK(co_await written.get() == "a1");
    CHECK(text == "a1");
  });
}

TEST_CASE_TEMPLATE("a packaged_task converts or drops the result", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template packaged_task<double(int)> wider(twice);
    auto wide = wider.get_future();
    co_await wider(1);
    CHECK(co_await wide.get() == doctest::Approx(2));
    typename S::template packaged_task<void(int)> dropper(twice);
    auto dropped = dropper.get_future();
    co_await dropper(1);
    co_await dropped.get();
  });
}

TEST_CASE_TEMPLATE("a packaged_task keeps the exception", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    auto failing = []() -> task_of<S, int> {
      co_await S::this_thread::yield();
      throw std::range_error("far");
    };
    typename S::template packaged_task<int()> failure(failing);
    auto future = failure.get_future();
    co_await failure();
    std::string what;
    try {
      co_await future.get();
    } catch (const std::range_error& e) {
      what = e.what();
    }
    CHECK(what == "far");
  });
}

TEST_CASE_TEMPLATE("a packaged_task is called once, and again after reset", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    int calls = 0;
    auto counting = [&calls, held = std::make_unique<int>(10)] {
      return *held + ++calls;
    };
    typename S::template packaged_task<int()> counter(std::move(counting));
    auto first = counter.get_future();
    co_await counter();
    CHECK(code_of([&] { static_cast<void>(counter()); }) ==
          make_error_code(future_errc::promise_already_satisfied));
    CHECK(code_of([&] { counter.get_future(); }) ==
          make_error_code(future_errc::future_already_retrieved));
    counter.reset();
    auto second = counter.get_future();
    co_await counter();
    CHECK(co_await first.get() == 11);
    CHECK(co_await second.get() == 12);
    CHECK(calls == 2);
  });
}

TEST_CASE_TEMPLATE("reset and the end break an uncalled packaged_task", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    using packaged = typename S::template packaged_task<int(int)>;
    auto owner = std::make_unique<packaged>(twice);
    auto first = owner->get_future();
    owner->reset();
    auto second = owner->get_future();
    owner.reset();
    for (auto* future : {&first, &second}) {
      std::error_code code;
      try {
        co_await future->get();
      } catch (const std::future_error& e) {
        code = e.code();
      }
      CHECK(code == make_error_code(future_errc::broken_promise));
    }
  });
}

TEST_CASE_TEMPLATE("an empty packaged_task has no state", S, FUTURE_SIDES) {
  const auto none = make_error_code(future_errc::no_state);
  typename S::template packaged_task<int(int)> empty;
  CHECK(!empty.valid());
  CHECK(code_of([&] { empty.get_future(); }) == none);
  CHECK(code_of([&] { static_cast<void>(empty(1)); }) == none);
  CHECK(code_of([&] {
          static_cast<void>(empty.make_ready_at_thread_exit(1));
        }) == none);
  CHECK(code_of([&] { empty.reset(); }) == none);
  typename S::template packaged_task<int(int)> full(twice);
  swap(empty, full);
  CHECK(empty.valid());
  CHECK(!full.valid());
  full = std::move(empty);
  CHECK(full.valid());
}

TEST_CASE_TEMPLATE("a packaged_task is what a thread runs", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    auto slow = [](int number) -> task_of<S, int> {
      co_await S::this_thread::yield();
      co_return number + 1;
    };
    typename S::template packaged_task<int(int)> packaged(slow);
    auto future = packaged.get_future();
    typename S::thread runner(std::move(packaged), 1);
    CHECK(!packaged.valid());
    CHECK(co_await future.get() == 2);
    co_await runner.join();
  });
}

TEST_CASE_TEMPLATE("make_ready_at_thread_exit waits for the thread's end", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template packaged_task<int(int)> packaged(twice);
    auto future = packaged.get_future();
    typename S::thread runner([&]() -> task_of<S> {
      co_await packaged.make_ready_at_thread_exit(4);
      CHECK((co_await future.wait_for(0s)) == future_status::timeout);
      CHECK(code_of([&] { static_cast<void>(packaged(1)); }) ==
            make_error_code(future_errc::promise_already_satisfied));
    });
    co_await runner.join();
    CHECK(co_await future.get() == 8);
  });
}

TEST_CASE("a packaged_task of references and coroutines") {
  run_virtual([]() -> task<> {
    int target = 1;
    auto refer = [](int& number) -> task<int&> { co_return number; };
    green::packaged_task packaged(refer);
    auto future = packaged.get_future();
    co_await packaged(target);
    CHECK(&co_await future.get() == &target);
  });
}

TEST_CASE("what is copied only explicitly is passed on all the same") {
  green::run([]() -> task<> {
    const explicitly_copied seven(7);
    const auto number = [](const explicitly_copied& e) { return e.number; };
    const auto later = [](const explicitly_copied& e) -> task<int> {
      co_await green::sleep();
      co_return e.number;
    };
    CHECK(co_await green::async(number, seven).get() == 7);
    CHECK(co_await green::async(later, explicitly_copied(7)).get() == 7);
    CHECK(co_await green::async(std::launch::deferred, later, seven).get() ==
          7);
    CHECK(co_await green::spawn(later, seven).get() == 7);
    green::thread thread(later, seven);
    co_await thread.join();
    green::pool pool(1);
    const auto member = co_await pool.spawn(later, seven);
    CHECK(co_await member.get() == 7);
    green::packaged_task<int(const explicitly_copied&)> packaged(later);
    auto result = packaged.get_future();
    co_await packaged(seven);
    CHECK(co_await result.get() == 7);
  });
}

TEST_CASE("a moved promise, or packaged_task, is kept by its own") {
  green::run([]() -> task<> {
    green::promise<int> promise;
    auto got = promise.get_future();
    auto& self = promise;
    promise = std::move(self);
    promise.set_value(1);
    CHECK(co_await got.get() == 1);
    green::packaged_task<int(int)> packaged(twice);
    auto doubled = packaged.get_future();
    auto& same = packaged;
    packaged = std::move(same);
    co_await packaged(2);
    CHECK(co_await doubled.get() == 4);
  });
}

TEST_CASE("a packaged_task may go while it runs") {
  run_virtual([]() -> task<> {
    auto slow = [held = std::string("held by the function, and long enough")]()
        -> task<std::string> {
      co_await green::sleep(1s);
      co_return held;
    };
    green::packaged_task<std::string()> packaged(slow);
    auto future = packaged.get_future();
    auto call = [&packaged]() -> task<> { co_await packaged(); };
    green::spawn(call);
    co_await green::sleep(0s);
    packaged = green::packaged_task<std::string()>();
    CHECK((co_await future.get()).starts_with("held by"));
  });
}

TEST_CASE("a killed call breaks the promise") {
  run_virtual([]() -> task<> {
    auto slow = []() -> task<> { co_await green::sleep(1h); };
    green::packaged_task<void()> packaged(slow);
    auto future = packaged.get_future();
    auto call = [&packaged]() -> task<> { co_await packaged(); };
    const auto caller = green::spawn(call);
    co_await green::sleep(0s);
    co_await caller.kill();
    CHECK(caller.was_killed());
    CHECK((co_await future.wait_for(0s)) == future_status::ready);
    CHECK_THROWS_AS(co_await future.get(), green::future_error);
    CHECK(packaged.valid());
  });
}

TEST_CASE("a packaged_task gives its result to another hub") {
  green::packaged_task<int(int)> packaged(twice_later);
  auto future = packaged.get_future();
  std::thread other([&packaged] {
    green::run([&packaged]() -> task<> { co_await packaged(4); });
  });
  green::run([&future]() -> task<> { CHECK(co_await future.get() == 8); });
  other.join();
}
