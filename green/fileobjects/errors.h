// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>

namespace green {

/// asyncio.LimitOverrunError: a line, or a piece before a delimiter, is longer
/// than allowed. The reader keeps its bytes.
class limit_overrun : public std::runtime_error {
 public:
  /// The piece has more bytes than these.
  explicit limit_overrun(std::size_t most);

  /// The number that was allowed.
  std::size_t most() const noexcept { return most_; }

 private:
  std::size_t most_;
};

/// asyncio.IncompleteReadError: the end of file came too early. The reader
/// keeps the bytes that came.
class incomplete_read : public std::runtime_error {
 public:
  /// So many bytes came, of those that were wanted.
  incomplete_read(std::size_t came, std::size_t wanted);

  /// The number of bytes that came before the end of file.
  std::size_t came() const noexcept { return came_; }
  /// The number that was wanted.
  std::size_t wanted() const noexcept { return wanted_; }

 private:
  std::size_t came_;
  std::size_t wanted_;
};

}  // namespace green
