// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <type_traits>

#include "green/core/gate.h"

namespace green {

template <class Mutex>
class unique_lock;

/// What the four mutexes share: one permit, and who holds it.
class mutex_base {
 public:
  mutex_base(const mutex_base&) = delete;
  mutex_base& operator=(const mutex_base&) = delete;

  /// [thread.mutex.requirements.mutex] Never waits; from any thread.
  bool try_lock() noexcept;
  /// [thread.mutex.requirements.mutex] From any thread. Hands the mutex to who
  /// has waited longest.
  void unlock() noexcept;

 protected:
  enum class kind : bool { plain, recursive };

  constexpr explicit mutex_base(kind k) noexcept
      : recursive_(k == kind::recursive) {}
  ~mutex_base();

 private:
  friend class lock_wait_base;

  bool enter_again(std::uint64_t who) noexcept;
  void own(std::uint64_t who) noexcept {
    owner_.store(who, std::memory_order_relaxed);
    depth_ = 1;
  }

  core::gate gate_{1};
  std::atomic<std::uint64_t> owner_ = 0;  // a green thread's id
  std::uint32_t depth_ = 0;               // the owner's
  const bool recursive_;
};

class lock_wait_base : public core::fast_queue_wait<lock_wait_base> {
 public:
  bool at_once(core::green_thread& thread) noexcept;
  void describe(std::string& out) const final;
  std::uint64_t waits_for() const noexcept final;

 protected:
  explicit lock_wait_base(
      mutex_base& m, core::deadline until = core::deadline::never()) noexcept
      : fast_queue_wait(m.gate_.queue(), until), mutex_(&m) {}
  ~lock_wait_base() = default;

  /// True when the mutex is owned now.
  bool finish_lock();

 private:
  bool satisfied() final { return mutex_->gate_.take(); }
  void queued() final;

  mutex_base* mutex_;
  bool again_ = false;  // a recursive mutex that was owned already
};

/// lock: R is void, or bool with a deadline.
template <class R>
class [[nodiscard]] lock_wait final : public lock_wait_base {
 public:
  explicit lock_wait(mutex_base& m) noexcept : lock_wait_base(m) {}
  lock_wait(mutex_base& m, core::deadline until) noexcept
      : lock_wait_base(m, until) {}

  R await_resume() {
    const bool locked = finish_lock();
    if constexpr (!std::is_void_v<R>) return locked;
  }
};

}  // namespace green
