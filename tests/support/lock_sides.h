// SPDX-License-Identifier: MIT
//
// The two sides of the oracle (see oracle.h) with the locks of std, so that a
// test's body is run with green's and green threads, and with std's and
// threads of the system.
//
//   TEST_CASE_TEMPLATE("a mutex keeps others out", S, LOCK_SIDES) {
//     S::run([]() -> tests::task_of<S> {
//       typename S::mutex m;
//       co_await m.lock();
//       tests::lock_of<S> lk(m, std::adopt_lock);
//       ...
//
// A body may count on nothing that std leaves open: who of several waiters is
// served first, whether try_lock fails without need.
#pragma once

#include <barrier>
#include <condition_variable>
#include <cstddef>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <type_traits>
#include <utility>

#include "green/barrier"
#include "green/condition_variable"
#include "green/latch"
#include "green/mutex"
#include "green/semaphore"
#include "green/shared_mutex"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"

#define LOCK_SIDES tests::system_locks, tests::green_locks

namespace tests {

/// A call that blocks, as something to be awaited.
template <class F>
auto call_now(F&& f) {
  using result = decltype(f());
  if constexpr (std::is_void_v<result>) {
    f();
    return ready<>();
  } else {
    return ready<result>(f());
  }
}

/// A mutex of std, of any kind.
template <class Mutex>
class system_mutex : public Mutex {
 public:
  using original = Mutex;

  auto lock() {
    return call_now([&] { Mutex::lock(); });
  }
  auto try_lock_for(const auto& timeout) {
    return call_now([&] { return Mutex::try_lock_for(timeout); });
  }
  auto try_lock_until(const auto& time) {
    return call_now([&] { return Mutex::try_lock_until(time); });
  }
  auto lock_shared() {
    return call_now([&] { Mutex::lock_shared(); });
  }
  auto try_lock_shared_for(const auto& timeout) {
    return call_now([&] { return Mutex::try_lock_shared_for(timeout); });
  }
  auto try_lock_shared_until(const auto& time) {
    return call_now([&] { return Mutex::try_lock_shared_until(time); });
  }
};

template <class Mutex>
struct original_mutex {
  using type = Mutex;
};
template <class Mutex>
struct original_mutex<system_mutex<Mutex>> {
  using type = Mutex;
};

/// std::unique_lock or std::shared_lock.
template <class Lock>
class system_lock : public Lock {
 public:
  using Lock::Lock;
  system_lock() = default;

  auto lock() {
    return call_now([&] { Lock::lock(); });
  }
  auto try_lock_for(const auto& timeout) {
    return call_now([&] { return Lock::try_lock_for(timeout); });
  }
  auto try_lock_until(const auto& time) {
    return call_now([&] { return Lock::try_lock_until(time); });
  }
};

}  // namespace tests

template <class Mutex>
inline constexpr bool green::locks_before_await<tests::system_mutex<Mutex>> =
    true;
template <class Lock>
inline constexpr bool green::locks_before_await<tests::system_lock<Lock>> =
    true;

namespace tests {

/// std::condition_variable or std::condition_variable_any.
template <class Condition>
class system_condition : public Condition {
 public:
  template <class... Args>
  auto wait(Args&&... args) {
    return call_now(
        [&] { return Condition::wait(std::forward<Args>(args)...); });
  }
  template <class... Args>
  auto wait_for(Args&&... args) {
    return call_now(
        [&] { return Condition::wait_for(std::forward<Args>(args)...); });
  }
  template <class... Args>
  auto wait_until(Args&&... args) {
    return call_now(
        [&] { return Condition::wait_until(std::forward<Args>(args)...); });
  }
};

template <std::ptrdiff_t Max>
class system_semaphore : public std::counting_semaphore<Max> {
  using original = std::counting_semaphore<Max>;

 public:
  using original::original;

  auto acquire() {
    return call_now([&] { original::acquire(); });
  }
  auto try_acquire_for(const auto& timeout) {
    return call_now([&] { return original::try_acquire_for(timeout); });
  }
  auto try_acquire_until(const auto& time) {
    return call_now([&] { return original::try_acquire_until(time); });
  }
};

class system_latch : public std::latch {
 public:
  using latch::latch;

  auto wait() const {
    return call_now([&] { latch::wait(); });
  }
  auto arrive_and_wait(std::ptrdiff_t update = 1) {
    return call_now([&] { latch::arrive_and_wait(update); });
  }
};

struct no_completion {
  void operator()() const noexcept {}
};

template <class Completion>
class system_barrier : public std::barrier<Completion> {
  using original = std::barrier<Completion>;

 public:
  using original::original;

  auto wait(typename original::arrival_token&& arrival) const {
    return call_now([&] { original::wait(std::move(arrival)); });
  }
  auto arrive_and_wait() {
    return call_now([&] { original::arrive_and_wait(); });
  }
};

struct system_locks : system_side {
  using mutex = system_mutex<std::mutex>;
  using timed_mutex = system_mutex<std::timed_mutex>;
  using recursive_mutex = system_mutex<std::recursive_mutex>;
  using recursive_timed_mutex = system_mutex<std::recursive_timed_mutex>;
  using shared_mutex = system_mutex<std::shared_mutex>;
  using shared_timed_mutex = system_mutex<std::shared_timed_mutex>;
  template <class Mutex>
  using lock_guard = std::lock_guard<Mutex>;
  template <class... Mutexes>
  using scoped_lock = std::scoped_lock<Mutexes...>;
  template <class Mutex>
  using unique_lock =
      system_lock<std::unique_lock<typename original_mutex<Mutex>::type>>;
  template <class Mutex>
  using shared_lock =
      system_lock<std::shared_lock<typename original_mutex<Mutex>::type>>;
  using once_flag = std::once_flag;
  using condition_variable = system_condition<std::condition_variable>;
  using condition_variable_any = system_condition<std::condition_variable_any>;
  template <std::ptrdiff_t Max>
  using counting_semaphore = system_semaphore<Max>;
  using binary_semaphore = system_semaphore<1>;
  using latch = system_latch;
  template <class Completion = no_completion>
  using barrier = system_barrier<Completion>;

  template <class... Mutexes>
  static auto lock(Mutexes&... mutexes) {
    return call_now([&] { std::lock(mutexes...); });
  }
  template <class... Mutexes>
  static int try_lock(Mutexes&... mutexes) {
    return std::try_lock(mutexes...);
  }
  template <class F, class... Args>
  static auto call_once(once_flag& flag, F&& f, Args&&... args) {
    return call_now([&] {
      std::call_once(flag, awaited_call<F&>{f}, std::forward<Args>(args)...);
    });
  }
  template <class Lock>
  static void notify_all_at_thread_exit(condition_variable& condition,
                                        Lock lock) {
    std::notify_all_at_thread_exit(condition, std::move(lock));
  }
};

struct green_locks : green_side {
  using mutex = green::mutex;
  using timed_mutex = green::timed_mutex;
  using recursive_mutex = green::recursive_mutex;
  using recursive_timed_mutex = green::recursive_timed_mutex;
  using shared_mutex = green::shared_mutex;
  using shared_timed_mutex = green::shared_timed_mutex;
  template <class Mutex>
  using lock_guard = green::lock_guard<Mutex>;
  template <class... Mutexes>
  using scoped_lock = green::scoped_lock<Mutexes...>;
  template <class Mutex>
  using unique_lock = green::unique_lock<Mutex>;
  template <class Mutex>
  using shared_lock = green::shared_lock<Mutex>;
  using once_flag = green::once_flag;
  using condition_variable = green::condition_variable;
  using condition_variable_any = green::condition_variable_any;
  template <std::ptrdiff_t Max>
  using counting_semaphore = green::counting_semaphore<Max>;
  using binary_semaphore = green::binary_semaphore;
  using latch = green::latch;
  template <class Completion = no_completion>
  using barrier = green::barrier<Completion>;

  template <class... Mutexes>
  static auto lock(Mutexes&... mutexes) {
    return green::lock(mutexes...);
  }
  template <class... Mutexes>
  static int try_lock(Mutexes&... mutexes) {
    return green::try_lock(mutexes...);
  }
  template <class F, class... Args>
  static auto call_once(once_flag& flag, F&& f, Args&&... args) {
    return green::call_once(flag, std::forward<F>(f),
                            std::forward<Args>(args)...);
  }
  template <class Lock>
  static void notify_all_at_thread_exit(condition_variable& condition,
                                        Lock lock) {
    green::notify_all_at_thread_exit(condition, std::move(lock));
  }
};

template <class Side>
using lock_of = typename Side::template unique_lock<typename Side::mutex>;

/// The mirror test of a member: does `call` of the mirror, awaited, give what
/// `call` of the original gives?
///
///   static_assert(tests::mirrors_member<green::mutex, std::mutex>(
///       [](auto& m) { return m.lock(); }));
template <class Mirror, class Original, class Call>
consteval bool mirrors_member(Call) {
  return gives<std::invoke_result_t<Call, Mirror&>,
               std::invoke_result_t<Call, Original&>>;
}

}  // namespace tests
