// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "green/queues/base.h"

namespace green {

/// An item in a heap. Leftist: a way down to the right is never longer than
/// one to the left, and so of logarithmic length.
class heap_item : public queue_item {
 protected:
  heap_item() = default;
  ~heap_item() override = default;

 private:
  friend class heap_base;

  heap_item* left_ = nullptr;
  heap_item* right_ = nullptr;
  std::uint64_t order_ = 0;  // of coming, among equals
  unsigned rank_ = 1;        // the length of the way down to the right
};

/// The smallest item first: `before` decides.
class heap_base : public queue_base {
 public:
  using item_type = heap_item;

 protected:
  explicit heap_base(std::size_t maxsize) noexcept : queue_base(maxsize) {}
  ~heap_base() override;

  virtual bool before(const heap_item& a, const heap_item& b) const = 0;

  void store(queue_item& item) final;
  void restore(queue_item& item) final;
  queue_item& fetch() final;
  queue_item& first() noexcept final { return *root_; }
  queue_item* fetch_all() noexcept final;

 private:
  void insert(heap_item& item, std::uint64_t order);
  heap_item* merge(heap_item* a, heap_item* b) const;

  heap_item* root_ = nullptr;
  std::uint64_t stored_ = 0;
};

}  // namespace green
