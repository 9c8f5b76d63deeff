// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include "green/core/green_thread.h"

namespace green::core {

/// A counted reference to a green thread.
class thread_ref {
 public:
  thread_ref() noexcept = default;
  /// Shares it.
  explicit thread_ref(green_thread& thread) noexcept : thread_(&thread) {
    thread.ref();
  }
  /// Takes over the reference that its maker holds.
  static thread_ref adopt(green_thread* thread) noexcept {
    thread_ref ref;
    ref.thread_ = thread;
    return ref;
  }
  thread_ref(const thread_ref& other) noexcept : thread_(other.thread_) {
    if (thread_ != nullptr) thread_->ref();
  }
  thread_ref(thread_ref&& other) noexcept
      : thread_(std::exchange(other.thread_, nullptr)) {}
  thread_ref& operator=(thread_ref other) noexcept {
    std::swap(thread_, other.thread_);
    return *this;
  }
  ~thread_ref() {
    if (thread_ != nullptr) thread_->unref();
  }

  green_thread& operator*() const noexcept { return *thread_; }
  green_thread* operator->() const noexcept { return thread_; }
  green_thread* get() const noexcept { return thread_; }
  explicit operator bool() const noexcept { return thread_ != nullptr; }
  bool operator==(const thread_ref&) const noexcept = default;

 private:
  green_thread* thread_ = nullptr;
};

}  // namespace green::core
