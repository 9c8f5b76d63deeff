// SPDX-License-Identifier: MIT
// greenify: allow-file(held) locks are tested without their guards
#include "green/shared_mutex"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/latch"
#include "green/timeout.h"
#include "tests/support/death.h"
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

static_assert(tests::mirrors(&green::shared_mutex::lock,
                             &std::shared_mutex::lock));
static_assert(tests::mirrors(&green::shared_mutex::lock_shared,
                             &std::shared_mutex::lock_shared));
static_assert(tests::mirrors(&green::shared_timed_mutex::lock,
                             &std::shared_timed_mutex::lock));
static_assert(tests::mirrors(&green::shared_timed_mutex::lock_shared,
                             &std::shared_timed_mutex::lock_shared));
using green_timed = green::shared_timed_mutex;
using std_timed = std::shared_timed_mutex;
static_assert(mirrors_member<green_timed, std_timed>([](auto& m) {
  return m.try_lock_for(1ms);
}));
static_assert(mirrors_member<green_timed, std_timed>([](auto& m) {
  return m.try_lock_until(steady_clock::now());
}));
static_assert(mirrors_member<green_timed, std_timed>([](auto& m) {
  return m.try_lock_shared_for(1ms);
}));
static_assert(mirrors_member<green_timed, std_timed>([](auto& m) {
  return m.try_lock_shared_until(system_clock::now());
}));
using green_lock = green::shared_lock<green_timed>;
using std_lock = std::shared_lock<std_timed>;
static_assert(mirrors_member<green_lock, std_lock>([](auto& shared_lock) {
  return shared_lock.lock();
}));
static_assert(mirrors_member<green_lock, std_lock>([](auto& shared_lock) {
  return shared_lock.try_lock_for(1ms);
}));
static_assert(mirrors_member<green_lock, std_lock>([](auto& shared_lock) {
  return shared_lock.try_lock_until(steady_clock::now());
}));

namespace {

using green::shared_mutex;

// What another thread may do with the mutex at once: 'w'rite, 'r'ead, nothing.
template <class S, class Mutex>
task_of<S, char> open_to_others(Mutex& m) {
  char open = '-';
  const auto attempt = [&] {
    if (m.try_lock()) {
      open = 'w';
      m.unlock();
    } else if (m.try_lock_shared()) {
      open = 'r';
      m.unlock_shared();
    }
  };
  typename S::thread other(attempt);
  co_await other.join();
  co_return open;
}

// Who enters, in the order of entering; each stays until it may leave.
struct visits {
  shared_mutex mutex;
  std::string order;
  green::latch leave{1};

  green::task<> read() {
    const auto held = co_await mutex.scoped_lock_shared();
    order += 'r';
    co_await leave.wait();
  }
  green::task<> write() {
    const auto held = co_await mutex.scoped_lock();
    order += 'w';
    co_await leave.wait();
  }
};

}  // namespace

TEST_CASE_TEMPLATE("readers are inside together", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::shared_mutex m;
    typename S::latch all_inside(3);
    const auto read = [&]() -> task_of<S> {
      co_await m.lock_shared();
      co_await all_inside.arrive_and_wait();
      CHECK(co_await open_to_others<S>(m) == 'r');
      m.unlock_shared();
    };
    typename S::thread a(read), b(read), c(read);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(co_await open_to_others<S>(m) == 'w');
  });
}

TEST_CASE_TEMPLATE("a writer is inside alone", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::shared_timed_mutex m;
    co_await m.lock();
    CHECK(co_await open_to_others<S>(m) == '-');
    m.unlock();
    CHECK(m.try_lock());
    CHECK(co_await open_to_others<S>(m) == '-');
    m.unlock();
    CHECK(m.try_lock_shared());
    CHECK(co_await open_to_others<S>(m) == 'r');
    m.unlock_shared();
    CHECK(co_await open_to_others<S>(m) == 'w');
  });
}

TEST_CASE_TEMPLATE("readers see what writers have written", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::shared_mutex m;
    int a = 0, b = 0;
    const auto write = [&]() -> task_of<S> {
      for (int i = 0; i < 200; ++i) {
        co_await m.lock();
        ++a;
        if (i % 8 == 0) co_await S::this_thread::yield();
        ++b;
        m.unlock();
      }
    };
    const auto read = [&]() -> task_of<S> {
      for (int i = 0; i < 200; ++i) {
        co_await m.lock_shared();
        CHECK(a == b);
        if (i % 8 == 0) co_await S::this_thread::yield();
        m.unlock_shared();
      }
    };
    typename S::thread w(write), x(write), r(read), s(read);
    co_await w.join();
    co_await x.join();
    co_await r.join();
    co_await s.join();
    CHECK(a == 400);
  });
}

TEST_CASE_TEMPLATE("timed waits of both kinds give up", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::shared_timed_mutex m;
    const auto attempts = [&m](bool as_reader) -> task_of<S> {
      CHECK_FALSE(co_await m.try_lock_for(1ms));
      CHECK_FALSE(co_await m.try_lock_until(steady_clock::now() + 1ms));
      CHECK_FALSE(co_await m.try_lock_until(system_clock::now() + 1ms));
      CHECK_FALSE(co_await m.try_lock_for(-1s));
      CHECK(co_await m.try_lock_shared_for(1ms) == as_reader);
      if (as_reader) m.unlock_shared();
      CHECK(co_await m.try_lock_shared_until(steady_clock::now()) == as_reader);
      if (as_reader) m.unlock_shared();
    };
    for (const bool as_reader : {true, false}) {
      if (as_reader) {
        co_await m.lock_shared();
      } else {
        co_await m.lock();
      }
      typename S::thread other(attempts, as_reader);
      co_await other.join();
      as_reader ? m.unlock_shared() : m.unlock();
    }
    CHECK(co_await open_to_others<S>(m) == 'w');
  });
}

TEST_CASE_TEMPLATE("a shared_lock unlocks what it owns", S, LOCK_SIDES) {
  using mutex = typename S::shared_timed_mutex;
  using lock = typename S::template shared_lock<mutex>;
  S::run([]() -> task_of<S> {
    mutex m;
    {
      lock a(m, std::defer_lock), b(m, std::try_to_lock), none;
      CHECK_FALSE(a.owns_lock());
      CHECK(b.owns_lock());
      co_await a.lock();
      CHECK(static_cast<bool>(a));
      CHECK(a.mutex() == &m);
      lock c(std::move(a));
      CHECK(a.mutex() == nullptr);
      CHECK(c.owns_lock());
      using std::swap;
      swap(c, none);
      CHECK(none.owns_lock());
      none.unlock();
      CHECK(co_await none.try_lock_for(1ms));
      CHECK(none.release() == &m);
      m.unlock_shared();
      CHECK(co_await open_to_others<S>(m) == 'r');
    }
    CHECK(co_await open_to_others<S>(m) == 'w');
  });
}

TEST_CASE_TEMPLATE("a misused shared_lock throws", S, LOCK_SIDES) {
  using lock = typename S::template shared_lock<typename S::shared_mutex>;
  S::run([]() -> task_of<S> {
    typename S::shared_mutex m;
    lock none, held(m, std::try_to_lock);
    const auto code = [](lock& lk) -> task_of<S, std::errc> {
      try {
        co_await lk.lock();
      } catch (const std::system_error& error) {
        co_return std::errc(error.code().value());
      }
      co_return std::errc();
    };
    CHECK(co_await code(none) == std::errc::operation_not_permitted);
    CHECK(co_await code(held) == std::errc::resource_deadlock_would_occur);
    CHECK_THROWS_AS(none.unlock(), std::system_error);
    CHECK(held.owns_lock());
  });
}

TEST_CASE("a writer that waits keeps later readers out") {
  green::run([]() -> green::task<> {
    visits v;
    REQUIRE(v.mutex.try_lock_shared());
    std::vector<green::greenlet<>> all;
    all.push_back(green::spawn(&visits::write, &v));
    co_await others_wait();
    CHECK_FALSE(v.mutex.try_lock_shared());
    all.push_back(green::spawn(&visits::read, &v));
    co_await others_wait();
    CHECK(v.order == "");
    v.mutex.unlock_shared();
    co_await others_wait();
    CHECK(v.order == "w");
    v.leave.count_down();
    co_await green::joinall(all);
    CHECK(v.order == "wr");
  });
}

TEST_CASE("who waits enters in the order of coming, readers together") {
  green::run([]() -> green::task<> {
    visits v;
    REQUIRE(v.mutex.try_lock());
    std::vector<green::greenlet<>> all;
    for (const char kind : std::string("rrwwrwrrr")) {
      all.push_back(kind == 'r' ? green::spawn(&visits::read, &v)
                                : green::spawn(&visits::write, &v));
      co_await others_wait();
    }
    v.mutex.unlock();
    co_await others_wait();
    CHECK(v.order == "rr");
    v.leave.count_down();
    co_await green::joinall(all);
    CHECK(v.order == "rrwwrwrrr");
  });
}

TEST_CASE("a writer that gives up lets the readers behind it in") {
  for (const bool by_kill : {false, true}) {
    tests::run_virtual(
        [](bool kill) -> green::task<> {
          green::shared_timed_mutex m;
          REQUIRE(m.try_lock_shared());
          const auto write = [&]() -> green::task<> {
            const bool entered = co_await m.try_lock_for(10s);
            CHECK_FALSE(entered);
          };
          int inside = 0;
          const auto read = [&]() -> green::task<> {
            co_await m.lock_shared();
            ++inside;
          };
          auto writer = green::spawn(write);
          std::vector<green::greenlet<>> readers;
          for (int i = 0; i < 3; ++i) readers.push_back(green::spawn(read));
          co_await others_wait();
          CHECK(inside == 0);
          if (kill) co_await writer.kill();
          const auto start = green::core::now();
          co_await green::joinall(readers);
          CHECK(tests::since(start) == (kill ? 0s : 10s));
          CHECK(inside == 3);
          CHECK_FALSE(m.try_lock());
          for (int i = 0; i < 4; ++i) m.unlock_shared();
          CHECK(m.try_lock());
          m.unlock();
        },
        by_kill);
  }
}

TEST_CASE("killed and late readers leave no trace") {
  tests::run_virtual([]() -> green::task<> {
    green::shared_timed_mutex m;
    co_await m.lock();
    const auto late = [&]() -> green::task<> {
      CHECK_FALSE(co_await m.try_lock_shared_for(1s));
      const auto wait_for_it = [&] { return m.lock_shared(); };
      CHECK_THROWS_AS(co_await green::with_timeout(1s, wait_for_it),
                      green::timed_out);
    };
    const auto wait = [&]() -> green::task<> { co_await m.lock_shared(); };
    auto one = green::spawn(late), two = green::spawn(wait);
    co_await green::sleep(500ms);
    co_await two.kill();
    co_await one.join();
    m.unlock();
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("a shared mutex that was handed over is delivered before the kill") {
  green::run([]() -> green::task<> {
    visits v;
    REQUIRE(v.mutex.try_lock());
    auto reader = green::spawn(&visits::read, &v);
    auto writer = green::spawn(&visits::write, &v);
    co_await others_wait();
    v.mutex.unlock();
    co_await reader.kill();  // gives up what it was given, for the next
    co_await writer.kill();
    CHECK(v.order == "rw");
    CHECK(v.mutex.try_lock());
    v.mutex.unlock();
  });
}

TEST_CASE("readers and writers of three hubs") {
  shared_mutex m;
  int a = 0, b = 0;
  std::atomic<int> inside = 0;
  tests::run_hubs(3, [&](int) -> green::task<> {
    const auto write = [&]() -> green::task<> {
      for (int i = 0; i < 200; ++i) {
        const auto held = co_await m.scoped_lock();
        ++a;
        CHECK(inside == 0);
        if (i % 8 == 0) co_await green::sleep();
        ++b;
      }
    };
    const auto read = [&]() -> green::task<> {
      for (int i = 0; i < 400; ++i) {
        const auto held = co_await m.scoped_lock_shared();
        ++inside;
        if (i % 8 == 0) co_await green::sleep();
        CHECK(a == b);
        --inside;
      }
    };
    std::vector<green::greenlet<>> all;
    all.push_back(green::spawn(write));
    for (int i = 0; i < 3; ++i) all.push_back(green::spawn(read));
    co_await green::joinall(all);
  });
  CHECK(a == 600);
  CHECK(b == 600);
}

TEST_CASE("a thread of the system may try and unlock a shared mutex") {
  shared_mutex m;
  std::atomic<int> waiting = 0;
  REQUIRE(m.try_lock());
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      ++waiting;
      co_await m.lock_shared();
      ++waiting;
      co_await m.lock_shared();
    });
  });
  while (waiting == 0) std::this_thread::yield();
  m.unlock();
  hub.join();
  CHECK(m.try_lock_shared());
  CHECK_FALSE(m.try_lock());
  for (int i = 0; i < 3; ++i) m.unlock_shared();
  CHECK(m.try_lock());
  m.unlock();
}

TEST_CASE("unlocking what is not locked aborts with a message") {
  CHECK(tests::dying_words([] {
          shared_mutex().unlock();
        }).find("that was not locked") != std::string::npos);
  CHECK(tests::dying_words([] {
          shared_mutex().unlock_shared();
        }).find("not locked shared") != std::string::npos);
}
