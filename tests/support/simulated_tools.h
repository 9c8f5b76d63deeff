// SPDX-License-Identifier: MIT
//
// What simulated programs are made of: they keep account of every byte, of
// every buffer and of every green thread.
#pragma once

#include <cstddef>
#include <string>

#include "green/task.h"
#include "green/testing/luck.h"
#include "tests/support/sockets.h"

namespace tests {

using chances = green::testing::luck;

/// Throws std::runtime_error of `what`.
void require(bool holds, const char* what);

/// Bytes whose place can be told.
std::string bytes_from(std::size_t position, std::size_t count);

/// Counts what comes, which must be bytes_from(0, ...).
struct byte_account {
  void take(const char* data, std::size_t count);
  std::size_t received = 0;
};

/// A buffer that nobody may write to but between lend and wipe, nor after its
/// end: it is kept, and looked at when the simulation is over.
class lent_buffer {
 public:
  explicit lent_buffer(std::size_t size);
  lent_buffer(const lent_buffer&) = delete;
  lent_buffer& operator=(const lent_buffer&) = delete;
  ~lent_buffer();

  char* lend();
  const char* data() const noexcept { return bytes_.data(); }
  void wipe() noexcept;

  /// Has one been written to after its end?
  static bool any_spoilt();  // since the last call

 private:
  std::string bytes_;
};

/// Lives in a coroutine, to be counted.
struct living {
  living() noexcept { ++count; }
  living(const living&) = delete;
  living& operator=(const living&) = delete;
  ~living() { --count; }
  static inline int count = 0;
};

/// A Unix stream with little room.
two_descriptors small_pair();

/// Copies until the end of file, which it passes on. False on an error.
green::task<bool> pump(int from, int to, std::size_t buffer_size);

/// Sends bytes_from(0, total) in parts.
green::task<> send_all(int fd, chances luck, std::size_t total);

/// Sends and receives `total` bytes over a connection that echoes.
green::task<> talk(int fd, chances luck, std::size_t total, bool errors);

}  // namespace tests
