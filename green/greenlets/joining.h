// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "green/core/queue_wait.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"

namespace green {

/// get throws it for a greenlet that was killed and so has no value.
class greenlet_exit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws the error with which a green thread ended, or greenlet_exit when it
/// was killed.
[[noreturn]] void throw_end_of(core::green_thread& thread);

/// Waits for the end of a green thread, of any hub.
class join_base : public core::fast_queue_wait<join_base> {
 public:
  explicit join_base(core::thread_ref target,
                     core::deadline until = core::deadline::never())
      : fast_queue_wait(target->joiners(), until), target_(std::move(target)) {}

  bool at_once(core::green_thread& thread) noexcept {
    itself_ = target_.get() == &thread;
    return itself_ || target_->finished();
  }
  void describe(std::string& out) const override;
  std::uint64_t waits_for() const noexcept override {
    return has_deadline() ? 0 : target_->id();
  }

 protected:
  ~join_base() = default;

  bool try_now() override { return at_once(thread()); }
  /// False when the deadline passed. Throws resource_deadlock_would_occur when
  /// a green thread joins itself.
  bool finish_wait() {
    const bool ended = queue_wait::finish_wait();
    if (itself_) [[unlikely]]
      throw_joins_itself();
    return ended;
  }
  /// Throws timed_out when the deadline passed.
  void finish_get();
  /// Throws the error of the green thread, or greenlet_exit if it has no value.
  void check_result(bool needs_value);

  core::thread_ref target_;

 private:
  [[noreturn]] void throw_joins_itself() const;

  bool itself_ = false;
};

/// join: R is bool with a deadline, void without.
template <class R>
using join_wait = core::timed<join_base, R>;

/// get: the value of a green thread.
template <class T>
class [[nodiscard("co_await it")]] get_wait final : public join_base {
 public:
  using join_base::join_base;

  T await_resume() {
    finish_get();
    return take();
  }

  /// The result of a green thread that has ended.
  T take() {
    leave_unawaited();
    check_result(!std::is_void_v<T>);
    if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(*result().value());
    } else if constexpr (std::is_copy_constructible_v<T>) {
      return *result().value();
    } else if constexpr (!std::is_void_v<T>) {
      return std::move(*result().value());
    }
  }

 private:
  core::result_of<T>& result() const noexcept {
    return static_cast<core::result_of<T>&>(*target_);
  }
};

}  // namespace green
