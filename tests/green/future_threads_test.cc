// SPDX-License-Identifier: MIT
//
// Futures between hubs and OS threads.
#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"

using namespace std::chrono_literals;
using green::task;

namespace {

constexpr int rounds = 300;

}  // namespace

TEST_CASE("an OS thread sets what a green thread waits for") {  // G9
  green::run([]() -> task<> {
    for (int i = 0; i < rounds; ++i) {
      green::promise<int> promise;
      auto future = promise.get_future();
      std::thread setter(
          [p = std::move(promise), i]() mutable { p.set_value(i); });
      CHECK(co_await future.get() == i);
      setter.join();
    }
  });
}

TEST_CASE("the promise may go as soon as the value is there") {
  std::atomic<int> running = 0;
  green::run([&running]() -> task<> {
    for (int i = 0; i < rounds; ++i) {
      auto promise = std::make_unique<green::promise<std::string>>();
      auto future = promise->get_future();
      ++running;
      std::thread([raw = promise.get(), &running] {
        raw->set_value("a string that is too long to stand in its object");
        --running;
      }).detach();
      const auto text = co_await future.get();
      promise.reset();
      CHECK(text.size() > 40);
    }
  });
  while (running != 0) std::this_thread::yield();
}

TEST_CASE("green threads of two hubs wait for one shared_future") {
  for (int round = 0; round < rounds / 10; ++round) {
    green::promise<int> promise;
    const auto future = promise.get_future().share();
    std::atomic<int> sum = 0;
    std::atomic<int> waiting = 0;
    auto getter = [&](green::shared_future<int> mine) -> task<> {
      ++waiting;
      sum += co_await mine.get();
    };
    auto body = [&]() -> task<> {
      std::vector<green::any_greenlet> getters;
      for (int i = 0; i < 10; ++i) {
        getters.push_back(green::spawn(getter, future));
      }
      co_await green::joinall(getters);
    };
    std::thread a([&body] { green::run(body); });
    std::thread b([&body] { green::run(body); });
    while (waiting < round % 20) std::this_thread::yield();
    promise.set_value(1);
    a.join();
    b.join();
    CHECK(sum == 20);
  }
}

TEST_CASE("kills, timeouts and the value race, and nothing is lost") {
  for (int round = 0; round < rounds / 3; ++round) {
    green::promise<int> promise;
    auto future = promise.get_future();
    std::thread hub([&future] {
      green::run([&future]() -> task<> {
        auto get = [&future]() -> task<int> {
          co_return co_await future.get();
        };
        const auto getter = green::spawn(get);
        co_await green::sleep(20us);
        co_await getter.kill();
        const bool had_it = getter.value() != nullptr;
        CHECK(future.valid() != had_it);
        if (had_it) {
          CHECK(*getter.value() == 1);
        } else {
          CHECK(co_await future.get() == 1);
        }
      });
    });
    std::this_thread::sleep_for(std::chrono::microseconds(round));
    promise.set_value(1);
    hub.join();
  }
}

TEST_CASE("one of two hubs runs a deferred function") {
  for (int round = 0; round < rounds / 10; ++round) {
    std::atomic<int> calls = 0;
    auto deferred = [&calls]() -> task<int> {
      co_await green::sleep(100us);
      co_return ++calls;
    };
    const auto future = green::async(green::launch::deferred, deferred).share();
    auto body = [future]() -> task<> { CHECK(co_await future.get() == 1); };
    std::thread a([&body] { green::run(body); });
    std::thread b([&body] { green::run(body); });
    a.join();
    b.join();
    CHECK(calls == 1);
  }
}

TEST_CASE("two promises race for one state") {
  for (int round = 0; round < rounds / 10; ++round) {
    green::promise<std::string> promise;
    auto future = promise.get_future();
    std::atomic<int> satisfied = 0;
    auto set = [&promise, &satisfied](const char* text) {
      try {
        promise.set_value(text);
      } catch (const green::future_error&) {
        ++satisfied;
      }
    };
    std::thread a(set, "a"), b(set, "b");
    const auto text = green::run(
        [&future]() -> task<std::string> { co_return co_await future.get(); });
    a.join();
    b.join();
    CHECK(satisfied == 1);
    CHECK((text == "a" || text == "b"));
  }
}

TEST_CASE("outside of green threads at_thread_exit is the OS thread's end") {
  static std::atomic<bool> local_gone = false;
  struct noisy {
    ~noisy() { local_gone = true; }
  };
  green::promise<int> promise;
  auto future = promise.get_future();
  std::atomic<bool> go = false;
  std::thread setter([&promise, &go] {
    promise.set_value_at_thread_exit(1);
    thread_local noisy made_after;
    static_cast<void>(&made_after);
    go.wait(false);
  });
  green::run([&]() -> task<> {
    CHECK((co_await future.wait_for(5ms)) == std::future_status::timeout);
    go = true;
    go.notify_one();
    CHECK(co_await future.get() == 1);
    CHECK(local_gone);
  });
  setter.join();
}

TEST_CASE("a promise broken by the end of a hub wakes another") {
  green::promise<int> promise;
  auto future = promise.get_future();
  std::thread hub([&promise] {
    green::run([&promise]() -> task<> {
      auto keep = [](green::promise<int>) -> task<> {
        co_await green::sleep(1h);
      };
      green::spawn(keep, std::move(promise));
      co_await green::sleep(1ms);
    });
  });
  green::run([&future]() -> task<> {
    CHECK_THROWS_AS(co_await future.get(), green::future_error);
  });
  hub.join();
}
