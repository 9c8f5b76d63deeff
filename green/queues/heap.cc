// SPDX-License-Identifier: MIT
#include "green/queues/heap.h"

#include <utility>

namespace green {

heap_base::~heap_base() { drop(heap_base::fetch_all()); }

void heap_base::store(queue_item& item) {
  insert(static_cast<heap_item&>(item), ++stored_);
}

// Before its equals.
void heap_base::restore(queue_item& item) {
  insert(static_cast<heap_item&>(item), 0);
}

void heap_base::insert(heap_item& item, std::uint64_t order) {
  item.left_ = item.right_ = nullptr;
  item.rank_ = 1;
  item.order_ = order;
  root_ = merge(root_, &item);
}

queue_item& heap_base::fetch() {
  heap_item& item = *root_;
  root_ = merge(item.left_, item.right_);
  return item;
}

// Logarithmic. All comparisons are made before the first change.
heap_item* heap_base::merge(heap_item* a, heap_item* b) const {
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  const bool b_first = b->order_ < a->order_ ? !before(*a, *b) : before(*b, *a);
  if (b_first) std::swap(a, b);
  heap_item* const right = merge(a->right_, b);
  a->right_ = right;
  if (a->left_ == nullptr || a->left_->rank_ < right->rank_) {
    std::swap(a->left_, a->right_);
  }
  a->rank_ = a->right_ == nullptr ? 1 : a->right_->rank_ + 1;
  return a;
}

// Turns the tree to the right until it is a list.
queue_item* heap_base::fetch_all() noexcept {
  queue_item* all = nullptr;
  heap_item* item = std::exchange(root_, nullptr);
  while (item != nullptr) {
    if (heap_item* const left = item->left_) {
      item->left_ = left->right_;
      left->right_ = item;
      item = left;
    } else {
      heap_item* const following = item->right_;
      chain(*item, all);
      item = following;
    }
  }
  return all;
}

}  // namespace green
