// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "green/debug.h"
#include "green/future"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/future_sides.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using std::future_status;
using std::launch;
using tests::run_virtual;
using tests::task_of;

namespace {

int twice(int number) { return 2 * number; }
task<int> twice_later(int number) {
  co_await green::sleep(1ms);
  co_return 2 * number;
}
task<std::string&> same(std::string& text) { co_return text; }

template <class F, class... Args>
using gives =
    decltype(green::async(std::declval<F>(), std::declval<Args>()...));

}  // namespace

static_assert(std::is_same_v<gives<decltype(&twice), int>,
                             green::future<int>>);  // as std::async
static_assert(
    std::is_same_v<gives<decltype(&twice_later), int>, green::future<int>>);
static_assert(
    std::is_same_v<gives<decltype(&same), std::reference_wrapper<std::string>>,
                   green::future<std::string&>>);
static_assert(
    std::is_same_v<gives<launch, decltype(&twice), int>, green::future<int>>);

TEST_CASE_TEMPLATE("async gives what its function gives", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    auto slow = [](std::string text) -> task_of<S, std::string> {
      co_await S::this_thread::sleep_for(1ms);
      co_return text + "!";
    };
    auto plain = S::async(twice, 21);
    auto waiting = S::async(launch::async, slow, std::string("done"));
    CHECK(plain.valid());
    CHECK(co_await plain.get() == 42);
    CHECK(co_await waiting.get() == "done!");
    CHECK(!waiting.valid());
    auto none = S::async([] {});
    co_await none.get();
  });
}

TEST_CASE_TEMPLATE("async copies, moves and refers as told", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    struct counter {
      int add(int n) { return total += n; }
      int total = 0;
    };
    counter c;
    auto copied = S::async(&counter::add, c, 1);
    CHECK(co_await copied.get() == 1);
    CHECK(c.total == 0);
    auto pointed = S::async(launch::deferred, &counter::add, &c, 2);
    CHECK(co_await pointed.get() == 2);
    CHECK(c.total == 2);
    auto referred = S::async(std::mem_fn(&counter::add), std::ref(c), 3);
    CHECK(co_await referred.get() == 5);
    auto take = [](std::unique_ptr<int> owned) { return *owned; };
    auto moved = S::async(take, std::make_unique<int>(4));
    CHECK(co_await moved.get() == 4);
    auto sum = [](int p, int q, int r, int s, int t) {
      return p + q + r + s + t;
    };
    auto many = S::async(sum, 1, 2, 3, 4, 5);
    CHECK(co_await many.get() == 15);
  });
}

TEST_CASE_TEMPLATE("async gives the exception of its function", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    for (const launch policy : {launch::async, launch::deferred}) {
      auto failing = [](int number) -> task_of<S, int> {
        co_await S::this_thread::yield();
        throw std::out_of_range(std::to_string(number));
      };
      auto future = S::async(policy, failing, 9);
      std::string what;
      try {
        co_await future.get();
      } catch (const std::out_of_range& e) {
        what = e.what();
      }
      CHECK(what == "9");
      CHECK(!future.valid());
    }
  });
}

TEST_CASE_TEMPLATE("launch::async has a thread of its own", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    auto which = [] { return S::this_thread::get_id(); };
    auto other = S::async(launch::async, which);
    const auto mine = S::this_thread::get_id();
    CHECK(co_await other.get() != mine);
  });
}

TEST_CASE_TEMPLATE("launch::deferred runs in the first that waits", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    int calls = 0;
    auto which = [&calls]() -> task_of<S, int> {
      co_await S::this_thread::yield();
      co_return ++calls;
    };
    auto in_get = S::async(launch::deferred, which);
    CHECK((co_await in_get.wait_for(1h)) == future_status::deferred);
    CHECK((co_await in_get.wait_until(std::chrono::steady_clock::now())) ==
          future_status::deferred);
    CHECK(calls == 0);
    CHECK(co_await in_get.get() == 1);

    auto in_wait = S::async(launch::deferred, which);
    co_await in_wait.wait();
    CHECK(calls == 2);
    CHECK((co_await in_wait.wait_for(0s)) == future_status::ready);
    CHECK(co_await in_wait.get() == 2);

    auto get_id = [] { return S::this_thread::get_id(); };
    auto here = S::async(launch::deferred, get_id);
    const auto mine = S::this_thread::get_id();
    CHECK(co_await here.get() == mine);
    {
      auto never = S::async(launch::deferred, which);
    }
    CHECK(calls == 2);
  });
}

TEST_CASE_TEMPLATE("a deferred function runs once for all", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    std::atomic<int> calls = 0;
    auto slow = [&calls]() -> task_of<S, int> {
      co_await S::this_thread::sleep_for(5ms);
      co_return ++calls;
    };
    const auto shared = S::async(launch::deferred, slow).share();
    std::atomic<int> sum = 0;
    auto getter = [&sum](auto mine) -> task_of<S> {
      sum += co_await mine.get();
    };
    typename S::thread a(getter, shared), b(getter, shared);
    co_await a.join();
    co_await b.join();
    CHECK(calls == 1);
    CHECK(sum == 2);
  });
}

TEST_CASE("async starts at the next turn") {
  run_virtual([]() -> task<> {
    bool started = false;
    const auto future = green::async([&started] { started = true; });
    CHECK(!started);
    co_await green::sleep(0s);
    CHECK(started);
  });
}

TEST_CASE("async goes on when its future is dropped") {
  run_virtual([]() -> task<> {
    int steps = 0;
    auto body = [&steps]() -> task<> {
      ++steps;
      co_await green::sleep(1s);
      ++steps;
    };
    {
      const auto dropped = green::async(body);
    }
    CHECK(steps == 0);
    co_await green::sleep(2s);
    CHECK(steps == 2);
  });
}

TEST_CASE("async awaits whatever its function gives") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    auto nap = [] { return green::sleep(1min); };
    auto async = green::async(nap);
    co_await async.get();
    CHECK(tests::since(start) == 1min);
    auto deferred = green::async(launch::deferred, nap);
    co_await deferred.get();
    CHECK(tests::since(start) == 2min);
    std::string text = "text";
    auto reference = green::async(same, std::ref(text));
    CHECK(&co_await reference.get() == &text);
  });
}

TEST_CASE("an async function that is killed breaks its promise") {
  run_virtual([]() -> task<> {
    green::any_greenlet itself;
    bool unwound = false;
    auto body = [&itself, &unwound]() -> task<int> {
      itself = green::getcurrent();
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        unwound = true;
        throw;
      }
      co_return 1;
    };
    auto future = green::async(body);
    co_await green::sleep(0s);
    itself.kill_nowait();
    std::error_code code;
    try {
      co_await future.get();
    } catch (const green::future_error& e) {
      code = e.code();
    }
    CHECK(code == make_error_code(std::future_errc::broken_promise));
    CHECK(unwound);
  });
}

TEST_CASE("a kill of who runs a deferred function is thrown in it") {
  run_virtual([]() -> task<> {
    bool unwound = false;
    auto body = [&unwound]() -> task<int> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        unwound = true;
        throw;
      }
      co_return 1;
    };
    const auto shared = green::async(launch::deferred, body).share();
    auto get = [shared]() -> task<int> { co_return co_await shared.get(); };
    const auto runner = green::spawn(get);
    const auto waiter = green::spawn(get);
    co_await green::sleep(1s);
    co_await runner.kill();
    CHECK(unwound);
    CHECK(runner.was_killed());
    CHECK_THROWS_AS(co_await waiter.get(), green::future_error);
    CHECK_THROWS_AS(co_await shared.get(), green::future_error);
  });
}

TEST_CASE("a kill before a deferred function has begun leaves it to others") {
  run_virtual([]() -> task<> {
    auto future = green::async(launch::deferred, twice_later, 1);
    auto get = [&future]() -> task<int> {
      green::getcurrent().kill_nowait();
      co_return co_await future.get();
    };
    const auto killed = green::spawn(get);
    co_await killed.join();
    CHECK(killed.was_killed());
    CHECK(co_await future.get() == 2);
  });
}

TEST_CASE("a timeout in a deferred function is its exception") {
  run_virtual([]() -> task<> {
    auto body = []() -> task<> { co_await green::sleep(1h); };
    auto future = green::async(launch::deferred, body);
    auto get = [&future]() -> task<> { co_await future.get(); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, get), green::timed_out);
    CHECK(!future.valid());
  });
}

TEST_CASE("reports name the line that called async") {
  run_virtual([]() -> task<> {
    auto where = [](int) {
      return green::hub::this_hub().current()->spawned_at().line();
    };
    auto plain = green::async(where, 1);
    unsigned line = std::source_location::current().line() - 1;
    CHECK(co_await plain.get() == line);
    auto with_policy = green::async(launch::async, where, 1);
    line = std::source_location::current().line() - 1;
    CHECK(co_await with_policy.get() == line);
  });
}
