// SPDX-License-Identifier: MIT
#include "green/threadpool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::threadpool;

namespace {

template <class Condition>
void wait_until(Condition condition) {
  while (!condition()) std::this_thread::yield();
}

int twice(int n) { return 2 * n; }

int fails() { throw std::domain_error("no such job"); }

struct counter {
  int value = 0;
  int add(int n) { return value += n; }
};

}  // namespace

TEST_CASE("K1: apply gives the result") {
  green::run([]() -> green::task<> {
    threadpool tp(2);
    CHECK(co_await tp.apply(twice, 21) == 42);
    std::thread::id where;
    co_await tp.apply([&] { where = std::this_thread::get_id(); });
    CHECK(where != std::this_thread::get_id());
    CHECK(tp.size() == 1);
    CHECK(tp.maxsize() == 2);
  });
}

TEST_CASE("K1: an error is thrown in the green thread") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    std::string what;
    try {
      co_await tp.apply(fails);
    } catch (const std::domain_error& e) {
      what = e.what();
    }
    CHECK(what == "no such job");
    bool was_int = false;
    try {
      co_await tp.apply([] { throw 42; });
    } catch (int n) {
      was_int = n == 42;
    }
    CHECK(was_int);
    CHECK(co_await tp.apply(twice, 1) == 2);
  });
}

TEST_CASE("what apply takes and gives may be move-only, or a reference") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    auto twice_there = [](std::unique_ptr<int> n) {
      *n *= 2;
      return n;
    };
    CHECK(*co_await tp.apply(twice_there, std::make_unique<int>(4)) == 8);
    counter c;
    CHECK(co_await tp.apply(&counter::add, &c, 3) == 3);
    CHECK(co_await tp.apply(&counter::add, std::ref(c), 3) == 6);
    int here = 1;
    auto itself = [&]() -> int& { return here; };
    CHECK(&co_await tp.apply(itself) == &here);
    const std::string text = "copied";
    auto size = [](const std::string& s) { return s.size(); };
    CHECK(co_await tp.apply(size, text) == 6);
  });
}

TEST_CASE("other green threads run while a job does") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    std::binary_semaphore go_on(0);
    std::vector<int> order;
    auto works = [&]() -> green::task<> {
      co_await tp.apply([&] { go_on.acquire(); });
      order.push_back(2);
    };
    auto worker = green::spawn(works);
    co_await green::sleep(0s);
    order.push_back(1);
    go_on.release();
    co_await worker.get();
    CHECK(order == std::vector{1, 2});
  });
}

TEST_CASE("D18: a kill ends the wait, the job goes on") {
  threadpool tp(1);
  std::binary_semaphore go_on(0);
  auto result = std::make_shared<int>(1);
  std::weak_ptr<int> watch = result;
  std::atomic<bool> finished = false;
  tests::run_virtual([&]() -> green::task<> {
    auto works = [&]() -> green::task<> {
      auto job = [&, held = std::move(result)] {
        go_on.acquire();
        finished = true;
        return held;
      };
      co_await tp.apply(std::move(job));
      FAIL_CHECK("went on after the kill");
    };
    auto worker = green::spawn(works);
    const auto start = green::core::now();
    co_await green::sleep(50ms);
    CHECK_FALSE(watch.expired());
    co_await worker.kill();
    CHECK(tests::since(start) == 50ms);
    CHECK(worker.was_killed());
    CHECK_FALSE(finished);
  });
  go_on.release();
  wait_until([&] { return watch.expired(); });  // dropped on its thread
  CHECK(finished);
}

TEST_CASE("a timeout ends the wait, the job goes on") {
  threadpool tp(1);
  std::binary_semaphore go_on(0);
  tests::run_virtual([&]() -> green::task<> {
    bool expired = false;
    try {
      const green::timeout limit(100ms);
      co_await tp.apply([&] { go_on.acquire(); });
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK_FALSE(co_await tp.join(1s));
    go_on.release();
    co_await tp.join();
    CHECK(co_await tp.join(0s));
  });
}

TEST_CASE("a job that is done when the kill comes delivers its result") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    std::atomic<bool> done = false;
    int got = 0;
    bool killed = false;
    auto works = [&]() -> green::task<> {
      got = co_await tp.apply([&] {
        done = true;
        return 7;
      });
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        killed = true;
      }
    };
    auto worker = green::spawn(works);
    co_await green::sleep(0s);
    wait_until([&] { return done.load(); });
    co_await tp.join();  // by then the job was published
    co_await worker.kill();
    CHECK(got == 7);
    CHECK(killed);
  });
}

TEST_CASE("K3: apply in a job of a pool of one runs inline") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    auto inner = [&]() -> green::task<int> {
      const auto here = std::this_thread::get_id();
      std::thread::id there;
      auto job = [&] {
        there = std::this_thread::get_id();
        return 7;
      };
      const int result = co_await tp.apply(job);
      CHECK(there == here);
      co_return result;
    };
    auto outer = [&] { return green::run(inner); };
    CHECK(co_await tp.apply(outer) == 7);
    auto fails_inside = [&]() -> green::task<int> {
      co_return co_await tp.apply(fails);
    };
    auto outer_that_fails = [&] { return green::run(fails_inside); };
    bool failed = false;
    try {
      co_await tp.apply(outer_that_fails);
    } catch (const std::domain_error&) {
      failed = true;
    }
    CHECK(failed);
    CHECK(tp.size() == 1);
  });
}

TEST_CASE("a job may use another pool") {
  green::run([]() -> green::task<> {
    threadpool first(1), second(1);
    auto inner = [&]() -> green::task<int> {
      co_return co_await second.apply(twice, 4);
    };
    auto outer = [&] { return green::run(inner); };
    CHECK(co_await first.apply(outer) == 8);
    CHECK(second.size() == 1);
  });
}

TEST_CASE("spawn gives a greenlet") {
  green::run([]() -> green::task<> {
    threadpool tp(3);
    std::vector<green::greenlet<int>> all;
    for (int i = 0; i < 20; ++i) all.push_back(tp.spawn(twice, i));
    for (int i = 0; i < 20; ++i) CHECK(co_await all[size_t(i)].get() == 2 * i);
    CHECK(tp.size() <= 3);
    auto failing = tp.spawn(fails);
    co_await failing.join();
    CHECK_FALSE(failing.successful());
    CHECK_THROWS_AS(failing.rethrow(), std::domain_error);
    auto nothing = tp.spawn([] {});
    co_await nothing.get();
  });
}

TEST_CASE("a spawned job that is killed before it begins is never done") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    auto held = std::make_shared<int>(1);
    std::weak_ptr<int> watch = held;
    auto never = [held = std::move(held)] { FAIL_CHECK("was done"); };
    auto g = tp.spawn(std::move(never));
    co_await g.kill();
    CHECK(watch.expired());
    CHECK(tp.size() == 0);
  });
}

TEST_CASE("threads end when they are idle, and come again") {
  green::run([]() -> green::task<> {
    threadpool tp(4, 1ms);
    for (int round = 0; round < 2; ++round) {
      std::vector<green::greenlet<int>> all;
      for (int i = 0; i < 8; ++i) all.push_back(tp.spawn(twice, i));
      co_await green::joinall(all);
      while (tp.size() != 0) co_await green::sleep(1ms);
    }
  });
}

TEST_CASE("join waits for every job") {
  green::run([]() -> green::task<> {
    threadpool tp(2);
    co_await tp.join();  // of an unused pool: at once
    std::atomic<int> done = 0;
    auto job = [&] {
      std::this_thread::yield();
      ++done;
    };
    for (int i = 0; i < 50; ++i) tp.spawn(job);
    co_await green::sleep(0s);
    co_await tp.join();
    CHECK(done == 50);
  });
}

TEST_CASE("a killed join leaves the jobs alone") {
  threadpool tp(1);
  std::binary_semaphore go_on(0);
  green::run([&]() -> green::task<> {
    auto job = tp.spawn([&] { go_on.acquire(); });
    auto joins = [&]() -> green::task<> { co_await tp.join(); };
    auto joiner = green::spawn(joins);
    co_await green::sleep(0s);
    co_await green::sleep(0s);
    co_await joiner.kill();
    CHECK(joiner.was_killed());
    go_on.release();
    co_await job.get();
  });
}

TEST_CASE("the destructor does not wait, and loses no job") {
  std::counting_semaphore<> go_on(0), done(0);
  green::run([&]() -> green::task<> {
    std::vector<green::greenlet<int>> all;
    {
      threadpool tp(1);
      auto job = [&] {
        go_on.acquire();
        done.release();
        return 1;
      };
      for (int i = 0; i < 3; ++i) all.push_back(tp.spawn(job));
      co_await green::sleep(0s);
    }
    go_on.release(3);
    for (auto& g : all) CHECK(co_await g.get() == 1);
  });
  for (int i = 0; i < 3; ++i) done.acquire();
}

TEST_CASE("a hub that ends leaves its jobs to their threads") {
  threadpool tp(1);
  std::binary_semaphore go_on(0), done(0);
  std::thread([&] {
    green::run([&]() -> green::task<> {
      tp.spawn([&] {
        go_on.acquire();
        done.release();
      });
      co_await green::sleep(0s);
    });
  }).join();
  go_on.release();
  done.acquire();
}

TEST_CASE("F3: a hub that waits for a job is not deadlocked") {
  green::run([]() -> green::task<> {
    threadpool tp(1);
    auto job = [] {
      std::this_thread::sleep_for(150ms);
      return 7;
    };
    CHECK(co_await tp.apply(job) == 7);
  });
}

TEST_CASE("one pool serves two hubs") {
  threadpool tp(4);
  std::atomic<int> sum = 0;
  auto hub = [&] {
    green::run([&]() -> green::task<> {
      auto many = [&]() -> green::task<> {
        for (int i = 0; i < 100; ++i) sum += co_await tp.apply(twice, i);
      };
      std::vector<green::greenlet<>> all;
      for (int i = 0; i < 10; ++i) all.push_back(green::spawn(many));
      co_await green::joinall(all);
    });
  };
  std::thread other(hub);
  hub();
  other.join();
  CHECK(sum == 2 * 10 * 9900);
}

TEST_CASE("K6: 100000 empty jobs, no wake-up is lost") {
  int done = 0;
  green::run([&]() -> green::task<> {
    threadpool tp(2);
    auto many = [&]() -> green::task<> {
      for (int i = 0; i < 1000; ++i) {
        if (co_await tp.apply(twice, i) == 2 * i) ++done;
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 100; ++i) all.push_back(green::spawn(many));
    co_await green::joinall(all);
  });
  CHECK(done == 100'000);
}

TEST_CASE("to_thread runs a function on a thread of a shared pool") {
  green::run([]() -> green::task<> {
    const auto here = std::this_thread::get_id();
    const auto there = co_await green::to_thread(std::this_thread::get_id);
    CHECK(here != there);
    CHECK(co_await green::to_thread(twice, 21) == 42);
    const auto fail = [] { throw std::runtime_error("there"); };
    CHECK_THROWS_WITH(co_await green::to_thread(fail), "there");
    CHECK(green::default_threadpool().maxsize() <= 32);
  });
}
