// SPDX-License-Identifier: MIT
#include "green/sys/sendfile.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "green/hub/operation.h"
#include "green/hub/prep.h"

namespace green {

namespace {

constexpr size_t step = size_t{64} * 1024;

// Why the original would refuse these, or 0. `position` is lseek's result.
int refusal(int to, off_t position, off_t start, const off_t* offset) {
  const bool seekable = position >= 0;
  if (!seekable && errno != ESPIPE) return errno;
  if (!seekable) return offset != nullptr ? ESPIPE : EINVAL;
  if (start < 0) return EINVAL;
  const int flags = ::fcntl(to, F_GETFL);
  if (flags < 0) return errno;
  return (flags & O_APPEND) != 0 ? EINVAL : 0;
}

}  // namespace

task<ssize_t> sendfile(int to, int from, off_t* offset, size_t count) {
  // Where the original answers at once, it is asked.
  if (count == 0) co_return ::sendfile(to, from, offset, count);
  const off_t position = ::lseek(from, 0, SEEK_CUR);
  const off_t start = offset != nullptr ? *offset : position;
  if (const int error = refusal(to, position, start, offset); error != 0) {
    errno = error;
    co_return -1;
  }
  const size_t length = std::min<size_t>(count, 0x7ffff000);
  const auto buffer =
      std::make_unique_for_overwrite<char[]>(std::min(length, step));
  size_t done = 0;
  std::int32_t moved = 0;
  while (done < length) {
    // After the first piece, a kill is kept for the next await.
    const bool first = done == 0;
    hub::operation<ssize_t> reading{
        io_uring_prep_read, from, buffer.get(),
        static_cast<unsigned>(std::min(length - done, step)),
        static_cast<std::uint64_t>(start) + done};
    moved = first ? co_await reading.raw() : co_await reading.quiet();
    if (moved <= 0) break;
    hub::operation<ssize_t> writing{io_uring_prep_write, to, buffer.get(),
                                    static_cast<unsigned>(moved),
                                    static_cast<std::uint64_t>(-1)};
    moved = first ? co_await writing.raw() : co_await writing.quiet();
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
    errno = moved == -EISDIR ? EINVAL : -moved;
    co_return -1;
  }
  co_return static_cast<ssize_t>(done);
}

}  // namespace green
