// SPDX-License-Identifier: MIT
// Green threads that wait for asio's thread pool and timers, without green
// knowing of asio.
#include <doctest/doctest.h>

#include <asio/error_code.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <chrono>
#include <coroutine>
#include <functional>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/foreign.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"

namespace {

using namespace std::chrono_literals;
using green::task;

// f() on a thread of the pool.
template <class F>
class on_pool {
 public:
  on_pool(asio::thread_pool& pool, F f) : pool_(pool), f_(std::move(f)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    asio::post(pool_, [this, awaiting] {
      result_ = f_();
      awaiting.resume();
    });
  }
  int await_resume() const noexcept { return result_; }

 private:
  asio::thread_pool& pool_;
  F f_;
  int result_ = 0;
};

// A timer, which a stop cancels.
class expiry {
 public:
  expiry(asio::steady_timer& timer, std::stop_token stop)
      : timer_(timer), stop_(std::move(stop)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    timer_.async_wait([this, awaiting](const asio::error_code& error) {
      error_ = error;
      awaiting.resume();
    });
    canceller_.emplace(std::move(stop_), cancel{timer_});
  }
  void await_resume() {
    canceller_.reset();
    if (error_) throw std::system_error(error_);
  }

 private:
  struct cancel {
    asio::steady_timer& timer;
    void operator()() const {
      asio::post(timer.get_executor(), [&t = timer] { t.cancel(); });
    }
  };

  asio::steady_timer& timer_;
  std::stop_token stop_;
  asio::error_code error_;
  std::optional<std::stop_callback<cancel>> canceller_;
};

}  // namespace

TEST_CASE("asio's thread pool resumes green threads") {
  asio::thread_pool pool(2);
  green::run([&pool]() -> task<> {
    const std::thread::id here = std::this_thread::get_id();
    int sum = 0;
    const auto work = [&]() -> task<> {
      for (int i = 0; i < 100; ++i) {
        const auto compute = [here, i] {
          return std::this_thread::get_id() == here ? -1'000'000 : i;
        };
        on_pool job(pool, compute);
        sum += co_await job;  // on the hub again: no lock is needed
        CHECK(std::this_thread::get_id() == here);
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 10; ++i) all.push_back(green::spawn(work));
    co_await green::joinall(all);
    CHECK(sum == 10 * 4950);
  });
  pool.join();
}

TEST_CASE("a kill and a timeout cancel a timer of asio") {
  asio::thread_pool pool(1);
  green::run([&pool]() -> task<> {
    const auto wait = [&pool](std::chrono::milliseconds time) -> task<> {
      asio::steady_timer timer(pool, time);
      const auto make = [&timer](std::stop_token stop) {
        return expiry(timer, std::move(stop));
      };
      co_await green::with_stop_token(make);
    };
    co_await wait(1ms);
    CHECK_THROWS_AS(co_await green::with_timeout(1ms, wait, 1h),
                    green::timed_out);
    const auto victim = green::spawn(wait, 1h);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(victim.was_killed());
  });
  pool.join();
}

TEST_CASE("a callback of asio sets an async_result") {
  asio::thread_pool pool(1);
  green::run([&pool]() -> task<> {
    asio::steady_timer timer(pool, 1ms);
    green::async_result<bool> expired;
    timer.async_wait(
        [&expired](const asio::error_code& error) { expired.set(!error); });
    CHECK(co_await expired.get());
  });
  pool.join();
}
