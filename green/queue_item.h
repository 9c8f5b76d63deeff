// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "green/core/frame_pool.h"

namespace green {

/// An item on its way through a queue. It is made before the queue is locked
/// and taken apart after, so that no code of the item's type runs under the
/// lock.
class queue_item {
 public:
  queue_item(const queue_item&) = delete;
  queue_item& operator=(const queue_item&) = delete;

  using copier = queue_item* (*)(const queue_item&);

  /// One more reads it, and until then nobody changes it: who takes it out
  /// gets a copy. With the queue locked.
  void share(copier how) noexcept {
    copy_ = how;
    users_.fetch_add(1, std::memory_order_relaxed);
  }

  /// The last user destroys it.
  void release() noexcept {
    if (!shared() || users_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete this;
    }
  }

 protected:
  queue_item() = default;
  virtual ~queue_item() = default;

  bool shared() const noexcept {
    return users_.load(std::memory_order_acquire) != 1;
  }
  queue_item* copy() const { return copy_(*this); }

 private:
  friend class queue_base;

  queue_item* next_ = nullptr;
  copier copy_ = nullptr;
  std::atomic<unsigned> users_ = 1;
};

struct queue_item_release {
  void operator()(queue_item* item) const noexcept { item->release(); }
};
using queue_item_ptr = std::unique_ptr<queue_item, queue_item_release>;

/// An item that holds a T.
template <class T, class Item>
class queue_node final : public Item, public core::pooled {
 public:
  template <class... Args>
  explicit queue_node(std::in_place_t, Args&&... args)
      : value(std::forward<Args>(args)...) {}

  static queue_item* copy_of(const queue_item& item) {
    return new queue_node(std::in_place, of(item).value);
  }
  static const queue_node& of(const queue_item& item) noexcept {
    return static_cast<const queue_node&>(item);
  }

  /// The value of an item that was taken out.
  static T take(queue_item_ptr item) {
    queue_node* node = static_cast<queue_node*>(item.get());
    if (node->shared()) [[unlikely]] {
      item.reset(node->copy());
      node = static_cast<queue_node*>(item.get());
    }
    return std::move(node->value);
  }

  T value;
};

}  // namespace green
