// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace green {

/// Bytes that have come and were not taken. It takes no memory before they
/// come. Once empty, it keeps no more memory than usual.
class byte_buffer {
 public:
  /// `usual` is its size while that is enough, at least 1.
  explicit byte_buffer(std::size_t usual) noexcept
      : usual_(usual == 0 ? 1 : usual) {}

  std::size_t usual() const noexcept { return usual_; }
  std::string_view bytes() const noexcept {
    return {data_.get() + begin_, end_ - begin_};
  }

  /// Free memory behind the bytes: at least half of the usual size.
  std::span<char> room();
  /// So many bytes came into that memory.
  void came(std::size_t length) noexcept { end_ += length; }
  /// Forgets bytes at the front.
  void drop(std::size_t length) noexcept;
  /// Puts bytes before all others.
  void put_back(std::string_view front);

 private:
  void move_to(std::size_t capacity, std::size_t begin);

  const std::size_t usual_;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace green
