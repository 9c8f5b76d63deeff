// SPDX-License-Identifier: MIT
// What of green/mutex locks others: unique_lock, lock_guard, scoped_lock,
// lock, try_lock, call_once.
// greenify: allow-file(held) locks are tested without their guards
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "green/greenlet.h"
#include "green/mutex"
#include "green/timeout.h"
#include "tests/support/hubs.h"
#include "tests/support/lock_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::lock_of;
using tests::others_wait;
using tests::task_of;

namespace {

template <class F>
std::errc code_of(F f) {
  try {
    f();
  } catch (const std::system_error& error) {
    return std::errc(error.code().value());
  }
  return {};
}

template <class S, class Lock>
task_of<S, std::errc> code_of_lock(Lock& lock) {
  try {
    co_await lock.lock();
  } catch (const std::system_error& error) {
    co_return std::errc(error.code().value());
  }
  co_return std::errc();
}

// Lockable, but one call of it fails.
template <class S>
struct treacherous {
  tests::ready<> lock() {
    if (fails_to == 1) throw std::runtime_error("lock");
    locked = true;
    return {};
  }
  bool try_lock() {
    if (fails_to == 2) throw std::runtime_error("try_lock");
    return locked = true;
  }
  void unlock() { locked = false; }

  int fails_to = 0;
  bool locked = false;
};

}  // namespace

template <>
inline constexpr bool
    green::locks_before_await<treacherous<tests::system_locks>> = true;

TEST_CASE_TEMPLATE("a unique_lock unlocks what it owns", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex m;
    {
      lock_of<S> lk(m, std::defer_lock);
      CHECK_FALSE(lk.owns_lock());
      co_await lk.lock();
      CHECK(lk.owns_lock());
      CHECK(static_cast<bool>(lk));
      CHECK(lk.mutex() == &m);
    }
    {
      lock_of<S> lk(m, std::try_to_lock);
      CHECK(lk.owns_lock());
      lk.unlock();
      CHECK_FALSE(lk.owns_lock());
      CHECK(lk.try_lock());
    }
    co_await m.lock();
    {
      lock_of<S> lk(m, std::adopt_lock);
    }
    co_await m.lock();
    {
      lock_of<S> lk(m, std::defer_lock);
    }
    m.unlock();
  });
}

TEST_CASE_TEMPLATE("a unique_lock is moved, swapped and released", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex m, n;
    lock_of<S> a(m, std::try_to_lock), b(std::move(a));
    CHECK_FALSE(a.owns_lock());
    CHECK(a.mutex() == nullptr);
    CHECK(b.owns_lock());
    lock_of<S> c(n, std::try_to_lock);
    c = std::move(b);  // unlocks n
    CHECK(c.mutex() == &m);
    co_await n.lock();
    n.unlock();
    lock_of<S> d;
    CHECK(d.mutex() == nullptr);
    d.swap(c);
    CHECK(d.owns_lock());
    CHECK_FALSE(c.owns_lock());
    using std::swap;
    swap(c, d);
    CHECK(c.release() == &m);
    CHECK_FALSE(c.owns_lock());
    m.unlock();
  });
}

TEST_CASE_TEMPLATE("a misused unique_lock throws", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex m;
    lock_of<S> none, lk(m, std::defer_lock);
    const auto not_permitted = std::errc::operation_not_permitted;
    const auto would_deadlock = std::errc::resource_deadlock_would_occur;
    CHECK(co_await code_of_lock<S>(none) == not_permitted);
    CHECK(code_of([&] { (void)none.try_lock(); }) == not_permitted);
    CHECK(code_of([&] { none.unlock(); }) == not_permitted);
    CHECK(code_of([&] { lk.unlock(); }) == not_permitted);
    co_await lk.lock();
    CHECK(co_await code_of_lock<S>(lk) == would_deadlock);
    CHECK(code_of([&] { (void)lk.try_lock(); }) == would_deadlock);
    CHECK(lk.owns_lock());
  });
}

TEST_CASE_TEMPLATE("a unique_lock of a timed mutex may give up", S,
                   LOCK_SIDES) {
  using lock = typename S::template unique_lock<typename S::timed_mutex>;
  S::run([]() -> task_of<S> {
    typename S::timed_mutex m;
    lock held(m, std::defer_lock);
    CHECK(co_await held.try_lock_for(1s));
    CHECK(held.owns_lock());
    const auto attempts = [&m]() -> task_of<S> {
      lock lk(m, std::defer_lock);
      CHECK_FALSE(co_await lk.try_lock_for(1ms));
      CHECK_FALSE(lk.owns_lock());
      CHECK_FALSE(
          co_await lk.try_lock_until(std::chrono::steady_clock::now() + 1ms));
      CHECK_FALSE(lk.try_lock());
    };
    typename S::thread other(attempts);
    co_await other.join();
    held.unlock();
    CHECK(co_await held.try_lock_until(std::chrono::system_clock::now()));
  });
}

TEST_CASE_TEMPLATE("guards adopt and unlock", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex a;
    typename S::recursive_mutex b;
    typename S::timed_mutex c;
    {
      co_await a.lock();
      typename S::template lock_guard<typename S::mutex> guard(a,
                                                               std::adopt_lock);
    }
    {
      co_await a.lock();
      typename S::template scoped_lock<typename S::mutex> guard(std::adopt_lock,
                                                                a);
    }
    {
      co_await S::lock(a, b, c);
      typename S::template scoped_lock<typename S::mutex,
                                       typename S::recursive_mutex,
                                       typename S::timed_mutex>
          guard(std::adopt_lock, a, b, c);
    }
    typename S::template scoped_lock<> nothing(std::adopt_lock);
    CHECK(S::try_lock(a, b, c) == -1);
    a.unlock();
    b.unlock();
    c.unlock();
  });
}

TEST_CASE_TEMPLATE("try_lock of several locks all, or says which not", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex a, b;
    typename S::timed_mutex c;
    lock_of<S> lk(b, std::defer_lock);
    CHECK(S::try_lock(a, lk, c) == -1);
    CHECK(lk.owns_lock());
    a.unlock();
    const auto attempt = [&]() -> task_of<S> {
      CHECK(S::try_lock(a, c) == 1);
      CHECK(S::try_lock(a, b, c) == 1);
      CHECK(S::try_lock(c, a) == 0);
      CHECK(a.try_lock());  // nothing was kept
      a.unlock();
      co_return;
    };
    typename S::thread other(attempt);
    co_await other.join();
    c.unlock();
  });
}

TEST_CASE_TEMPLATE("lock takes any lockables, in any order, without deadlock",
                   S, LOCK_SIDES) {  // I14
  S::run([]() -> task_of<S> {
    typename S::mutex a;
    typename S::recursive_timed_mutex b;
    typename S::shared_mutex c;
    int counted = 0;
    const auto forward = [&]() -> task_of<S> {
      for (int i = 0; i < 2000; ++i) {
        co_await S::lock(a, b, c);
        typename S::template scoped_lock<typename S::mutex,
                                         typename S::recursive_timed_mutex,
                                         typename S::shared_mutex>
            guard(std::adopt_lock, a, b, c);
        ++counted;
        if (i % 16 == 0) co_await S::this_thread::yield();
      }
    };
    const auto backward = [&]() -> task_of<S> {
      for (int i = 0; i < 2000; ++i) {
        lock_of<S> lk(a, std::defer_lock);
        co_await S::lock(c, lk, b);
        ++counted;
        if (i % 16 == 0) co_await S::this_thread::yield();
        b.unlock();
        c.unlock();
      }
    };
    typename S::thread first(forward), second(backward), third(forward);
    co_await first.join();
    co_await second.join();
    co_await third.join();
    CHECK(counted == 6000);
  });
}

TEST_CASE_TEMPLATE("lock leaves all unlocked when one throws", S, LOCK_SIDES) {
  for (const int way : {1, 2}) {
    for (const int place : {0, 1, 2}) {
      const bool thrown = S::run(
          [](int fails_to, int which) -> task_of<S, bool> {
            typename S::mutex a;
            treacherous<S> t[3];
            t[which].fails_to = fails_to;
            bool failed = false;
            try {
              co_await S::lock(a, t[0], t[1], t[2]);
              for (treacherous<S>& each : t) each.unlock();
              a.unlock();
            } catch (const std::runtime_error&) {
              failed = true;
            }
            for (const treacherous<S>& each : t) CHECK_FALSE(each.locked);
            CHECK(a.try_lock());
            a.unlock();
            co_return failed;
          },
          way, place);
      // Whose lock() is called, and whose try_lock(), is left open.
      CHECK((thrown || way == 1));
    }
  }
}

TEST_CASE("two locks in opposite orders, ten thousand times, on two hubs") {
  green::mutex a, b;  // I14
  long counted = 0;
  tests::run_hubs(2, [&](int hub) -> green::task<> {
    const auto work = [&](green::mutex& x, green::mutex& y) -> green::task<> {
      for (int i = 0; i < 5000; ++i) {
        co_await green::lock(x, y);
        const green::scoped_lock guard(green::adopt_lock, x, y);
        ++counted;
        if (i % 64 == hub) co_await green::sleep();
      }
    };
    auto one = green::spawn(work, std::ref(a), std::ref(b));
    auto two = green::spawn(work, std::ref(b), std::ref(a));
    co_await one.join();
    co_await two.join();
  });
  CHECK(counted == 20'000);
}

TEST_CASE("lock that is killed holds nothing") {
  green::run([]() -> green::task<> {
    green::mutex a, b;
    co_await a.lock();
    const auto wait = [&]() -> green::task<> { co_await green::lock(b, a); };
    auto waiter = green::spawn(wait);
    co_await others_wait();
    CHECK(b.try_lock());  // it waits for a alone
    b.unlock();
    co_await waiter.kill();
    a.unlock();
    CHECK(green::try_lock(a, b) == -1);
    a.unlock();
    b.unlock();
  });
}

TEST_CASE("scoped_lock gives the unique_lock, and a kill none") {
  tests::run_virtual([]() -> green::task<> {
    green::timed_mutex m;
    const green::unique_lock<green::timed_mutex> held =
        co_await m.scoped_lock();
    CHECK(held.owns_lock());
    const auto wait = [&]() -> green::task<> {
      const green::timeout limit(1s);
      const auto lk = co_await m.scoped_lock();
      FAIL_CHECK("it is held");
    };
    auto killed = green::spawn(wait), late = green::spawn(wait);
    co_await green::sleep();
    co_await killed.kill();
    CHECK_THROWS_AS(co_await late.get(), green::timed_out);
  });
}

TEST_CASE_TEMPLATE("call_once calls once, and all see it done", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::once_flag flag;
    int calls = 0, value = 0;
    const auto first = [&](int a, const std::string& b) -> task_of<S> {
      ++calls;
      co_await S::this_thread::yield();
      value = a + int(b.size());
    };
    const auto use = [&]() -> task_of<S> {
      co_await S::call_once(flag, first, 40, std::string("ab"));
      CHECK(value == 42);
    };
    typename S::thread a(use), b(use), c(use);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(calls == 1);
  });
}

// Not of std itself: ThreadSanitizer's pthread_once is never done when what it
// calls throws.
TEST_CASE_TEMPLATE("call_once is called again after an exception", S,
                   tests::green_locks) {
  S::run([]() -> task_of<S> {
    typename S::once_flag flag;
    int calls = 0;
    const auto fail_twice = [&] {
      if (++calls < 3) throw std::runtime_error("not yet");
    };
    for (int i = 0; i < 2; ++i) {
      bool thrown = false;
      try {
        co_await S::call_once(flag, fail_twice);
      } catch (const std::runtime_error&) {
        thrown = true;
      }
      CHECK(thrown);
    }
    co_await S::call_once(flag, fail_twice);
    co_await S::call_once(flag, fail_twice);
    CHECK(calls == 3);
  });
}

TEST_CASE_TEMPLATE("call_once hands on references and the callable itself", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    struct counter {
      int calls = 0;
      void operator()(int& n, const std::string* name) {
        ++calls;
        n = int(name->size());
      }
    };
    typename S::once_flag flag;
    const std::string name = "abc";
    counter c;
    int n = 0;
    co_await S::call_once(flag, c, n, &name);
    CHECK(n == 3);
    CHECK(c.calls == 1);
  });
}

TEST_CASE("a killed call_once lets the next one try") {
  tests::run_virtual([]() -> green::task<> {
    green::once_flag flag;
    int begun = 0, done = 0;
    const auto slow = [&]() -> green::task<> {
      ++begun;
      co_await green::sleep(1s);
      ++done;
    };
    const auto use = [&]() -> green::task<> {
      co_await green::call_once(flag, slow);
    };
    auto first = green::spawn(use), second = green::spawn(use);
    co_await green::sleep(500ms);
    CHECK(begun == 1);
    co_await first.kill();
    co_await second.join();
    CHECK(begun == 2);
    CHECK(done == 1);
    co_await green::call_once(flag, slow);
    CHECK(begun == 2);
  });
}

TEST_CASE("call_once between hubs") {
  green::once_flag flag;
  std::atomic<int> calls = 0;
  int value = 0;
  tests::run_hubs(3, [&](int) -> green::task<> {
    const auto once = [&]() -> green::task<> {
      co_await green::sleep();
      ++calls;
      value = 42;
    };
    co_await green::call_once(flag, once);
    CHECK(value == 42);
  });
  CHECK(calls == 1);
}
