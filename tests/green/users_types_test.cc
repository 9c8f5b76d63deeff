// SPDX-License-Identifier: MIT
// green's templates call functions of their own by qualified names, and take
// addresses without operator&: they leave the namespaces of the users' types
// alone, as std's do.
#include <doctest/doctest.h>

#include <chrono>
#include <type_traits>

#include "green/barrier"
#include "green/condition_variable"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/latch"
#include "green/local.h"
#include "green/mutex"
#include "green/pool.h"
#include "green/queue.h"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/thread"
#include "green/threadpool.h"
#include "green/timeout.h"

using namespace std::chrono_literals;

namespace {

// Whoever looks for a function or an operator in the namespaces of a type,
// looks into all that its arguments name too, and completes them. This one
// cannot be.
struct incomplete;
template <class T>
struct holder {
  T never;
};
using far = holder<incomplete>*;

// What has operators of its own that nobody is to use.
struct hostile {
  hostile* operator&() const = delete;
  void operator!() const = delete;
};
template <class T>
void operator,(const hostile&, T&&) = delete;
template <class T>
void operator,(T&&, const hostile&) = delete;

void f(far) {}
green::task<> waits(far, const far&) { co_return; }
far give(far p) { return p; }
template <class T>
struct lockable : hostile {
  green::task<> lock() { co_return; }
  bool try_lock() { return true; }
  hostile unlock() { return {}; }
  green::task<> lock_shared() { co_return; }
  bool try_lock_shared() { return true; }
  hostile unlock_shared() { return {}; }
  green::task<bool> try_lock_for(const std::chrono::milliseconds&) {
    co_return true;
  }
};
template <class T>
struct plain : hostile {
  void lock() {}
  bool try_lock() { return true; }
  hostile unlock() { return {}; }
  void lock_shared() {}
  bool try_lock_shared() { return true; }
  hostile unlock_shared() { return {}; }
  bool try_lock_for(const std::chrono::milliseconds&) { return true; }
  bool try_lock_until(const std::chrono::steady_clock::time_point&) {
    return true;
  }
};
template <class T>
struct functor : hostile {
  void operator()() const noexcept {}
};
template <class T>
struct pred : hostile {
  bool operator()() const noexcept { return true; }
};
template <class T>
struct call : hostile {
  green::task<> operator()(far) const { co_return; }
};
using L = lockable<far>;
using P = plain<far>;
green::task<> locks() {
  L a, b;
  co_await green::lock(a, b);
  {
    green::scoped_lock g(green::adopt_lock, a, b);
  }
  (void)green::try_lock(a, b);
  co_await a.lock();
  {
    green::lock_guard g(a, green::adopt_lock);
  }
  green::unique_lock u(a, green::defer_lock);
  co_await u.lock();
  u.unlock();
  co_await u.try_lock_for(1ms);
  green::shared_lock s(a, green::defer_lock);
  co_await s.lock();
  green::unique_lock v(a, green::try_to_lock);
  u.swap(v);
  green::swap(u, v);
  green::condition_variable_any cv;
  std::stop_source stop;
  co_await cv.wait_for(b, 1ms);
  co_await cv.wait(b, pred<far>());
  co_await cv.wait_until(b, std::chrono::steady_clock::now(), pred<far>());
  co_await cv.wait_for(b, stop.get_token(), 1ms, pred<far>());
  P c, d;
  co_await green::lock(c, d);
  co_await green::lock(c, a);
  {
    green::scoped_lock g(c, d);
  }
  {
    green::scoped_lock g(c);
  }
  {
    green::lock_guard g(c);
  }
  {
    green::unique_lock g(c);
    g.unlock();
    co_await g.lock();
  }
  {
    green::unique_lock g(c, 1ms);
  }
  {
    green::unique_lock g(c, std::chrono::steady_clock::now());
  }
  {
    green::shared_lock g(c);
    g.unlock();
    co_await g.lock();
  }
  co_await cv.wait_for(c, 1ms);
}
green::task<> starts() {
  far p = nullptr;
  {
    green::thread t(f, p);
    co_await t.join();
  }
  {
    green::thread t(waits, p, p);
    co_await t.join();
  }
  {
    green::jthread t(f, p);
    co_await t.join();
  }
  {
    green::thread t{functor<far>()};
    co_await t.join();
  }
  {
    green::thread t(call<far>(), p);
    co_await t.join();
  }
  co_await green::spawn(f, p).join();
  co_await green::spawn(give, p).join();
  co_await green::spawn_later(1ms, f, p).join();
  co_await green::async(f, p).wait();
  co_await green::async(std::launch::deferred, waits, p, p).wait();
  auto g = green::async(give, p);
  co_await g.wait();
  (void)g.valid();
  green::packaged_task<far(far)> task(give);
  auto fut = task.get_future();
  co_await task(p);
  co_await fut.wait_for(1ms);
  task.reset();
  green::promise<far> promise;
  auto got = promise.get_future();
  auto shared = got.share();
  promise.set_value(p);
  co_await shared.wait();
  green::once_flag once;
  co_await green::call_once(once, f, p);
  co_await green::call_once(once, waits, p, p);
  co_await green::with_timeout(1s, waits, p, p);
  green::pool pool(2);
  (void)co_await pool.spawn(f, p);
  green::group group;
  (void)group.spawn(f, p);
  co_await pool.join();
  green::threadpool tp(1);
  co_await tp.apply(f, p);
  (void)tp.spawn(f, p);
  green::queue<far> q;
  q.put_nowait(p);
  (void)q.get_nowait();
  green::local<far> local;
  local.operator*() = p;
  green::barrier<functor<far>> barrier(1);
  co_await barrier.arrive_and_wait();
}

}  // namespace

// std lets one derive from each of these.
template <class... T>
inline constexpr bool none_is_final = (!std::is_final_v<T> && ...);
static_assert(none_is_final<
              green::thread, green::jthread, green::mutex, green::timed_mutex,
              green::recursive_mutex, green::recursive_timed_mutex,
              green::shared_mutex, green::shared_timed_mutex,
              green::lock_guard<green::mutex>, green::scoped_lock<green::mutex>,
              green::unique_lock<green::mutex>,
              green::shared_lock<green::shared_mutex>, green::once_flag>);
static_assert(
    none_is_final<green::condition_variable, green::condition_variable_any,
                  green::counting_semaphore<>, green::latch, green::barrier<>,
                  green::promise<int>, green::future<int>,
                  green::shared_future<int>, green::packaged_task<int()>>);

// And these are constants, so that static ones are there before any code runs.
constinit green::mutex a_mutex;
constinit green::once_flag a_flag;
constinit green::counting_semaphore<5> a_semaphore(2);
constinit green::latch a_latch(3);
constinit green::barrier<> a_barrier(4);

TEST_CASE("static objects of the std mirrors are of use") {
  green::run([]() -> green::task<> {
    co_await a_mutex.lock();
    a_mutex.unlock();
    co_await green::call_once(a_flag, [] {});
    co_await a_semaphore.acquire();
    a_latch.count_down(3);
    co_await a_latch.wait();
    a_barrier.arrive_and_drop();
    (void)a_barrier.arrive(3);
  });
}

TEST_CASE("types that cannot be completed are passed on") {
  green::run(f, far());
  green::run(locks);
  green::run(starts);
}
