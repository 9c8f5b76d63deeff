// SPDX-License-Identifier: MIT
#include "green/sys/uio.h"

#include <limits.h>
#include <unistd.h>

#include <vector>

#include "green/hub/prep.h"

namespace green {

namespace {

constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

// Has it positions that can be read and written at? The ring ignores the
// offset where there are none; the original fails.
bool has_positions(int fd) { return ::lseek(fd, 0, SEEK_CUR) >= 0; }

// Skips what was written: the parts that are left, the first of them cut.
void advance(std::vector<iovec>& parts, std::size_t& first,
             std::size_t written) {
  while (first < parts.size() && written >= parts[first].iov_len) {
    written -= parts[first++].iov_len;
  }
  if (written == 0) return;
  parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + written;
  parts[first].iov_len -= written;
}

task<ssize_t> write_all(int fd, const iovec* parts, int count,
                        std::uint64_t offset) {
  hub::operation<ssize_t> whole{io_uring_prep_writev, fd, parts,
                                static_cast<unsigned>(count), offset};
  const ssize_t begun = co_await whole;
  if (begun <= 0) co_return begun;
  std::size_t total = 0;
  for (int i = 0; i < count; ++i) total += parts[i].iov_len;
  std::size_t done = static_cast<std::size_t>(begun);
  if (done >= total || hub::is_nonblocking(fd)) co_return begun;
  std::vector<iovec> left(parts, parts + count);
  std::size_t first = 0;
  std::size_t step = done;
  while (done < total) {
    advance(left, first, step);
    hub::operation<ssize_t> next{
        io_uring_prep_writev, fd, left.data() + first,
        static_cast<unsigned>(left.size() - first),
        offset == at_file_position ? offset : offset + done};
    const std::int32_t written = co_await next.quiet();
    if (written <= 0) break;
    step = static_cast<std::size_t>(written);
    done += step;
  }
  co_return static_cast<ssize_t>(done);
}

}  // namespace

hub::operation<ssize_t> readv(int fd, const iovec* parts, int count) {
  return {io_uring_prep_readv, fd, parts, static_cast<unsigned>(count),
          at_file_position};
}

// Where the original answers at once, it is asked.

task<ssize_t> preadv(int fd, const iovec* parts, int count, off_t offset) {
  if (offset < 0 || !has_positions(fd)) {
    co_return ::preadv(fd, parts, count, offset);
  }
  hub::operation<ssize_t> reading{io_uring_prep_readv, fd, parts,
                                  static_cast<unsigned>(count),
                                  static_cast<std::uint64_t>(offset)};
  co_return co_await reading;
}

task<ssize_t> writev(int fd, const iovec* parts, int count) {
  if (count <= 0 || count > IOV_MAX) co_return ::writev(fd, parts, count);
  co_return co_await write_all(fd, parts, count, at_file_position);
}

task<ssize_t> pwritev(int fd, const iovec* parts, int count, off_t offset) {
  if (offset < 0 || !has_positions(fd)) {
    co_return ::pwritev(fd, parts, count, offset);
  }
  co_return co_await write_all(fd, parts, count,
                               static_cast<std::uint64_t>(offset));
}

}  // namespace green
