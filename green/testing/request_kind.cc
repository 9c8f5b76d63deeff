// SPDX-License-Identifier: MIT
#include "green/testing/request_kind.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "green/hub/descriptor_facts.h"
#include "green/hub/ftruncate.h"
#include "green/hub/opcodes.h"

namespace green::testing {

using hub::family;
using hub::opcode;

namespace {

request_kind kind_of_transfer(const io_uring_sqe& sqe, bool writes) {
  switch (hub::type_of(sqe.fd)) {
    case S_IFSOCK:
      return request_kind::socket;
    case S_IFIFO:
      return request_kind::stream;
    case S_IFREG:
    case S_IFBLK:
      return writes ? request_kind::file_write : request_kind::file_read;
    default:
      return request_kind::none;
  }
}

request_kind kind_of_call(const io_uring_sqe& sqe) {
  switch (sqe.opcode) {
    case IORING_OP_FSYNC:
    case IORING_OP_FALLOCATE:
    case IORING_OP_MKDIRAT:
    case IORING_OP_RENAMEAT:
    case IORING_OP_LINKAT:
    case IORING_OP_SYMLINKAT:
    case IORING_OP_SETXATTR:
    case IORING_OP_FSETXATTR:
    case hub::ftruncate_opcode:
      return request_kind::file_write;
    case IORING_OP_STATX:
    case IORING_OP_UNLINKAT:
    case IORING_OP_GETXATTR:
    case IORING_OP_FGETXATTR:
      return request_kind::file_read;
    default:
      return request_kind::none;
  }
}

}  // namespace

request_kind kind_of(const io_uring_sqe& sqe) {
  switch (hub::opcode_of(sqe).steps) {
    case family::accept:
      return request_kind::accept;
    case family::connect:
      return request_kind::connect;
    case family::receive:
    case family::send:
      return request_kind::socket;
    case family::read:
      return kind_of_transfer(sqe, false);
    case family::write:
      return kind_of_transfer(sqe, true);
    case family::open:
      return request_kind::open;
    case family::call:
      return kind_of_call(sqe);
    default:
      return request_kind::none;
  }
}

bool is_about_a_path(const io_uring_sqe& sqe) {
  switch (sqe.opcode) {
    case IORING_OP_OPENAT:
    case IORING_OP_MKDIRAT:
    case IORING_OP_RENAMEAT:
    case IORING_OP_LINKAT:
    case IORING_OP_SYMLINKAT:
    case IORING_OP_STATX:
    case IORING_OP_UNLINKAT:
    case IORING_OP_GETXATTR:
    case IORING_OP_SETXATTR:
      return true;
    default:
      return false;
  }
}

std::vector<possible_failure> failures_of(const io_uring_sqe& sqe) {
  switch (kind_of(sqe)) {
    case request_kind::accept:
      return {{fault::interrupt, EINTR},
              {fault::reset, ECONNABORTED},
              {fault::no_descriptor, EMFILE},
              {fault::no_memory, ENOMEM}};
    case request_kind::connect:
      return {{fault::interrupt, EINTR},
              {fault::refused_connect, ECONNREFUSED},
              {fault::no_memory, ENOMEM}};
    case request_kind::socket: {
      const bool sends = hub::opcode_of(sqe).has(opcode::sends_all);
      return {{fault::interrupt, EINTR},
              {fault::reset, ECONNRESET},
              {fault::no_memory, sends ? ENOBUFS : ENOMEM}};
    }
    case request_kind::stream:
      return {{fault::interrupt, EINTR}, {fault::no_memory, ENOMEM}};
    case request_kind::file_read:
      return {{fault::interrupt, EINTR},
              {fault::disk_error, EIO},
              {fault::no_memory, ENOMEM}};
    case request_kind::file_write:
      return {{fault::interrupt, EINTR},
              {fault::disk_error, EIO},
              {fault::no_space, ENOSPC}};
    case request_kind::open: {
      const bool creates = (sqe.open_flags & O_CREAT) != 0;
      std::vector<possible_failure> all = {{fault::no_descriptor, EMFILE},
                                           {fault::disk_error, EIO},
                                           {fault::no_memory, ENOMEM}};
      if (creates) all.push_back({fault::no_space, ENOSPC});
      return all;
    }
    case request_kind::none:
      return {};
  }
  return {};
}

}  // namespace green::testing
