// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>

#include "green/core/fork_mutex.h"

namespace green::core {

/// A T of static storage and constinit. It is made on first use, by any thread,
/// and never destroyed, because threads may end after static objects do. A fork
/// waits while one is being made. A static of a function would be half made in
/// the child then, and the child would wait for ever for a thread that it
/// lacks.
template <class T>
class made_once {
 public:
  constexpr made_once() noexcept = default;
  made_once(const made_once&) = delete;
  made_once& operator=(const made_once&) = delete;

  T& get() {
    return get([] { return T(); });
  }
  /// `make` gives the object. If it throws, the next use tries again.
  template <class Make>
  T& get(Make make) {
    T* const there = made_.load(std::memory_order_acquire);
    return there != nullptr ? *there : make_now(make);
  }

 private:
  template <class Make>
  [[gnu::noinline]] T& make_now(Make& make) {
    const std::lock_guard guard(making_);
    T* there = made_.load(std::memory_order_relaxed);
    if (there == nullptr) {
      there = ::new (static_cast<void*>(memory_)) T(make());
      made_.store(there, std::memory_order_release);
    }
    return *there;
  }

  std::atomic<T*> made_ = nullptr;
  fork_mutex making_;
  alignas(T) std::byte memory_[sizeof(T)] = {};  // NOLINT: T may be a pointer
};

}  // namespace green::core
