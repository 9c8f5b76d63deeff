// SPDX-License-Identifier: MIT
#include "green/stop_token"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <type_traits>

#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/thread"

using namespace std::chrono_literals;
using green::task;

static_assert(
    std::is_same_v<green::stop_token, std::stop_token> &&
    std::is_same_v<green::stop_source, std::stop_source> &&
    std::is_same_v<green::stop_callback<void (*)()>,
                   std::stop_callback<void (*)()>> &&
    std::is_same_v<green::nostopstate_t, std::nostopstate_t> &&
    std::is_same_v<decltype(green::nostopstate), decltype(std::nostopstate)>);

TEST_CASE("a stop is seen by green threads that poll for it") {  // D19
  green::run([]() -> task<> {
    green::stop_source source;
    int polls = 0;
    auto body = [&polls](green::stop_token token) -> task<> {
      while (!token.stop_requested()) {
        ++polls;
        co_await green::sleep(0s);
      }
    };
    const auto poller = green::spawn(body, source.get_token());
    co_await green::sleep(0s);
    CHECK(polls > 0);
    CHECK(source.request_stop());
    CHECK(!source.request_stop());
    co_await poller.join();
  });
}

TEST_CASE("a thread's stop is seen by one that computes and never waits") {
  green::run([]() -> task<> {  // D19
    std::atomic<bool> computes = false;
    bool seen = false;
    auto body = [&](green::stop_token token) -> task<> {
      computes = true;
      while (!token.stop_requested()) std::this_thread::yield();
      seen = true;
      co_return;
    };
    green::jthread t(body);
    std::thread stopper([&computes, source = t.get_stop_source()]() mutable {
      while (!computes) std::this_thread::yield();
      source.request_stop();
    });
    co_await t.join();
    stopper.join();
    CHECK(seen);
  });
}

TEST_CASE("a stop_callback wakes green threads of any hub") {
  green::stop_source source;
  std::thread requester;
  green::run([&]() -> task<> {
    green::promise<void> stopped;
    auto future = stopped.get_future();
    const green::stop_callback wake(source.get_token(),
                                    [&stopped] { stopped.set_value(); });
    requester = std::thread([&source] { source.request_stop(); });
    co_await future.get();
    CHECK(source.stop_requested());
  });
  requester.join();
}
