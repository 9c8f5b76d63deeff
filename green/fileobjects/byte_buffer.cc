// SPDX-License-Identifier: MIT
#include "green/fileobjects/byte_buffer.h"

#include <algorithm>
#include <utility>

namespace green {

// The bytes go to a new array, which they begin at `begin`.
void byte_buffer::move_to(std::size_t capacity, std::size_t begin) {
  auto next = std::make_unique_for_overwrite<char[]>(capacity);
  const std::string_view moved = bytes();
  std::ranges::copy(moved, next.get() + begin);
  data_ = std::move(next);
  capacity_ = capacity;
  begin_ = begin;
  end_ = begin + moved.size();
}

// Bytes are moved to the front where they fill less than a half: so it is rare.
std::span<char> byte_buffer::room() {
  const std::size_t least = (usual_ + 1) / 2;
  if (capacity_ - end_ < least) {
    const std::size_t size = end_ - begin_;
    if (data_ != nullptr && capacity_ - size >= std::max(size, least)) {
      std::copy(data_.get() + begin_, data_.get() + end_, data_.get());
      begin_ = 0;
      end_ = size;
    } else {
      move_to(std::max(usual_, 2 * capacity_), 0);
    }
  }
  return {data_.get() + end_, capacity_ - end_};
}

void byte_buffer::drop(std::size_t length) noexcept {
  begin_ += length;
  if (begin_ != end_) return;
  begin_ = end_ = 0;
  if (capacity_ <= usual_) return;
  data_.reset();
  capacity_ = 0;
}

void byte_buffer::put_back(std::string_view front) {
  if (front.size() > begin_) {
    move_to(front.size() + (end_ - begin_) + usual_, front.size());
  }
  begin_ -= front.size();
  std::ranges::copy(front, data_.get() + begin_);
}

}  // namespace green
