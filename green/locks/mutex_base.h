// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "green/core/lock_holder.h"
#include "green/core/permits.h"

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
  /// [thread.mutex.requirements.mutex] By its owner. Hands the mutex to who has
  /// waited longest.
  void unlock() noexcept;

 protected:
  enum class kind : bool { plain, recursive };

  constexpr explicit mutex_base(kind k) noexcept
      : recursive_(k == kind::recursive) {}
  ~mutex_base();

 private:
  friend class lock_wait_base;

  bool enter_again(std::uint64_t who) noexcept {
    if (!recursive_ || holder_.id() != who) return false;
    ++depth_;
    return true;
  }
  void own(const core::green_thread& thread) noexcept {
    holder_.set(thread);
    depth_ = 1;
  }

  core::permits permits_{1};
  core::lock_holder holder_;
  std::uint32_t depth_ = 0;  // the holder's
  const bool recursive_;
};

class lock_wait_base : public core::fast_queue_wait<lock_wait_base> {
 public:
  explicit lock_wait_base(
      mutex_base& m, core::deadline until = core::deadline::never()) noexcept
      : fast_queue_wait(m.permits_.queue(), until), mutex_(&m) {}

  bool at_once(core::green_thread& thread) noexcept {
    if (mutex_->enter_again(thread.id())) return true;
    if (!mutex_->permits_.try_take()) return false;
    mutex_->own(thread);
    return true;
  }
  void describe(std::string& out) const final;
  std::uint64_t waits_for() const noexcept final;
  void give_back() noexcept { mutex_->unlock(); }

 protected:
  ~lock_wait_base() = default;

 private:
  friend class mutex_base;

  bool try_now() final;
  void queued() final;

  mutex_base* mutex_;
};

/// lock: R is void, or bool with a deadline.
template <class R>
using lock_wait = core::timed<lock_wait_base, R>;

}  // namespace green
