// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <type_traits>

namespace green::core {

/// A mutex of the whole process, of static storage. Around a fork(2) by
/// green::fork all of them are locked, so that the child finds none locked by a
/// thread that does not exist there.
class fork_mutex {
 public:
  fork_mutex() noexcept;
  fork_mutex(const fork_mutex&) = delete;
  fork_mutex& operator=(const fork_mutex&) = delete;

  void lock() { mutex_.lock(); }
  bool try_lock() { return mutex_.try_lock(); }
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
  std::mutex mutex_;
  fork_mutex* next_ = nullptr;
};

static_assert(std::is_trivially_destructible_v<fork_mutex>);

}  // namespace green::core
