// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "green/queues/base.h"

namespace green {

/// put of a queue as a case of choose. It keeps the value until it is put. So a
/// case that is a variable still has the value when another case was chosen, or
/// when choose has thrown. It can then be given to choose again. Another value
/// comes by assignment: `c = q.put_case(next)`.
template <class T, class Item, class Wait>
class [[nodiscard("give it to green::choose")]] queue_put_case {
  using node = queue_node<T, Item>;

 public:
  using wait = Wait;
  using result = void;

  /// Puts this item.
  queue_put_case(queue_base& q, queue_item_ptr item) noexcept
      : queue_(&q), item_(std::move(item)) {}
  queue_put_case(queue_put_case&&) noexcept = default;
  queue_put_case& operator=(queue_put_case&&) noexcept = default;
  ~queue_put_case() = default;

  /// The value, or null when it was put.
  T* value() const noexcept {
    return item_ == nullptr ? nullptr : &static_cast<node&>(*item_).value;
  }

  /// For choose: the wait, which takes the item. Throws std::logic_error if the
  /// value was put already.
  Wait begin() {
    if (item_ == nullptr) throw_nothing_to_put();
    return Wait(*queue_, std::move(item_), deadline::never());
  }
  /// For choose: the item comes back, if it was not put.
  void end(Wait& w) noexcept { item_ = w.release_item(); }

 private:
  queue_base* queue_;
  queue_item_ptr item_;
};

}  // namespace green
