// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "green/core/one_thread.h"

namespace green::core {

/// Base of an object that counts the references to it. The maker holds the
/// first. A derived class offers unref, which destroys the object when
/// drop_ref says so. Any thread may call these functions.
class counted {
 public:
  void ref() noexcept {
    if (one_thread()) return ref_unshared();
    refs_.fetch_add(1, std::memory_order_relaxed);
  }

  /// The same, while nobody else knows the object.
  void ref_unshared() noexcept {
    refs_.store(refs_.load(std::memory_order_relaxed) + 1,
                std::memory_order_relaxed);
  }

  /// Does anybody but the caller hold a reference?
  bool shared() const noexcept {
    return refs_.load(std::memory_order_acquire) != 1;
  }

 protected:
  counted() noexcept = default;
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() = default;

  /// Gives a reference back; true if it was the last. Nobody else can take a
  /// reference to an object of which the caller has the only one.
  bool drop_ref() noexcept {
    if (!shared()) return true;
    if (one_thread()) {
      refs_.store(refs_.load(std::memory_order_relaxed) - 1,
                  std::memory_order_relaxed);
      return false;
    }
    return refs_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

 private:
  std::atomic<unsigned> refs_ = 1;
};

/// A pointer that holds one reference to a counted object.
template <class T>
class counted_ptr {
 public:
  counted_ptr() noexcept = default;
  /// Shares the object.
  explicit counted_ptr(T& object) noexcept : object_(std::addressof(object)) {
    object_->ref();
  }
  /// Takes over a reference that the caller holds.
  static counted_ptr adopt(T* object) noexcept {
    counted_ptr made;
    made.object_ = object;
    return made;
  }
  counted_ptr(const counted_ptr& other) noexcept : object_(other.object_) {
    if (object_ != nullptr) object_->ref();
  }
  counted_ptr(counted_ptr&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)) {}
  counted_ptr& operator=(counted_ptr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~counted_ptr() {
    if (object_ != nullptr) object_->unref();
  }

  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  T* get() const noexcept { return object_; }
  /// Leaves the reference to the caller.
  T* release() noexcept { return std::exchange(object_, nullptr); }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  bool operator==(const counted_ptr&) const noexcept = default;
  bool operator==(std::nullptr_t) const noexcept { return object_ == nullptr; }

 private:
  T* object_ = nullptr;
};

}  // namespace green::core
