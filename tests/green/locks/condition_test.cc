// SPDX-License-Identifier: MIT
// What green's condition variables do beyond std's.
// greenify: allow-file(held) locks are tested without their guards
#include "green/locks/condition.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "green/condition_variable"
#include "green/greenlet.h"
#include "green/local.h"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::cv_status;
using tests::others_wait;

namespace {

bool no() { return false; }

// A condition without a condition: who waits is woken by notifications alone.
struct place {
  green::mutex mutex;
  green::condition_variable condition;
  std::vector<int> woken;

  green::task<> wait(int number) {
    auto lk = co_await mutex.scoped_lock();
    co_await condition.wait(lk);
    woken.push_back(number);
  }

  bool locked() {
    if (!mutex.try_lock()) return true;
    mutex.unlock();
    return false;
  }
};

using waiters = std::vector<green::greenlet<>>;

green::task<> wait_all(place& p, waiters& all, int count) {
  for (int i = 0; i < count; ++i) {
    all.push_back(green::spawn(&place::wait, &p, i));
  }
  co_await others_wait();
}

}  // namespace

TEST_CASE("notifications wake in the order of coming, no more, no less") {
  green::run([]() -> green::task<> {  // I9
    place p;
    waiters all;
    co_await wait_all(p, all, 5);
    p.condition.notify_one();
    p.condition.notify_one();
    co_await others_wait();
    CHECK(p.woken == std::vector{0, 1});
    p.condition.notify_all();
    co_await green::joinall(all);
    CHECK(p.woken == std::vector{0, 1, 2, 3, 4});
    p.condition.notify_one();  // nobody is there, and it is not kept
    all.clear();
    co_await wait_all(p, all, 1);
    CHECK_FALSE(all[0].ready());
    co_await all[0].kill();
  });
}

TEST_CASE("a wait that times out holds the lock again") {
  tests::run_virtual([]() -> green::task<> {  // I10
    place p;
    auto lk = co_await p.mutex.scoped_lock();
    auto start = green::core::now();
    CHECK_FALSE(co_await p.condition.wait_for(lk, 10ms, no));
    CHECK(tests::since(start) == 10ms);
    CHECK(p.locked());
    start = green::core::now();
    CHECK(co_await p.condition.wait_for(lk, 1h) == cv_status::timeout);
    CHECK(tests::since(start) == 1h);
    CHECK(p.locked());
    CHECK(co_await p.condition.wait_until(
              lk, std::chrono::system_clock::now() + 1h) == cv_status::timeout);
    CHECK(tests::since(start) >= 119min);
    CHECK(lk.owns_lock());
  });
}

TEST_CASE("a timed wait may have to wait longer for the lock") {
  tests::run_virtual([]() -> green::task<> {
    place p;
    const auto wait = [&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      const auto start = green::core::now();
      CHECK(co_await p.condition.wait_for(lk, 1s) == cv_status::timeout);
      CHECK(tests::since(start) == 5s);
    };
    auto waiter = green::spawn(wait);
    co_await others_wait();
    co_await p.mutex.lock();
    co_await green::sleep(5s);
    p.mutex.unlock();
    co_await waiter.join();
  });
}

TEST_CASE("a killed waiter unwinds with the lock held") {
  green::run([]() -> green::task<> {
    place p;
    bool unwound = false;
    const auto wait = [&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      try {
        co_await p.condition.wait(lk);
      } catch (const green::killed&) {
        unwound = lk.owns_lock() && p.locked();
        throw;
      }
    };
    auto waiter = green::spawn(wait);
    co_await others_wait();
    co_await p.mutex.lock();
    waiter.kill_nowait();
    co_await others_wait();
    CHECK_FALSE(waiter.ready());  // it waits for the lock, whatever comes
    waiter.kill_nowait();
    co_await others_wait();
    CHECK_FALSE(waiter.ready());
    p.mutex.unlock();
    co_await waiter.join();
    CHECK(waiter.was_killed());
    CHECK(unwound);
    CHECK_FALSE(p.locked());
  });
}

TEST_CASE("a timeout around a wait is thrown with the lock held") {
  tests::run_virtual([]() -> green::task<> {
    place p;
    auto lk = co_await p.mutex.scoped_lock();
    bool thrown = false;
    try {
      const green::timeout limit(1s);
      co_await p.condition.wait(lk, no);
    } catch (const green::timed_out&) {
      thrown = lk.owns_lock() && p.locked();
    }
    CHECK(thrown);
  });
}

TEST_CASE("a notification that came before the kill is not lost") {
  green::run([]() -> green::task<> {
    place p;
    waiters all;
    co_await wait_all(p, all, 3);
    p.condition.notify_one();
    co_await all[0].kill();
    CHECK(p.woken == std::vector{0});  // it had it, and used it
    all[1].kill_nowait();
    p.condition.notify_one();  // goes to one that lives
    co_await all[2].join();
    co_await all[1].join();
    CHECK(p.woken == std::vector{0, 2});
    CHECK(all[1].was_killed());
  });
}

TEST_CASE("a notification that comes with the deadline counts once") {
  tests::run_virtual([]() -> green::task<> {
    place p;
    int notified = 0;
    const auto wait = [&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      if (co_await p.condition.wait_for(lk, 5s) == cv_status::no_timeout) {
        ++notified;
      }
    };
    const auto notify = [&]() -> green::task<> {
      co_await green::sleep(5s);
      p.condition.notify_one();
    };
    auto a = green::spawn(wait), b = green::spawn(notify);
    co_await a.join();
    co_await b.join();
    CHECK(notified <= 1);
    CHECK_FALSE(p.locked());
  });
}

TEST_CASE("a killed green thread does not begin to wait") {
  green::run([]() -> green::task<> {
    place p;
    const auto late = [&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      green::getcurrent().kill_nowait();
      try {
        co_await p.condition.wait(lk);
        FAIL_CHECK("it was killed");
      } catch (const green::killed&) {
        CHECK(lk.owns_lock());
        CHECK(p.locked());
      }
    };
    auto waiter = green::spawn(late);
    co_await waiter.join();
    CHECK_FALSE(p.locked());
  });
}

TEST_CASE("a predicate that throws after the wait leaves the lock held") {
  green::run([]() -> green::task<> {
    place p;
    int asked = 0;
    const auto ready = [&]() -> bool {
      if (++asked == 2) throw std::runtime_error("predicate");
      return false;
    };
    const auto wait = [&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      CHECK_THROWS_AS(co_await p.condition.wait(lk, ready), std::runtime_error);
      CHECK(lk.owns_lock());
      CHECK(p.locked());
    };
    auto waiter = green::spawn(wait);
    co_await others_wait();
    p.condition.notify_all();
    co_await waiter.join();
    CHECK(asked == 2);
  });
}

TEST_CASE("waiting with a lock that is not held is an error") {
  green::run([]() -> green::task<> {
    place p;
    green::unique_lock lk(p.mutex, green::defer_lock);
    CHECK_THROWS_AS(co_await p.condition.wait(lk), std::system_error);
    CHECK_FALSE(p.locked());
  });
}

TEST_CASE("green threads of three hubs meet at a condition") {
  place p;
  int turn = 0;
  tests::run_hubs(3, [&](int me) -> green::task<> {
    const auto mine = [&] { return turn % 3 == me; };
    for (int i = 0; i < 300; ++i) {
      auto lk = co_await p.mutex.scoped_lock();
      co_await p.condition.wait(lk, mine);
      ++turn;
      p.condition.notify_all();
    }
  });
  CHECK(turn == 900);
}

TEST_CASE("a thread of the system notifies") {
  place p;
  std::atomic<int> rounds = 0;
  std::atomic<bool> over = false;
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      for (int i = 0; i < 100; ++i) {
        co_await p.condition.wait(lk);
        ++rounds;
      }
      over = true;
    });
  });
  while (!over) {
    p.condition.notify_one();
    std::this_thread::yield();
  }
  hub.join();
  CHECK(rounds == 100);
}

TEST_CASE("a thread of the system stops a wait, at whatever moment") {
  place p;
  green::condition_variable_any condition;
  std::vector<std::stop_source> stops(500);
  std::atomic<std::size_t> started = 0;
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      auto lk = co_await p.mutex.scoped_lock();
      for (const std::stop_source& stop : stops) {
        ++started;
        CHECK_FALSE(co_await condition.wait(lk, stop.get_token(), no));
        CHECK(lk.owns_lock());
      }
    });
  });
  for (std::size_t round = 0; round < stops.size(); ++round) {
    while (started <= round) std::this_thread::yield();
    for (std::size_t i = 0; i < round; ++i) (void)stops[i].stop_requested();
    stops[round].request_stop();
  }
  hub.join();
}

TEST_CASE("a stop inside of the predicate is seen") {
  green::run([]() -> green::task<> {
    place p;
    green::condition_variable_any condition;
    std::stop_source stop;
    const auto ready = [&] { return !stop.request_stop() && false; };
    auto lk = co_await p.mutex.scoped_lock();
    CHECK_FALSE(co_await condition.wait(lk, stop.get_token(), ready));
  });
}

TEST_CASE("notify_all_at_thread_exit also when it is killed") {
  green::run([]() -> green::task<> {
    place p;
    waiters all;
    co_await wait_all(p, all, 2);
    const auto work = [&]() -> green::task<> {
      green::notify_all_at_thread_exit(p.condition,
                                       co_await p.mutex.scoped_lock());
      co_await green::sleep(1h);
    };
    auto worker = green::spawn(work);
    co_await others_wait();
    CHECK(p.locked());
    co_await worker.kill();
    co_await green::joinall(all);
    CHECK(p.woken == std::vector{0, 1});
  });
  place p;
  CHECK_THROWS_AS(green::notify_all_at_thread_exit(p.condition, {}),
                  std::logic_error);
}

TEST_CASE("notify_all_at_thread_exit comes after what local keeps") {
  struct last_look {
    place* at = nullptr;
    bool* locked = nullptr;
    ~last_look() {
      if (at != nullptr) *locked = at->locked();
    }
  };
  green::run([]() -> green::task<> {
    place p;
    const green::local<last_look> mine;
    bool locked = false;
    green::condition_variable condition;
    const auto work = [&]() -> green::task<> {
      green::notify_all_at_thread_exit(condition,
                                       co_await p.mutex.scoped_lock());
      mine->at = &p;
      mine->locked = &locked;
    };
    co_await green::spawn(work).join();
    CHECK(locked);
    CHECK_FALSE(p.locked());
  });
}

TEST_CASE("a condition destroyed under its waiters aborts with a message") {
  CHECK(tests::dying_words([] {
          green::run([]() -> green::task<> {
            green::mutex m;
            auto condition = std::make_unique<green::condition_variable>();
            const auto wait = [&]() -> green::task<> {
              auto lk = co_await m.scoped_lock();
              co_await condition->wait(lk);
            };
            green::spawn(wait);
            co_await others_wait();
            condition.reset();
          });
        }).find("destroyed with waiters") != std::string::npos);
}
