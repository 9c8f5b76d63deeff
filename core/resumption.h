// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <coroutine>
#include <optional>

#include "green/core/runnable.h"
#include "green/core/scheduler_ref.h"

namespace green::core {

/// The head of a coroutine frame, as each compiler of Linux lays it out. A
/// std::coroutine_handle<> of its address calls these functions.
struct frame_head {
  void (*resume)(void* frame);
  void (*destroy)(void* frame);
};

/// The frame that an awaitable of another library resumes, once and on any
/// thread. That posts the green thread that waits to its hub.
///
/// It outlives the wait. An OS thread reuses the one that was free the longest,
/// and only when many are free. So a second resume finds it, and aborts.
class resumption : frame_head {
 public:
  /// Posts this green thread of the OS thread's own hub. Throws std::bad_alloc.
  static resumption& take(runnable& waiting);
  resumption(const resumption&) = delete;
  resumption& operator=(const resumption&) = delete;

  std::coroutine_handle<> handle() noexcept {
    return std::coroutine_handle<>::from_address(
        static_cast<frame_head*>(this));
  }

  // Each of these ends the use of it, on the hub's thread:

  /// The green thread goes on because it was resumed. False: because the handle
  /// was destroyed.
  bool give_back() noexcept;
  /// await_suspend did not suspend. Aborts if the handle was resumed too.
  void withdraw() noexcept;
  /// The waiter is gone, and a later resume does nothing. False when it was
  /// resumed already.
  bool forsake() noexcept;
  /// The waiter does not exist in this child of fork.
  void vanish() noexcept { state_.store(state::forsaken); }

 private:
  friend class resumptions;
  enum class state : unsigned char {
    free,
    waiting,
    resumed,
    destroyed,
    leaving,  // about to be forsaken
    forsaken
  };

  resumption() noexcept;
  static void resumed(void* frame);
  static void destroyed(void* frame);
  void end(state how) noexcept;
  void put_away() noexcept;

  std::atomic<state> state_ = state::free;
  runnable* waiting_ = nullptr;
  std::optional<scheduler_ref> hub_;
  resumption* next_ = nullptr;  // among the free ones
};

}  // namespace green::core
