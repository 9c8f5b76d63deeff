// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace green::hub {

/// Finds entries by their user_data. They link themselves: only growing takes
/// memory, and where that is refused the table stays as it is.
class job_table {
 public:
  struct item {
    explicit item(std::uint64_t data) noexcept : user_data(data) {}
    item(const item&) = delete;
    item& operator=(const item&) = delete;

    const std::uint64_t user_data;
    item* next_in_bucket = nullptr;
  };

  bool empty() const noexcept { return size_ == 0; }

  /// No two may have the same user_data.
  void add(item& one) noexcept;
  void remove(item& one) noexcept;
  /// Null when there is none.
  item* find(std::uint64_t user_data) const noexcept;

  /// f may delete the item.
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
