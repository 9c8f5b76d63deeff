// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <mutex>
#include <type_traits>

namespace green::core {

/// A mutex of the whole process, of static storage and constinit. Around a
/// fork(2) by green::fork all of them are locked, so that the child finds none
/// locked by a thread that does not exist there. A mutex joins the others with
/// its first lock, which waits while a fork is under way.
class fork_mutex {
 public:
  constexpr fork_mutex() noexcept = default;
  fork_mutex(const fork_mutex&) = delete;
  fork_mutex& operator=(const fork_mutex&) = delete;

  void lock() {
    join();
    mutex_.lock();
  }
  bool try_lock() {
    join();
    return mutex_.try_lock();
  }
  void unlock() { mutex_.unlock(); }

  /// A lock of all of them.
  class all {
   public:
    all() noexcept;
    all(const all&) = delete;
    all& operator=(const all&) = delete;
    ~all();
  };

 private:
  void join() noexcept {
    if (!joined_.load(std::memory_order_acquire)) [[unlikely]]
      join_others();
  }
  void join_others() noexcept;

  std::mutex mutex_;
  std::atomic<bool> joined_ = false;
  fork_mutex* next_ = nullptr;
};

static_assert(std::is_trivially_destructible_v<fork_mutex>);

}  // namespace green::core
