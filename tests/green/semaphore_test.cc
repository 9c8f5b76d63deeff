// SPDX-License-Identifier: MIT
#include "green/semaphore"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/hubs.h"
#include "tests/support/lock_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using tests::mirrors_member;
using tests::others_wait;
using tests::task_of;

using green_counting = green::counting_semaphore<5>;
using std_counting = std::counting_semaphore<5>;
static_assert(mirrors_member<green_counting, std_counting>(
    [](auto& counting_semaphore) { return counting_semaphore.acquire(); }));
static_assert(mirrors_member<green_counting, std_counting>([](auto& s) {
  return s.try_acquire_for(1ms);
}));
static_assert(mirrors_member<green_counting, std_counting>([](auto& s) {
  return s.try_acquire_until(steady_clock::now());
}));
static_assert(tests::mirrors(&green::binary_semaphore::acquire,
                             &std::binary_semaphore::acquire));
static_assert(mirrors_member<green::binary_semaphore, std::binary_semaphore>(
    [](auto& s) { return s.try_acquire_for(1ms); }));
static_assert(mirrors_member<green::binary_semaphore, std::binary_semaphore>(
    [](auto& s) { return s.try_acquire_until(system_clock::now()); }));
static_assert(green::counting_semaphore<5>::max() >= 5);
static_assert(green::binary_semaphore::max() >= 1);

namespace {

using semaphore = green::counting_semaphore<1000>;

constinit semaphore ready_at_start(1);

int count(semaphore& s) {
  int permits = 0;
  while (s.try_acquire()) ++permits;
  s.release(permits);
  return permits;
}

}  // namespace

TEST_CASE_TEMPLATE("no more are inside than there are permits", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template counting_semaphore<2> s(2);
    std::atomic<int> inside = 0, entered = 0;
    const auto work = [&]() -> task_of<S> {
      for (int i = 0; i < 200; ++i) {
        co_await s.acquire();
        CHECK(++inside <= 2);
        ++entered;
        if (i % 4 == 0) co_await S::this_thread::yield();
        --inside;
        s.release();
      }
    };
    typename S::thread a(work), b(work), c(work);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(entered == 600);
  });
}

TEST_CASE_TEMPLATE("a permit passes on what was written", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::binary_semaphore ping(0), pong(0);
    int ball = 0;
    const auto player = [&]() -> task_of<S> {
      for (int i = 0; i < 100; ++i) {
        co_await ping.acquire();
        CHECK(ball == 2 * i + 1);
        ++ball;
        pong.release();
      }
    };
    typename S::thread other(player);
    for (int i = 0; i < 100; ++i) {
      ++ball;
      ping.release();
      co_await pong.acquire();
      CHECK(ball == 2 * i + 2);
    }
    co_await other.join();
  });
}

TEST_CASE_TEMPLATE("many permits may be released at once", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template counting_semaphore<10> s(0);
    std::atomic<int> through = 0;
    const auto pass = [&]() -> task_of<S> {
      co_await s.acquire();
      ++through;
    };
    typename S::thread a(pass), b(pass), c(pass);
    co_await S::this_thread::yield();
    s.release(4);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    co_await s.acquire();
    s.release(0);
    CHECK_FALSE(s.try_acquire());
    CHECK(through == 3);
  });
}

TEST_CASE_TEMPLATE("a timed acquire gives up", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template counting_semaphore<3> s(0);
    const auto start = steady_clock::now();
    CHECK_FALSE(co_await s.try_acquire_for(2ms));
    CHECK(steady_clock::now() - start >= 2ms);
    CHECK_FALSE(co_await s.try_acquire_for(0s));
    CHECK_FALSE(co_await s.try_acquire_for(-1s));
    CHECK_FALSE(co_await s.try_acquire_until(steady_clock::now() + 1ms));
    CHECK_FALSE(co_await s.try_acquire_until(system_clock::now() + 1ms));
    s.release(3);
    CHECK(co_await s.try_acquire_for(1h));
    CHECK(co_await s.try_acquire_for(0s));
    CHECK(co_await s.try_acquire_until(system_clock::now() + 1h));
    CHECK_FALSE(s.try_acquire());
  });
}

TEST_CASE_TEMPLATE("a timed acquire may be in time", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::binary_semaphore s(0);
    const auto wait = [&]() -> task_of<S> {
      CHECK(co_await s.try_acquire_for(1h));
    };
    typename S::thread waiter(wait);
    co_await S::this_thread::yield();
    s.release();
    co_await waiter.join();
  });
}

TEST_CASE("a timed acquire ends when its time has come") {  // I1
  tests::run_virtual([]() -> green::task<> {
    semaphore s(0);
    auto start = green::core::now();
    CHECK_FALSE(co_await s.try_acquire_for(10ms));
    CHECK(tests::since(start) == 10ms);
    start = green::core::now();
    CHECK_FALSE(co_await s.try_acquire_until(steady_clock::now() + 1h));
    CHECK(tests::since(start) >= 59min);
    const auto wait_for_it = [&] { return s.acquire(); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, wait_for_it),
                    green::timed_out);
    CHECK(count(s) == 0);
  });
}

TEST_CASE("exactly as many wake as permits come, in order") {  // I4
  green::run([]() -> green::task<> {
    semaphore s(0);
    std::vector<int> order;
    std::vector<green::greenlet<>> all;
    const auto pass = [&](int number) -> green::task<> {
      co_await s.acquire();
      order.push_back(number);
    };
    for (int i = 0; i < 4; ++i) all.push_back(green::spawn(pass, i));
    co_await others_wait();
    s.release(3);
    CHECK_FALSE(s.try_acquire());
    co_await others_wait();
    CHECK(order == std::vector{0, 1, 2});
    s.release(2);
    co_await green::joinall(all);
    CHECK(order.back() == 3);
    CHECK(count(s) == 1);
  });
}

TEST_CASE("two that contend get their turns") {  // I3
  tests::run_virtual([]() -> green::task<> {
    semaphore s(1);
    int turns[2] = {};
    const auto work = [&](int me) -> green::task<> {
      for (;;) {
        co_await s.acquire();
        ++turns[me];
        co_await green::sleep(1ms);
        s.release();
      }
    };
    auto a = green::spawn(work, 0), b = green::spawn(work, 1);
    co_await green::sleep(500ms);
    CHECK(turns[0] + turns[1] >= 500);
    CHECK(std::abs(turns[0] - turns[1]) <= 1);
    co_await a.kill();
    co_await b.kill();
  });
}

TEST_CASE("a permit of one that is killed is not lost") {  // D13
  green::run([]() -> green::task<> {
    semaphore s(0);
    int through = 0;
    const auto pass = [&]() -> green::task<> {
      co_await s.acquire();
      ++through;
      s.release();
    };
    auto notified = green::spawn(pass);
    auto behind = green::spawn(pass);
    co_await others_wait();
    s.release();
    co_await notified.kill();  // it has the permit, and gives it back
    co_await behind.join();
    CHECK(through == 2);
    CHECK(count(s) == 1);

    CHECK(s.try_acquire());
    auto waits = green::spawn(pass);
    co_await others_wait();
    co_await waits.kill();  // it has none
    s.release();
    CHECK(through == 2);
    CHECK(count(s) == 1);
  });
}

TEST_CASE("a permit that comes with the timeout is kept or left, not lost") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(0);
    int got = 0;
    const auto wait = [&]() -> green::task<> {
      if (co_await s.try_acquire_for(5s)) ++got;
    };
    const auto give = [&]() -> green::task<> {
      co_await green::sleep(5s);
      s.release();
    };
    auto a = green::spawn(wait), b = green::spawn(give), c = green::spawn(wait);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(got + count(s) == 1);
  });
}

TEST_CASE("a killed waiter between others passes nothing over") {
  green::run([]() -> green::task<> {
    semaphore s(0);
    std::vector<int> order;
    std::vector<green::greenlet<>> all;
    const auto pass = [&](int number) -> green::task<> {
      co_await s.acquire();
      order.push_back(number);
    };
    for (int i = 0; i < 6; ++i) all.push_back(green::spawn(pass, i));
    co_await others_wait();
    for (const int i : {0, 3, 5}) all[std::size_t(i)].kill_nowait();
    s.release(3);  // the killed wait no longer
    co_await green::joinall(all);
    CHECK(order == std::vector{1, 2, 4});
    CHECK(count(s) == 0);
  });
}

TEST_CASE("permits wander between three hubs and are all there at the end") {
  semaphore s(4);
  std::atomic<int> inside = 0;
  tests::run_hubs(3, [&](int hub) -> green::task<> {
    const auto work = [&, hub](int me) -> green::task<> {
      for (int i = 0; i < 300; ++i) {
        if (i % 3 == hub) {
          if (!co_await s.try_acquire_for(std::chrono::microseconds(me * 10))) {
            continue;
          }
        } else {
          co_await s.acquire();
        }
        CHECK(++inside <= 4);
        if (i % 5 == 0) co_await green::sleep();
        --inside;
        s.release();
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 4; ++i) all.push_back(green::spawn(work, i));
    co_await green::joinall(all);
  });
  CHECK(count(s) == 4);
}

TEST_CASE("a thread of the system may release and try") {
  semaphore s(0);
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < 1000; ++i) co_await s.acquire();
    });
  });
  for (int i = 0; i < 1000; ++i) s.release();
  hub.join();
  CHECK_FALSE(s.try_acquire());
  CHECK(ready_at_start.try_acquire());
  CHECK_FALSE(ready_at_start.try_acquire());
}

TEST_CASE("scoped_acquire gives a permit that its end gives back") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(2);
    {
      const auto permit = co_await s.scoped_acquire();
      CHECK(permit.owns_permit());
      CHECK(count(s) == 1);
      auto other = co_await s.scoped_acquire();
      CHECK(count(s) == 0);
      other.release();
      CHECK_FALSE(static_cast<bool>(other));
      CHECK(count(s) == 1);
      other.release();
      CHECK(count(s) == 1);
    }
    CHECK(count(s) == 2);
  });
}

TEST_CASE("a permit can be moved and exchanged") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(2), t(1);
    auto one = co_await s.scoped_acquire();
    auto two = co_await t.scoped_acquire();
    auto moved = std::move(one);
    CHECK(moved.owns_permit());
    CHECK(count(s) == 1);
    swap(moved, two);
    moved.release();
    CHECK(count(t) == 1);
    two = co_await s.scoped_acquire();
    CHECK(count(s) == 1);
    two = green::semaphore_permit();
    CHECK(count(s) == 2);
  });
}

TEST_CASE("scoped_acquire waits in turn, and a kill loses no permit") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(1);
    std::vector<int> order;
    const auto takes = [&](int n) -> green::task<> {
      const auto permit = co_await s.scoped_acquire();
      order.push_back(n);
      co_await green::sleep(1ms);
    };
    auto held = co_await s.scoped_acquire();
    auto a = green::spawn(takes, 1), b = green::spawn(takes, 2);
    auto c = green::spawn(takes, 3);
    co_await green::sleep();
    co_await b.kill();
    held.release();   // a has the permit now,
    a.kill_nowait();  // and dies at its next await
    co_await a.join();
    co_await c.join();
    CHECK(order == std::vector<int>{1, 3});
    CHECK(count(s) == 1);
    const auto none = co_await s.scoped_acquire();
    bool late = false;
    try {
      const green::timeout limit(1ms);
      const auto another = co_await s.scoped_acquire();
    } catch (const green::timed_out&) {
      late = true;
    }
    CHECK(late);
    CHECK(count(s) == 0);
  });
}
