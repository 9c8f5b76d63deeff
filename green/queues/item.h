// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "green/core/counted.h"
#include "green/core/frame_pool.h"

namespace green {

/// An item on its way through a queue. It is made before the queue is locked
/// and taken apart after, so that no code of the item's type runs under the
/// lock.
class queue_item : public core::counted {
 public:
  using copier = queue_item* (*)(const queue_item&);

  /// One more reads it, and until then nobody changes it: who takes it out
  /// gets a copy. With the queue locked.
  void share(copier how) noexcept {
    copy_ = how;
    ref();
  }

  /// The last user destroys it.
  void unref() noexcept {
    if (drop_ref()) delete this;
  }

 protected:
  queue_item() = default;
  virtual ~queue_item() = default;

  queue_item* copy() const { return copy_(*this); }

 private:
  friend class queue_base;

  queue_item* next_ = nullptr;
  copier copy_ = nullptr;
};

using queue_item_ptr = core::counted_ptr<queue_item>;

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
    if (item->shared()) [[unlikely]]
      item = queue_item_ptr::adopt(of(*item).copy());
    const std::unique_ptr<queue_node> own(
        static_cast<queue_node*>(item.release()));
    return std::move(own->value);
  }

  T value;
};

}  // namespace green
