// SPDX-License-Identifier: MIT
//
// What std has not: kills, timeouts, virtual time, the dump.
#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/future"
#include "green/greenlet.h"
#include "green/hub/this_hub.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::future_status;
using green::task;
using tests::run_virtual;
using tests::since;

namespace {

std::error_code broken() {
  return make_error_code(std::future_errc::broken_promise);
}

// Throws when it is copied, the first time.
struct reluctant {
  explicit reluctant(int* attempts) : left(attempts) {}
  reluctant(const reluctant& other) : left(other.left) {
    if ((*left)-- > 0) throw std::length_error("not yet");
  }
  int* left;
};

// The code of the future_error that awaiting gives.
template <class Future>
task<std::error_code> code_from(Future& future) {
  try {
    co_await future.get();
  } catch (const green::future_error& e) {
    co_return e.code();
  }
  co_return std::error_code();
}

}  // namespace

TEST_CASE("a timed wait lasts as long as it says") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    const auto future = promise.get_future().share();
    const auto start = green::core::now();
    CHECK((co_await future.wait_for(1h)) == future_status::timeout);
    CHECK(since(start) == 1h);
    CHECK((co_await future.wait_until(std::chrono::steady_clock::now() - 1s)) ==
          future_status::timeout);
    CHECK(since(start) == 1h);
    auto setter = [&promise]() -> task<> {
      co_await green::sleep(10min);
      promise.set_value(1);
    };
    green::spawn(setter);
    CHECK((co_await future.wait_for(1h)) == future_status::ready);
    CHECK(since(start) == 1h + 10min);
  });
}

TEST_CASE("getters are served in the order of their coming") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    const auto future = promise.get_future().share();
    std::vector<int> order;
    auto getter = [&order](auto mine, int number) -> task<> {
      co_await mine.get();
      order.push_back(number);
    };
    for (int i = 0; i < 4; ++i) green::spawn(getter, future, i);
    co_await green::sleep(0s);
    promise.set_value(1);
    co_await green::sleep(0s);
    CHECK(order == std::vector<int>{0, 1, 2, 3});
  });
}

TEST_CASE("a killed getter leaves its future valid") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    auto getter = [&future]() -> task<int> { co_return co_await future.get(); };
    const auto first = green::spawn(getter);
    co_await green::sleep(0s);
    co_await first.kill();
    CHECK(first.was_killed());
    CHECK(future.valid());
    promise.set_value(7);
    CHECK(co_await future.get() == 7);
    CHECK(!future.valid());
  });
}

TEST_CASE("a getter that times out leaves its future valid") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    auto get = [&future]() -> task<int> { co_return co_await future.get(); };
    bool expired = false;
    try {
      co_await green::with_timeout(1s, get);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(future.valid());
    promise.set_value(7);
    CHECK(co_await green::with_timeout(1s, get) == 7);
  });
}

TEST_CASE("a value that came before the kill is delivered") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    int got = 0;
    bool killed_later = false;
    auto body = [&]() -> task<> {
      got = co_await future.get();
      try {
        co_await green::sleep(1s);
      } catch (const green::killed&) {
        killed_later = true;
      }
    };
    const auto getter = green::spawn(body);
    co_await green::sleep(0s);
    promise.set_value(7);
    co_await getter.kill();
    CHECK(got == 7);
    CHECK(killed_later);
  });
}

TEST_CASE("a pending kill is thrown though the value is there") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    promise.set_value(7);
    auto body = [&future]() -> task<int> {
      green::getcurrent().kill_nowait();
      co_return co_await future.get();
    };
    const auto getter = green::spawn(body);
    co_await getter.join();
    CHECK(getter.was_killed());
    CHECK(co_await future.get() == 7);
  });
}

TEST_CASE("who holds the promise and is killed breaks it") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    auto body = [](green::promise<int>) -> task<> {
      co_await green::sleep(1h);
    };
    const auto holder = green::spawn(body, std::move(promise));
    auto kill = [](auto whom) -> task<> { co_await whom.kill(); };
    green::spawn_later(1s, kill, holder);
    CHECK(co_await code_from(future) == broken());
  });
}

TEST_CASE("a promise that nobody can keep is a deadlock") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    std::string report;
    try {
      co_await future.wait();
    } catch (const green::loop_exit& e) {
      report = e.what();
    }
    CHECK(report.find("main: future 0x") != std::string::npos);
    CHECK(report.find("wait_test.cc") != std::string::npos);
  });
}

TEST_CASE("at_thread_exit comes after the locals of the green thread") {
  run_virtual([]() -> task<> {
    static std::vector<std::string> order;
    struct noisy : green::core::green_thread::local_value {
      noisy() { key = nullptr; }
      ~noisy() override { order.push_back("local"); }
    };
    auto add_local = [] {
      green::hub::this_hub().current()->locals().push_back(*new noisy);
    };
    green::promise<void> first, second;
    const auto one = first.get_future().share();
    const auto two = second.get_future().share();
    auto watch = [](auto future, const char* name) -> task<> {
      co_await future.wait();
      order.push_back(name);
    };
    green::spawn(watch, one, "first");
    green::spawn(watch, two, "second");
    auto body = [&]() -> task<> {
      add_local();
      first.set_value_at_thread_exit();
      add_local();
      second.set_value_at_thread_exit();
      co_await green::sleep(1s);
      order.push_back("end");
    };
    const auto setter = green::spawn(body);
    co_await setter.join();
    co_await green::sleep(0s);
    CHECK(order ==
          std::vector<std::string>{"end", "local", "local", "first", "second"});
  });
}

TEST_CASE("a killed green thread sets its at_thread_exit values") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    auto future = promise.get_future();
    auto body = [&promise]() -> task<> {
      promise.set_value_at_thread_exit(1);
      co_await green::sleep(1h);
    };
    const auto setter = green::spawn(body);
    co_await green::sleep(0s);
    CHECK((co_await future.wait_for(1s)) == future_status::timeout);
    co_await setter.kill();
    CHECK(co_await future.get() == 1);
  });
}

// std does the same, but for TSan, whose pthread_once no exception can leave.
TEST_CASE("a value that cannot be copied is not set") {
  run_virtual([]() -> task<> {
    int attempts = 1;
    const reluctant value(&attempts);
    green::promise<reluctant> promise;
    auto future = promise.get_future();
    CHECK_THROWS_AS(promise.set_value(value), std::length_error);
    CHECK((co_await future.wait_for(0s)) == future_status::timeout);
    promise.set_value(value);
    co_await future.get();
  });
}

TEST_CASE("a result may want more than the usual alignment") {
  struct alignas(128) wide {
    int value = 0;
  };
  run_virtual([]() -> task<> {
    for (int i = 0; i < 100; ++i) {
      green::promise<wide> promise;
      auto future = promise.get_future().share();
      promise.set_value(wide{i});
      const wide& got = co_await future.get();
      CHECK(reinterpret_cast<std::uintptr_t>(&got) % 128 == 0);
      CHECK(got.value == i);
    }
  });
}

TEST_CASE("a million gets that are ready do not grow the stack") {
  run_virtual([]() -> task<> {
    green::promise<int> promise;
    const auto future = promise.get_future().share();
    promise.set_value(1);
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await future.get();
    CHECK(sum == 1'000'000);
  });
}
