// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace green::hub {

/// Finds entries by their user_data, as a hash table. The entries are linked
/// into it, so that only its growing takes memory. If that memory is refused,
/// the table goes on with the size that it has.
class entry_table {
 public:
  struct item {
    explicit item(std::uint64_t data) noexcept : user_data(data) {}
    item(const item&) = delete;
    item& operator=(const item&) = delete;

    const std::uint64_t user_data;
    item* next_in_bucket = nullptr;
  };

  bool empty() const noexcept { return size_ == 0; }

  /// No two items may have the same user_data.
  void add(item& one) noexcept;
  void remove(item& one) noexcept;
  /// Null: there is no such item.
  item* find(std::uint64_t user_data) const noexcept;

  /// Calls f(item) for each. f may delete the item.
  template <class F>
  void for_each(F&& f) {
    for (item* i : buckets_) {
      while (i != nullptr) {
        item* const following = i->next_in_bucket;
        f(*i);
        i = following;
      }
    }
  }

 private:
  std::size_t bucket_of(std::uint64_t user_data) const noexcept;
  void grow() noexcept;

  unsigned bits_ = 6;
  std::vector<item*> buckets_ = std::vector<item*>(std::size_t{1} << bits_);
  std::size_t size_ = 0;
};

}  // namespace green::hub
