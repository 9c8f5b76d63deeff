// SPDX-License-Identifier: MIT
// Of the std mirrors. Where an await takes something, each gets a fresh one.
#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <utility>

#include "green/barrier"
#include "green/condition_variable"
#include "green/future"
#include "green/latch"
#include "green/mutex"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/thread"
#include "tests/support/awaits.h"

using namespace std::chrono_literals;
using tests::exempt;
using tests::fair;

namespace {

const auto past = std::chrono::steady_clock::now() - 1s;

template <class T>
green::future<T> set_to(T value) {
  green::promise<T> given;
  given.set_value(std::move(value));
  return given.get_future();
}

}  // namespace

TEST_CASE("mutexes that are free") {
  std::optional<green::mutex> m;
  std::optional<green::timed_mutex> t;
  std::optional<green::recursive_mutex> r;
  std::optional<green::recursive_timed_mutex> rt;
  fair("mutex::lock", [&] { return m.emplace().lock(); });
  fair("mutex scoped_lock", [&] { return m.emplace().scoped_lock(); });
  fair("timed_mutex::lock", [&] { return t.emplace().lock(); });
  fair("timed_mutex::try_lock_for",
       [&] { return t.emplace().try_lock_for(0s); });
  fair("timed_mutex::try_lock_until",
       [&] { return t.emplace().try_lock_until(past); });
  fair("recursive_mutex::lock", [&] { return r.emplace().lock(); });
  fair("recursive_timed_mutex::lock", [&] { return rt.emplace().lock(); });
  fair("recursive_timed_mutex::try_lock_for",
       [&] { return rt.emplace().try_lock_for(0s); });
  fair("recursive_timed_mutex::try_lock_until",
       [&] { return rt.emplace().try_lock_until(past); });
  std::optional<green::mutex> other;
  fair("lock", [&] { return green::lock(m.emplace(), other.emplace()); });
  green::once_flag flag;
  const auto nothing = [] {};
  fair("call_once", [&] { return green::call_once(flag, nothing); });
}

TEST_CASE("guards of free mutexes") {
  std::optional<green::timed_mutex> m;
  green::unique_lock<green::timed_mutex> guard;
  const auto fresh = [&]() -> auto& {
    guard.release();
    return guard = green::unique_lock(m.emplace(), green::defer_lock);
  };
  fair("unique_lock::lock", [&] { return fresh().lock(); });
  fair("unique_lock::try_lock_for", [&] { return fresh().try_lock_for(0s); });
  fair("unique_lock::try_lock_until",
       [&] { return fresh().try_lock_until(past); });
  guard.release();

  std::optional<green::shared_timed_mutex> s;
  green::shared_lock<green::shared_timed_mutex> reader;
  const auto free = [&]() -> auto& {
    reader.release();
    return reader = green::shared_lock(s.emplace(), green::defer_lock);
  };
  fair("shared_lock::lock", [&] { return free().lock(); });
  fair("shared_lock::try_lock_for", [&] { return free().try_lock_for(0s); });
  fair("shared_lock::try_lock_until",
       [&] { return free().try_lock_until(past); });
  reader.release();
}

TEST_CASE("shared mutexes that are free") {
  std::optional<green::shared_mutex> m;
  std::optional<green::shared_timed_mutex> t;
  fair("shared_mutex::lock", [&] { return m.emplace().lock(); });
  fair("shared_mutex::lock_shared", [&] { return m.emplace().lock_shared(); });
  fair("shared_mutex scoped_lock", [&] { return m.emplace().scoped_lock(); });
  fair("shared_mutex scoped_lock_shared",
       [&] { return m.emplace().scoped_lock_shared(); });
  fair("shared_timed_mutex::lock", [&] { return t.emplace().lock(); });
  fair("shared_timed_mutex::lock_shared",
       [&] { return t.emplace().lock_shared(); });
  fair("shared_timed_mutex::try_lock_for",
       [&] { return t.emplace().try_lock_for(0s); });
  fair("shared_timed_mutex::try_lock_until",
       [&] { return t.emplace().try_lock_until(past); });
  fair("shared_timed_mutex::try_lock_shared_for",
       [&] { return t.emplace().try_lock_shared_for(0s); });
  fair("shared_timed_mutex::try_lock_shared_until",
       [&] { return t.emplace().try_lock_shared_until(past); });
}

TEST_CASE("conditions that hold") {
  green::mutex m;
  REQUIRE(m.try_lock());
  green::unique_lock<green::mutex> held(m, green::adopt_lock);
  const auto holds = [] { return true; };
  green::condition_variable c;
  fair("condition_variable::wait", [&] { return c.wait(held, holds); });
  fair("condition_variable::wait_for",
       [&] { return c.wait_for(held, 0s, holds); });
  fair("condition_variable::wait_until",
       [&] { return c.wait_until(held, past, holds); });
  green::condition_variable_any any;
  fair("condition_variable_any::wait", [&] { return any.wait(held, holds); });
  fair("condition_variable_any::wait_for",
       [&] { return any.wait_for(held, 0s, holds); });
  fair("condition_variable_any::wait_until",
       [&] { return any.wait_until(held, past, holds); });
}

TEST_CASE("permits that are there") {
  green::counting_semaphore<> permits(1 << 30);
  fair("counting_semaphore::acquire", [&] { return permits.acquire(); });
  fair("semaphore scoped_acquire", [&] { return permits.scoped_acquire(); });
  fair("counting_semaphore::try_acquire_for",
       [&] { return permits.try_acquire_for(0s); });
  fair("counting_semaphore::try_acquire_until",
       [&] { return permits.try_acquire_until(past); });
  std::optional<green::binary_semaphore> one;
  fair("binary_semaphore::acquire", [&] { return one.emplace(1).acquire(); });
  fair("binary_semaphore::try_acquire_for",
       [&] { return one.emplace(1).try_acquire_for(0s); });
  fair("binary_semaphore::try_acquire_until",
       [&] { return one.emplace(1).try_acquire_until(past); });
}

TEST_CASE("latches and barriers that all have come to") {
  std::optional<green::latch> l;
  fair("latch::wait", [&] { return l.emplace(0).wait(); });
  fair("latch::arrive_and_wait",
       [&] { return l.emplace(1).arrive_and_wait(); });
  std::optional<green::barrier<>> b;
  fair("barrier::wait", [&] { return b.emplace(1).wait(b->arrive()); });
  fair("barrier::arrive_and_wait", [&] { return b->arrive_and_wait(); });
}

TEST_CASE("futures that are ready") {
  green::future<int> f = set_to(1);
  fair("future::get", [&] {
    f = set_to(1);
    return f.get();
  });
  f = set_to(1);
  fair("future::wait", [&] { return f.wait(); });
  fair("future::wait_for", [&] { return f.wait_for(0s); });
  fair("future::wait_until", [&] { return f.wait_until(past); });
  const green::shared_future<int> s = f.share();
  fair("shared_future::get", [&] { return s.get(); });
  fair("shared_future::wait", [&] { return s.wait(); });
  fair("shared_future::wait_for", [&] { return s.wait_for(0s); });
  fair("shared_future::wait_until", [&] { return s.wait_until(past); });
  fair("future::get", [&] {
    f = green::async(green::launch::deferred, [] { return 1; });
    return f.get();
  });
  green::packaged_task<int()> packaged;
  fair("packaged_task::operator()", [&] {
    packaged = green::packaged_task<int()>([] { return 1; });
    return packaged();
  });
  fair("packaged_task::make_ready_at_thread_exit", [&] {
    packaged = green::packaged_task<int()>([] { return 1; });
    return packaged.make_ready_at_thread_exit();
  });
}

TEST_CASE("threads, and what lets others run anyway") {
  green::thread t;
  fair("thread::join", [&] {
    if (t.joinable()) t.detach();
    t = green::thread([] {});
    return t.join();
  });
  if (t.joinable()) t.detach();
  green::jthread j;
  fair("jthread::join", [&] {
    j = green::jthread([] {});
    return j.join();
  });
  fair("this_thread::yield", [] { return green::this_thread::yield(); });
  fair("this_thread::sleep_for",
       [] { return green::this_thread::sleep_for(0s); });
  fair("this_thread::sleep_until",
       [] { return green::this_thread::sleep_until(past); });
}
