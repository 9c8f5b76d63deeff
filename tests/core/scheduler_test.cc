// SPDX-License-Identifier: MIT
#include "green/core/scheduler.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "green/core/system.h"
#include "green/greenlet.h"
#include "green/hub/this_hub.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::runnable;
using green::core::scheduler;
using tests::permits;
using tests::run_virtual;
using numbers = std::vector<int>;

struct note : runnable {
  note(int n, numbers& l) : runnable(&note::run), number(n), log(&l) {}
  static void run(runnable& r) {
    const note& self = static_cast<note&>(r);
    self.log->push_back(self.number);
  }
  int number;
  numbers* log;
};

}  // namespace

TEST_CASE("a thread has no scheduler before its first use") {
  const scheduler* const mine = &green::hub::this_hub();
  scheduler* before = nullptr;
  scheduler* after = nullptr;
  bool same = false;
  std::thread([&] {
    before = scheduler::here();
    after = &green::hub::this_hub();
    same = scheduler::here() == after;
  }).join();
  CHECK(before == nullptr);
  CHECK(after != nullptr);
  CHECK(after != mine);
  CHECK(same);
  CHECK(scheduler::here() == mine);
}

TEST_CASE("virtual time stands still while work is ready") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    for (int i = 0; i < 1000; ++i) co_await green::sleep();
    CHECK(tests::since(start) == 0s);
  });
}

TEST_CASE("virtual time jumps from timer to timer, never past one") {
  run_virtual([]() -> task<> {
    std::vector<std::chrono::nanoseconds> rings;
    const auto start = green::core::now();
    std::vector<green::greenlet<>> all;
    for (const auto time : {5s, 1s, 3s}) {
      all.push_back(green::spawn([&rings, start, time]() -> task<> {
        co_await green::sleep(time);
        rings.push_back(tests::since(start));
        co_await green::sleep(1s);
        rings.push_back(tests::since(start));
      }));
    }
    co_await green::joinall(all);
    CHECK(rings ==
          std::vector<std::chrono::nanoseconds>{1s, 2s, 3s, 4s, 5s, 6s});
  });
}

TEST_CASE("real time goes on after virtual time") {
  run_virtual([]() -> task<> { co_await green::sleep(1000h); });
  const auto drift = green::core::now() - green::core::steady_now();
  CHECK(drift <= 0);
  green::run([]() -> task<> {
    const auto start = std::chrono::steady_clock::now();
    co_await green::sleep(2ms);
    CHECK(std::chrono::steady_clock::now() - start >= 2ms);
  });
}

TEST_CASE("what is posted runs in order, on the hub") {
  numbers log;
  note one(1, log);
  note two(2, log);
  note three(3, log);
  run_virtual([&]() -> task<> {
    scheduler& hub = *scheduler::here();
    hub.post(one);
    hub.post(two);
    hub.schedule(three);
    CHECK(log.empty());
    co_await green::sleep();
    CHECK(log == numbers{1, 2, 3});
  });
}

TEST_CASE("posts of other threads run on the hub's thread, none is lost") {
  struct counted_post : runnable {
    counted_post() : runnable(&counted_post::run) {}
    static void run(runnable& r) {
      counted_post& self = static_cast<counted_post&>(r);
      self.ran_on = std::this_thread::get_id();
      ++*self.count;
    }
    int* count = nullptr;
    std::thread::id ran_on;
  };
  constexpr int each = 2000;
  int count = 0;
  const auto posts = std::make_unique<counted_post[]>(2 * each);
  permits over;
  struct final_post : runnable {
    explicit final_post(permits& p) : runnable(&final_post::run), over(p) {}
    static void run(runnable& r) { static_cast<final_post&>(r).over.release(); }
    permits& over;
  } last(over);
  green::run([&]() -> task<> {
    scheduler& hub = *scheduler::here();
    const auto send = [&](int from) {
      for (int i = from; i < from + each; ++i) {
        posts[static_cast<std::size_t>(i)].count = &count;
        hub.post(posts[static_cast<std::size_t>(i)]);
        if (i % 64 == 0) std::this_thread::yield();
      }
      over.release();
    };
    std::thread one(send, 0);
    std::thread two(send, each);
    co_await over.acquire();
    co_await over.acquire();
    one.join();
    two.join();
    hub.post(last);  // comes after all others
    co_await over.acquire();
    CHECK(count == 2 * each);
  });
  int elsewhere = 0;
  for (int i = 0; i < 2 * each; ++i) {
    if (posts[static_cast<std::size_t>(i)].ran_on != std::this_thread::get_id())
      ++elsewhere;
  }
  CHECK(elsewhere == 0);
}

TEST_CASE("the current green thread is the one that runs") {
  run_virtual([]() -> task<> {
    scheduler& hub = *scheduler::here();
    green::core::green_thread* inside = nullptr;
    const auto g = green::spawn([&] { inside = hub.current(); });
    green::core::green_thread* const me = hub.current();
    CHECK(me != nullptr);
    co_await g.join();
    CHECK(inside == &g.state());
    CHECK(hub.current() == me);
  });
  CHECK(scheduler::here()->current() == nullptr);
}
