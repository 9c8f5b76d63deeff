// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace green::core {

class green_thread;

/// Shows another thread which green thread a hub runs now. The hub only does
/// plain stores and a load. The barrier that two threads need to agree is in
/// look(), if there is a barrier of the whole process.
class block_monitor {
 public:
  /// `barrier` is one of every thread of the process; null when there is none.
  explicit block_monitor(void (*barrier)() noexcept) noexcept
      : barrier_(barrier) {}

  // On the hub's thread:

  void enter(green_thread& thread) noexcept {
    turns_.store(turns_.load(std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed);
    current_.store(&thread, std::memory_order_release);
  }
  /// Waits until the other thread does not look.
  void leave() noexcept {
    current_.store(nullptr, barrier_ != nullptr ? std::memory_order_release
                                                : std::memory_order_seq_cst);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (looking_.load()) [[unlikely]]
      let_look();
  }

  /// Calls f, which changes something that the other thread looks at.
  template <class F>
  void change(F&& f) {
    green_thread* const current = current_.load(std::memory_order_relaxed);
    leave();
    f();
    current_.store(current, std::memory_order_release);
  }

  // On the other thread:

  /// The number of the resumption that goes on; 0 when there is none.
  std::uint64_t running() const noexcept {
    if (current_.load(std::memory_order_acquire) == nullptr) return 0;
    return turns_.load(std::memory_order_relaxed);
  }

  /// Calls f with the green thread if this resumption still goes on. Meanwhile
  /// the green thread stays as it is.
  template <class F>
  void look(std::uint64_t turn, F&& f) {
    looking_.store(true);
    if (barrier_ != nullptr) barrier_();
    green_thread* const current = current_.load();
    const bool still = turns_.load(std::memory_order_relaxed) == turn;
    if (current != nullptr && still) f(*current);
    looking_.store(false);
  }

 private:
  void let_look() noexcept;

  std::atomic<green_thread*> current_ = nullptr;
  std::atomic<std::uint64_t> turns_ = 0;
  std::atomic<bool> looking_ = false;
  void (*const barrier_)() noexcept;
};

}  // namespace green::core
