// SPDX-License-Identifier: MIT
#include "green/sys/sendfile.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "green/hub/operation.h"
#include "green/hub/prep.h"

namespace green {

namespace {

constexpr size_t step = 256 * 1024;

// One piece from the file to the target: what was written, 0 at the end of the
// file, or -errno. After the first, a kill is kept for the next await.
task<std::int32_t> copy_step(int to, int from, off_t at, char* buffer,
                             size_t wanted, bool first) {
  hub::operation<ssize_t> reading{io_uring_prep_read, from, buffer,
                                  static_cast<unsigned>(wanted),
                                  static_cast<std::uint64_t>(at)};
  const std::int32_t got =
      first ? co_await reading.raw() : co_await reading.quiet();
  if (got <= 0) co_return got;
  hub::operation<ssize_t> writing{io_uring_prep_write, to, buffer,
                                  static_cast<unsigned>(got),
                                  static_cast<std::uint64_t>(-1)};
  co_return first ? co_await writing.raw() : co_await writing.quiet();
}

}  // namespace

task<ssize_t> sendfile(int to, int from, off_t* offset, size_t count) {
  const off_t start = offset != nullptr ? *offset : ::lseek(from, 0, SEEK_CUR);
  if (start < 0) {
    if (offset != nullptr) errno = EINVAL;
    co_return -1;
  }
  const size_t length = std::min<size_t>(count, 0x7ffff000);
  const auto buffer =
      std::make_unique_for_overwrite<char[]>(std::min(length, step));
  size_t done = 0;
  std::int32_t moved = 0;
  while (done < length) {
    moved = co_await copy_step(to, from, start + static_cast<off_t>(done),
                               buffer.get(), std::min(length - done, step),
                               done == 0);
    if (moved <= 0) break;
    done += static_cast<size_t>(moved);
  }
  const off_t end = start + static_cast<off_t>(done);
  if (offset != nullptr) {
    *offset = end;
  } else {
    ::lseek(from, end, SEEK_SET);
  }
  if (done == 0 && moved < 0) {
    errno = -moved;
    co_return -1;
  }
  co_return static_cast<ssize_t>(done);
}

}  // namespace green
