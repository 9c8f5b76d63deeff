// SPDX-License-Identifier: MIT
//
// std's guards call lock() and drop what it gives. Of a lock that is awaited
// they would hold nothing, and no compiler would warn. So they do not compile
// with such a lock, but to adopt one that was awaited before.
//
// [namespace.std] permits the specialisation of a class template of std for a
// type of the program. Those here are for locks that are awaited alone, so that
// std's guards of all other locks stay as they are. The paragraph asks that a
// specialisation keep to the original's requirements. These do, as far as they
// compile. std::lock and std::try_lock make a std::unique_lock in libstdc++,
// which refuses for them.
//
// std::call_once is a function template. An overload for it is formally beyond
// that permission. It is more constrained than the original, takes only calls
// that would be dropped, and does not compile either.
#pragma once

#include <mutex>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/callable.h"

namespace green {

/// True of a Lock that is locked when lock() returns, although the result can
/// be awaited. std's guards take such a lock.
template <class Lock>
inline constexpr bool locks_before_await = false;

/// A lock whose lock() is awaited.
template <class Lock>
concept awaited_lock = !locks_before_await<Lock> && requires(Lock& lock) {
  { lock.lock() } -> core::awaitable;
};

/// The same for lock_shared().
template <class Lock>
concept awaited_shared_lock =
    !locks_before_await<Lock> && requires(Lock& lock) {
      { lock.lock_shared() } -> core::awaitable;
    };

/// The members of a guard that does not compile, so that nothing else is said
/// of it.
template <class Mutex>
class refused_guard {
 public:
  using mutex_type = Mutex;

  template <class... Args>
  refused_guard(Args&&...) {}
  void lock();
  bool try_lock();
  template <class Time>
  bool try_lock_for(const Time& timeout);
  template <class Time>
  bool try_lock_until(const Time& time);
  void unlock();
  bool owns_lock() const noexcept;
  explicit operator bool() const noexcept;
  Mutex* release() noexcept;
  Mutex* mutex() const noexcept;
};

/// Locks that are held, and unlocked at the end.
template <class... Mutexes>
class adopted_locks {
 public:
  explicit adopted_locks(Mutexes&... all) noexcept : all_(all...) {}
  adopted_locks(const adopted_locks&) = delete;
  adopted_locks& operator=(const adopted_locks&) = delete;
  ~adopted_locks() {
    std::apply([](auto&... m) { (static_cast<void>(m.unlock()), ...); }, all_);
  }

 private:
  std::tuple<Mutexes&...> all_;
};

}  // namespace green

// A lock that was awaited before can be adopted.

template <green::awaited_lock Mutex>
class std::lock_guard<Mutex> : green::adopted_locks<Mutex> {
 public:
  using mutex_type = Mutex;

  template <class Never = void>
  explicit lock_guard(Mutex& m) : green::adopted_locks<Mutex>(m) {
    static_assert(!std::is_void_v<Never>,
                  "std::lock_guard cannot await lock(): write `auto lk = "
                  "co_await m.scoped_lock();`, or `co_await m.lock(); "
                  "green::lock_guard g(m, green::adopt_lock);`");
  }
  lock_guard(Mutex& m, std::adopt_lock_t) noexcept
      : green::adopted_locks<Mutex>(m) {}
};

template <green::awaited_lock Mutex>
class std::unique_lock<Mutex> : public green::refused_guard<Mutex> {
  static_assert(!green::awaited_lock<Mutex>,
                "std::unique_lock, std::lock and std::try_lock cannot await "
                "lock(): write `auto lk = co_await m.scoped_lock();`, or "
                "`co_await green::lock(a, b);`");

 public:
  using green::refused_guard<Mutex>::refused_guard;
};

// Both forms, because libstdc++ has a specialisation for one mutex.

template <green::awaited_lock Mutex>
class std::scoped_lock<Mutex> : green::adopted_locks<Mutex> {
 public:
  using mutex_type = Mutex;

  template <class Never = void>
  explicit scoped_lock(Mutex& m) : green::adopted_locks<Mutex>(m) {
    static_assert(!std::is_void_v<Never>,
                  "std::scoped_lock cannot await lock(): write `auto lk = "
                  "co_await m.scoped_lock();`");
  }
  explicit scoped_lock(std::adopt_lock_t, Mutex& m) noexcept
      : green::adopted_locks<Mutex>(m) {}
};

template <class... Mutexes>
  requires(sizeof...(Mutexes) > 1 && (green::awaited_lock<Mutexes> || ...))
class std::scoped_lock<Mutexes...> : green::adopted_locks<Mutexes...> {
 public:
  template <class Never = void>
  explicit scoped_lock(Mutexes&... all)
      : green::adopted_locks<Mutexes...>(all...) {
    static_assert(!std::is_void_v<Never>,
                  "std::scoped_lock cannot await lock(): write `co_await "
                  "green::lock(a, b); green::scoped_lock g(green::adopt_lock, "
                  "a, b);`");
  }
  explicit scoped_lock(std::adopt_lock_t, Mutexes&... all) noexcept
      : green::adopted_locks<Mutexes...>(all...) {}
};

namespace std {

/// Does not compile. It is chosen for a function that gives an awaitable.
template <class Callable, class... Args>
  requires green::core::gives_awaitable<Callable, Args...>
void call_once(once_flag&, Callable&&, Args&&...) {
  static_assert(!green::core::gives_awaitable<Callable, Args...>,
                "std::call_once cannot await: write `green::once_flag once; "
                "co_await green::call_once(once, f);`");
}

}  // namespace std
