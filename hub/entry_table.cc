// SPDX-License-Identifier: MIT
#include "green/hub/entry_table.h"

#include <new>

namespace green::hub {

std::size_t entry_table::bucket_of(std::uint64_t user_data) const noexcept {
  constexpr std::uint64_t golden = 0x9e37'79b9'7f4a'7c15;
  return (user_data * golden) >> (64 - bits_);
}

void entry_table::add(item& one) noexcept {
  if (size_ == buckets_.size()) grow();
  item*& head = buckets_[bucket_of(one.user_data)];
  one.next_in_bucket = head;
  head = &one;
  ++size_;
}

void entry_table::remove(item& one) noexcept {
  item** link = &buckets_[bucket_of(one.user_data)];
  while (*link != &one) link = &(*link)->next_in_bucket;
  *link = one.next_in_bucket;
  --size_;
}

entry_table::item* entry_table::find(std::uint64_t user_data) const noexcept {
  item* i = buckets_[bucket_of(user_data)];
  while (i != nullptr && i->user_data != user_data) i = i->next_in_bucket;
  return i;
}

void entry_table::grow() noexcept {
  std::vector<item*> before;
  try {
    before.resize(buckets_.size() * 2);
  } catch (const std::bad_alloc&) {
    return;
  }
  before.swap(buckets_);
  ++bits_;
  for (item* i : before) {
    while (i != nullptr) {
      item* const following = i->next_in_bucket;
      item*& head = buckets_[bucket_of(i->user_data)];
      i->next_in_bucket = head;
      head = i;
      i = following;
    }
  }
}

}  // namespace green::hub
