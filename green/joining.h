// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "green/core/queue_wait.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"

namespace green {

/// What get throws for a greenlet that was killed and so has no value.
class greenlet_exit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The awaiting of a green thread's end. From any hub.
class join_base : public core::queue_wait {
 public:
  void describe(std::string& out) const override;
  std::uint64_t waits_for() const noexcept override {
    return has_deadline() ? 0 : target_->id();
  }

 protected:
  explicit join_base(core::thread_ref target,
                     core::deadline until = core::deadline::never())
      : queue_wait(target->joiners(), until), target_(std::move(target)) {}
  ~join_base() = default;

  bool satisfied() override;
  /// False when the deadline passed. Throws resource_deadlock_would_occur when
  /// a green thread joins itself.
  bool finish_join();
  /// Throws timed_out when the deadline passed.
  void finish_get();
  /// Throws what left it; greenlet_exit when it has no value.
  void check_result(bool needs_value);

  core::thread_ref target_;

 private:
  bool itself_ = false;
};

/// join: R is bool with a deadline, void without.
template <class R>
class [[nodiscard]] join_wait final : public join_base {
 public:
  explicit join_wait(core::thread_ref target) : join_base(std::move(target)) {}
  join_wait(core::thread_ref target, core::deadline until)
      : join_base(std::move(target), until) {}

  R await_resume() {
    const bool ended = finish_join();
    if constexpr (!std::is_void_v<R>) return ended;
  }
};

/// get: the value of a green thread.
template <class T>
class [[nodiscard]] get_wait final : public join_base {
 public:
  explicit get_wait(core::thread_ref target) : join_base(std::move(target)) {}
  get_wait(core::thread_ref target, core::deadline until)
      : join_base(std::move(target), until) {}

  T await_resume() {
    finish_get();
    return take();
  }

  /// The result of one that has ended.
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

enum class link_on { end, value, exception };

/// Runs `callback` on the hub after the end of the green thread.
void add_link(const core::thread_ref& target, std::function<void()> callback,
              link_on when);

}  // namespace green
