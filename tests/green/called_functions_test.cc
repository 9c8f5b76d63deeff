// SPDX-License-Identifier: MIT
// A function that green calls may give any awaitable, and is then waited for:
// `spawn(green::close, fd)` closes, as std::thread(::close, fd) does. All that
// calls a function in a coroutine. What calls one elsewhere refuses such a
// function, as tests/green/mistakes/calls_test.cc shows.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

#include "green/condition_variable"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/pool.h"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/thread"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;

namespace {

/// A descriptor that is open.
int opened() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

/// Gives an awaitable that is no task, and counts how often it was awaited.
struct taker {
  green::counting_semaphore<>& permits;
  auto operator()(int = 0) const { return permits.try_acquire_for(1h); }
};

int left(green::counting_semaphore<>& permits) {
  int count = 0;
  while (permits.try_acquire()) ++count;
  permits.release(count);
  return count;
}

}  // namespace

TEST_CASE("spawn, thread and run wait for what a function gives") {
  const int first = opened(), second = opened(), third = opened();
  green::run([&]() -> task<> {
    green::greenlet<int> closing = green::spawn(green::close, first);
    CHECK(co_await closing.get() == 0);
    CHECK_FALSE(is_open(first));
    green::thread other(green::close, second);
    co_await other.join();
    CHECK_FALSE(is_open(second));
    green::greenlet<int> wrong = green::spawn_later(1ms, green::close, -1);
    CHECK(co_await wrong.get() == -1);
  });
  CHECK(green::run(green::close, third) == 0);
  CHECK_FALSE(is_open(third));
}

TEST_CASE("all that starts a green thread does") {
  tests::run_virtual([]() -> task<> {
    green::counting_semaphore<> permits(20);
    const taker take{permits};
    CHECK(co_await green::spawn(take).get());
    CHECK(co_await green::spawn(take, 1).get());
    CHECK(co_await green::spawn_later(1s, take).get());
    CHECK(left(permits) == 17);
    green::jthread t(take, 1);
    co_await t.join();
    CHECK(left(permits) == 16);
    green::group group;
    CHECK(co_await group.spawn(take).get());
    green::pool pool(2);
    auto spawned = co_await pool.spawn(take, 1);
    CHECK(co_await spawned.get());
    CHECK(co_await pool.spawn_nowait(take).get());
    CHECK(left(permits) == 13);
    const std::vector<int> numbers = {1, 2, 3};
    const std::vector<bool> mapped = co_await pool.map(take, numbers);
    CHECK(mapped == std::vector<bool>{true, true, true});
    CHECK(left(permits) == 10);
    auto results = pool.imap(take, numbers);
    while (co_await results.next()) {
    }
    CHECK(left(permits) == 7);
  });
}

TEST_CASE("so does all that calls a function for the one that awaits") {
  tests::run_virtual([]() -> task<> {
    green::counting_semaphore<> permits(5);
    const taker take{permits};
    CHECK(co_await green::async(take).get());
    CHECK(co_await green::async(std::launch::deferred, take, 1).get());
    CHECK(co_await green::with_timeout(1s, take));
    green::once_flag once;
    co_await green::call_once(once, take);
    co_await green::call_once(once, take);
    green::packaged_task<bool()> packaged(take);
    auto result = packaged.get_future();
    co_await packaged();
    CHECK(co_await result.get());
    CHECK(left(permits) == 0);
  });
}

TEST_CASE("an exception and a kill reach such a wait") {
  tests::run_virtual([]() -> task<> {
    green::counting_semaphore<> none(0);
    const auto waits = [&none] { return none.acquire(); };
    auto waiting = green::spawn(waits);
    co_await green::sleep();
    CHECK_FALSE(waiting.ready());
    co_await waiting.kill();
    CHECK(waiting.was_killed());
    const auto fails = [] { return green::spawn([] { throw 3; }).get(); };
    CHECK_THROWS_AS(co_await green::spawn(fails).get(), int);
    CHECK_THROWS_AS(co_await green::with_timeout(1s, waits), green::timed_out);
  });
}

TEST_CASE("a predicate may be a coroutine, which is awaited") {
  tests::run_virtual([]() -> task<> {
    green::mutex m;
    green::condition_variable cv;
    bool ready = false;
    int asked = 0;
    const auto is_ready = [&]() -> task<bool> {
      ++asked;
      co_await green::sleep(1ms);
      co_return ready;
    };
    const auto sets = [&]() -> task<> {
      for (int i = 0; i < 2; ++i) {
        co_await green::sleep(1s);
        const auto lk = co_await m.scoped_lock();
        ready = i == 1;
        cv.notify_all();
      }
    };
    auto lk = co_await m.scoped_lock();
    auto setter = green::spawn(sets);
    co_await cv.wait(lk, is_ready);
    CHECK(ready);
    CHECK(asked == 3);
    CHECK(lk.owns_lock());
    co_await setter.join();

    ready = false;
    asked = 0;
    CHECK_FALSE(co_await cv.wait_for(lk, 1s, is_ready));
    CHECK(asked == 2);
    CHECK_FALSE(
        co_await cv.wait_until(lk, std::chrono::steady_clock::now(), is_ready));
    ready = true;
    CHECK(co_await cv.wait_for(lk, 1s, is_ready));
  });
}

TEST_CASE("so may that of a condition_variable_any") {
  tests::run_virtual([]() -> task<> {
    green::shared_mutex m;
    green::condition_variable_any cv;
    green::binary_semaphore one(1);
    const auto has_permit = [&]() { return one.try_acquire_for(1ms); };
    auto lk = co_await m.scoped_lock_shared();
    co_await cv.wait(lk, has_permit);
    CHECK_FALSE(co_await cv.wait_for(lk, 1s, has_permit));
    std::stop_source stop;
    const auto stops = [&]() -> task<> {
      co_await green::sleep(1s);
      stop.request_stop();
    };
    auto stopper = green::spawn(stops);
    CHECK_FALSE(co_await cv.wait(lk, stop.get_token(), has_permit));
    one.release();
    CHECK(co_await cv.wait(lk, stop.get_token(), has_permit));
    CHECK_FALSE(co_await cv.wait_for(lk, stop.get_token(), 1s, has_permit));
    co_await stopper.join();
  });
}

TEST_CASE("a predicate that throws, or is killed, leaves the lock held") {
  tests::run_virtual([]() -> task<> {
    green::mutex m;
    green::condition_variable cv;
    const auto fails = []() -> task<bool> {
      co_await green::sleep(1ms);
      throw std::runtime_error("no such thing");
    };
    auto lk = co_await m.scoped_lock();
    CHECK_THROWS_AS(co_await cv.wait(lk, fails), std::runtime_error);
    CHECK(lk.owns_lock());
    CHECK_FALSE(m.try_lock());
  });
}

TEST_CASE("joinall and killall take a list in braces") {
  tests::run_virtual([]() -> task<> {
    const auto gives = [](int n) -> task<int> {
      co_await green::sleep(std::chrono::milliseconds(n));
      co_return n;
    };
    const auto naps = [] { return green::sleep(1h); };
    auto a = green::spawn(gives, 2), b = green::spawn(gives, 1);
    const std::vector<green::any_greenlet> ended =
        co_await green::joinall({a, b});
    REQUIRE(ended.size() == 2);
    CHECK(ended[0] == b);
    CHECK(ended[1] == a);
    auto c = green::spawn(naps);
    const std::vector<green::any_greenlet> some =
        co_await green::joinall({c, a}, 1s);
    REQUIRE(some.size() == 1);
    CHECK(some[0] == a);
    co_await green::killall({c, a});
    CHECK(c.was_killed());
    auto d = green::spawn(naps), e = green::spawn(naps);
    co_await green::killall({d, e}, 1s);
    CHECK(d.was_killed());
    CHECK(e.was_killed());
  });
}
