// SPDX-License-Identifier: MIT
#include "green/sys/uio.h"

#include <unistd.h>

#include <cstdint>

#include "green/hub/call_on_helper.h"
#include "green/hub/descriptor_facts.h"
#include "green/hub/prep.h"
#include "green/hub/transfer.h"

namespace green {

using hub::at_file_position;

hub::operation<ssize_t> readv(int fd, const iovec* parts, int count) {
  return {io_uring_prep_readv, fd, parts, static_cast<unsigned>(count),
          at_file_position};
}

hub::operation<ssize_t> writev(int fd, const iovec* parts, int count) {
  return {io_uring_prep_writev, fd, parts, static_cast<unsigned>(count),
          at_file_position};
}

task<ssize_t> preadv(int fd, const iovec* parts, int count, off_t offset) {
  if (offset < 0 || !hub::has_positions(fd, true)) {
    co_return ::preadv(fd, parts, count, offset);
  }
  hub::operation<ssize_t> reading{io_uring_prep_readv, fd, parts,
                                  static_cast<unsigned>(count),
                                  static_cast<std::uint64_t>(offset)};
  co_return co_await reading;
}

task<ssize_t> pwritev(int fd, const iovec* parts, int count, off_t offset) {
  if (offset < 0 || !hub::has_positions(fd, false)) {
    co_return ::pwritev(fd, parts, count, offset);
  }
  hub::operation<ssize_t> writing{io_uring_prep_writev, fd, parts,
                                  static_cast<unsigned>(count),
                                  static_cast<std::uint64_t>(offset)};
  co_return co_await writing;
}

namespace {

// Is it a file that only a disk can delay?
bool is_on_disk(int fd) { return hub::locks_position(hub::type_of(fd)); }

// Flags say how a file is written. Other things with peers ignore them.
bool ignores(int flags) {
  return (flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND)) == 0;
}

struct memory_call {
  pid_t process;
  const iovec* here;
  unsigned long here_count;
  const iovec* there;
  unsigned long there_count, flags;
};

ssize_t read_memory(const memory_call* c) {
  return ::process_vm_readv(c->process, c->here, c->here_count, c->there,
                            c->there_count, c->flags);
}

ssize_t write_memory(const memory_call* c) {
  return ::process_vm_writev(c->process, c->here, c->here_count, c->there,
                             c->there_count, c->flags);
}

}  // namespace

task<ssize_t> preadv2(int fd, const iovec* parts, int count, off_t offset,
                      int flags) {
  const bool disk = is_on_disk(fd);
  if (disk && flags != 0 && (flags & RWF_NOWAIT) == 0) {
    co_return co_await hub::call_on_helper<&::preadv2, "preadv2">(
        fd, parts, count, offset, flags);
  }
  if (flags != 0 && (disk || !ignores(flags))) {
    co_return ::preadv2(fd, parts, count, offset, flags);
  }
  if (offset == -1) co_return co_await green::readv(fd, parts, count);
  co_return co_await green::preadv(fd, parts, count, offset);
}

task<ssize_t> pwritev2(int fd, const iovec* parts, int count, off_t offset,
                       int flags) {
  const bool disk = is_on_disk(fd);
  if (disk && flags != 0 && (flags & RWF_NOWAIT) == 0) {
    co_return co_await hub::call_on_helper<&::pwritev2, "pwritev2">(
        fd, parts, count, offset, flags);
  }
  if (flags != 0 && (disk || !ignores(flags))) {
    co_return ::pwritev2(fd, parts, count, offset, flags);
  }
  if (offset == -1) co_return co_await green::writev(fd, parts, count);
  co_return co_await green::pwritev(fd, parts, count, offset);
}

// Pages of another process may be on a disk.

task<ssize_t> process_vm_readv(pid_t process, const iovec* here,
                               unsigned long here_count, const iovec* there,
                               unsigned long there_count, unsigned long flags) {
  const memory_call call{process, here, here_count, there, there_count, flags};
  co_return co_await hub::call_on_helper<&read_memory, "process_vm_readv">(
      &call);
}

task<ssize_t> process_vm_writev(pid_t process, const iovec* here,
                                unsigned long here_count, const iovec* there,
                                unsigned long there_count,
                                unsigned long flags) {
  const memory_call call{process, here, here_count, there, there_count, flags};
  co_return co_await hub::call_on_helper<&write_memory, "process_vm_writev">(
      &call);
}

}  // namespace green
