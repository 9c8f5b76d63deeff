// SPDX-License-Identifier: MIT
#include "green/sys/socket.h"

#include <sys/uio.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "green/core/deadline.h"
#include "green/hub/prep.h"
#include "green/hub/socket_timeout.h"
#include "green/hub/transfer.h"
#include "green/hub/user_memory.h"
#include "green/posix/timespecs.h"

namespace green {

using hub::limited;

namespace {

// As Linux limits one sendmmsg.
constexpr unsigned most_messages = UIO_MAXIOV;

// The end of a call on many messages: an error counts only before the first.
int counted(unsigned done, std::int32_t result) {
  if (done != 0 || result >= 0) return static_cast<int>(done);
  errno = -result;
  return -1;
}

}  // namespace

int setsockopt(int fd, int level, int option, const void* value,
               socklen_t length) noexcept {
  return hub::set_socket_option(fd, level, option, value, length);
}

hub::operation<int> accept(int fd, sockaddr* address, socklen_t* length) {
  return {io_uring_prep_accept, fd, address, length, 0};
}

hub::operation<int> accept4(int fd, sockaddr* address, socklen_t* length,
                            int flags) {
  return {io_uring_prep_accept, fd, address, length, flags};
}

hub::operation<int> connect(int fd, const sockaddr* address, socklen_t length) {
  return {io_uring_prep_connect, fd, address, length};
}

hub::operation<ssize_t> recv(int fd, void* data, size_t length, int flags) {
  return {io_uring_prep_recv, fd, data, limited(length), flags};
}

hub::operation<ssize_t> recvmsg(int fd, msghdr* message, int flags) {
  return {io_uring_prep_recvmsg, fd, message, static_cast<unsigned>(flags)};
}

hub::operation<ssize_t> send(int fd, const void* data, size_t length,
                             int flags) {
  return {io_uring_prep_send, fd, data, limited(length), flags};
}

// MSG_WAITALL: the kernel goes on until all is sent, as the original does.
hub::operation<ssize_t> sendmsg(int fd, const msghdr* message, int flags) {
  const int all = (flags & MSG_DONTWAIT) != 0 ? 0 : MSG_WAITALL;
  return {io_uring_prep_sendmsg, fd, message,
          static_cast<unsigned>(flags | all)};
}

task<ssize_t> recvfrom(int fd, void* data, size_t length, int flags,
                       sockaddr* address, socklen_t* address_length) {
  if (address == nullptr) co_return co_await recv(fd, data, length, flags);
  iovec part{data, limited(length)};
  msghdr message{};
  message.msg_name = address;
  message.msg_namelen = address_length == nullptr ? 0 : *address_length;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const ssize_t received = co_await green::recvmsg(fd, &message, flags);
  if (received < 0) co_return received;
  if (address_length == nullptr) {
    errno = EFAULT;  // as the original: the message is gone
    co_return -1;
  }
  *address_length = message.msg_namelen;
  co_return received;
}

task<ssize_t> sendto(int fd, const void* data, size_t length, int flags,
                     const sockaddr* address, socklen_t address_length) {
  if (address == nullptr) co_return co_await send(fd, data, length, flags);
  iovec part{const_cast<void*>(data), limited(length)};
  msghdr message{};
  message.msg_name = const_cast<sockaddr*>(address);
  message.msg_namelen = address_length;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  co_return co_await green::sendmsg(fd, &message, flags);
}

task<int> recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags,
                   timespec* timeout) {
  if (count == 0) co_return ::recvmmsg(fd, messages, count, flags, timeout);
  std::optional<timespec> limit;
  if (timeout != nullptr) {
    limit = hub::from_user(timeout);
    if (!limit || !valid_timeout(*limit)) {
      errno = limit ? EINVAL : EFAULT;
      co_return -1;
    }
  }
  const core::deadline end = deadline_of(limit ? &*limit : nullptr);
  unsigned done = 0;
  std::int32_t result = 0;
  while (done < count && result >= 0) {
    const int once = done != 0 && (flags & MSG_WAITFORONE) != 0
                         ? flags | MSG_DONTWAIT
                         : flags;
    msghdr& header = messages[done].msg_hdr;
    auto next = green::recvmsg(fd, &header, once & ~MSG_WAITFORONE);
    result = done == 0 ? co_await next.raw() : co_await next.quiet();
    if (result < 0) break;
    messages[done++].msg_len = static_cast<unsigned>(result);
    if ((header.msg_flags & MSG_OOB) != 0 || end.passed()) break;
  }
  if (timeout != nullptr) {
    const std::int64_t left = std::max<std::int64_t>(end.ns() - core::now(), 0);
    *timeout = core::timespec_of(left);
  }
  co_return counted(done, result);
}

task<int> sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) {
  if (count == 0) co_return ::sendmmsg(fd, messages, count, flags);
  count = std::min(count, most_messages);
  unsigned done = 0;
  std::int32_t result = 0;
  while (done < count && result >= 0) {
    auto next = green::sendmsg(fd, &messages[done].msg_hdr, flags);
    result = done == 0 ? co_await next.raw() : co_await next.quiet();
    if (result < 0) break;
    messages[done++].msg_len = static_cast<unsigned>(result);
  }
  co_return counted(done, result);
}

}  // namespace green
