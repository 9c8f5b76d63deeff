// SPDX-License-Identifier: MIT
// How attempts receive and send. Several calls that do not wait take the place
// of the original's one call that waits, and give the same result.
#include <liburing.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "green/hub/attempt.h"
#include "green/hub/descriptor_facts.h"
#include "green/hub/opcodes.h"
#include "green/hub/user_memory.h"

namespace green::hub {

namespace {

bool is_unix(int fd) { return socket_option(fd, SO_DOMAIN) == AF_UNIX; }

// False: the addresses that the user gave are no memory, so that the kernel
// will refuse them.
bool has_readable_parts(const io_uring_sqe& sqe) {
  const auto* parts = pointer<const iovec>(sqe.addr);
  std::size_t count = has_parts(sqe) ? sqe.len : 0;
  if (has_message(sqe)) {
    const auto* const message = pointer<const msghdr>(sqe.addr);
    if (!is_readable(message, sizeof *message)) return false;
    parts = message->msg_iov;
    count = message->msg_iovlen;
  }
  return count <= UIO_MAXIOV && is_readable(parts, count * sizeof *parts);
}

// A receive from the queue of errors does not wait. A Unix or netlink socket
// has no such queue and ignores the flag.
bool waits(const io_uring_sqe& sqe) {
  if ((sqe.msg_flags & MSG_DONTWAIT) != 0) return false;
  if ((sqe.msg_flags & MSG_ERRQUEUE) == 0) return true;
  const int domain = socket_option(sqe.fd, SO_DOMAIN);
  return domain == AF_UNIX || domain == AF_NETLINK;
}

bool has_descriptors(msghdr& got) {
  if ((got.msg_flags & MSG_CTRUNC) != 0) return true;
  for (cmsghdr* c = CMSG_FIRSTHDR(&got); c != nullptr;
       c = CMSG_NXTHDR(&got, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) return true;
  }
  return false;
}

bool at_urgent_mark(int fd) {
  int mark = 0;
  return ::ioctl(fd, SIOCATMARK, &mark) == 0 && mark != 0;
}

std::int32_t bytes_there(int fd) {
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : 0;
}

// An end or an error, which is for the next call to tell.
bool has_ended(int fd) {
  pollfd one{fd, POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0;
}

}  // namespace

step attempt::wait_on_watch(std::int32_t events) {
  on_watch_ = true;
  return wait_for(events);
}

// How many bytes a receive needs to be done. Only a stream may need more than
// 1, by MSG_WAITALL or SO_RCVLOWAT.
std::size_t attempt::least_wanted() const {
  const io_uring_sqe& sqe = *entry_.sqe();
  const unsigned flags = sqe.msg_flags;  // 0 for a read
  if (!entry_.in_steps() || (flags & MSG_OOB) != 0) return 1;
  if (!has_readable_parts(sqe) || !is_stream(sqe.fd)) return 1;
  const std::size_t length = std::max<std::size_t>(length_of(sqe), 1);
  if ((flags & MSG_WAITALL) != 0) return length;
  const int low = std::max(socket_option(sqe.fd, SO_RCVLOWAT), 1);
  return std::min(length, static_cast<std::size_t>(low));
}

step attempt::receive() {
  const io_uring_sqe& sqe = *entry_.sqe();
  if (least_ == 0) {
    least_ = least_wanted();
    if (least_ > 1 && has_message(sqe)) {
      header_ = pointer<msghdr>(sqe.addr);
      given_ = *header_;
    }
  }
  bool ends = least_ == 1;
  const bool peeks = least_ > 1 && (sqe.msg_flags & MSG_PEEK) != 0;
  if (total_ != 0) {
    if (at_urgent_mark(sqe.fd)) return done(total_);
    if (bytes_there(sqe.fd) <= (peeks ? total_ : 0)) return wait_for_more();
  }
  const std::int32_t result = receive_part(ends);
  if (result == -EINTR) return next();
  if (result == -EAGAIN && waits(sqe)) {
    return wait_for((sqe.msg_flags & MSG_OOB) != 0 ? POLLPRI : POLLIN);
  }
  if (result <= 0) return done(ended(result));
  total_ = peeks ? result : total_ + result;
  ends = ends || static_cast<std::size_t>(total_) >= least_;
  // A Unix socket shows what there is.
  if (ends || (peeks && is_unix(sqe.fd))) return done(total_);
  if (!peeks && !skip(static_cast<std::size_t>(result))) return done(total_);
  return next();
}

// Each part offers the user's room for control data. Control data of a later
// part are given as if they had come with the first.
std::int32_t attempt::receive_part(bool& ends) {
  io_uring_sqe& sqe = *entry_.sqe();
  const int flags = static_cast<int>(sqe.msg_flags | MSG_DONTWAIT);
  if (least_ == 1 && has_message(sqe)) {
    return raw_result(::recvmsg(sqe.fd, pointer<msghdr>(sqe.addr), flags));
  }
  if (least_ == 1 && !has_parts(sqe)) {
    return raw_result(::recv(sqe.fd, pointer<void>(sqe.addr), sqe.len, flags));
  }
  msghdr part = given_;
  iovec single{pointer<void>(sqe.addr), sqe.len};
  alignas(cmsghdr) char credentials[CMSG_SPACE(sizeof(ucred))];
  part.msg_iov = has_parts(sqe) ? pointer<iovec>(sqe.addr) : &single;
  part.msg_iovlen = has_parts(sqe) ? sqe.len : 1;
  if (has_message(sqe)) {
    part.msg_iov = pointer<msghdr>(sqe.addr)->msg_iov;
    part.msg_iovlen = pointer<msghdr>(sqe.addr)->msg_iovlen;
  } else if (socket_option(sqe.fd, SO_PASSCRED) == 1) {
    part.msg_control = credentials;
    part.msg_controllen = sizeof credentials;
  }
  const std::int32_t result = raw_result(::recvmsg(sqe.fd, &part, flags));
  if (result < 0) return result;
  if (header_ != nullptr) {
    const bool first = total_ == 0 || (flags & MSG_PEEK) != 0;
    if (first) header_->msg_namelen = part.msg_namelen;
    if (first || part.msg_controllen != 0) {
      header_->msg_controllen = part.msg_controllen;
    }
    header_->msg_flags =
        first ? part.msg_flags : header_->msg_flags | part.msg_flags;
  }
  // One call of the original receives no bytes behind descriptors.
  ends = is_unix(sqe.fd) && has_descriptors(part);
  return result;
}

step attempt::wait_for_more() {
  const io_uring_sqe& sqe = *entry_.sqe();
  if (has_ended(sqe.fd)) return done(total_);
  if ((sqe.msg_flags & MSG_PEEK) == 0) return wait_for(POLLIN);
  // A peek leaves the socket readable, so that only an edge tells of more.
  // Bytes may have come before the watch began, so that it looks once more.
  if (watch_ < 0) return watch_changes() ? next() : done(total_);
  epoll_event change;
  if (::epoll_wait(watch_, &change, 1, 0) > 0) return next();
  return wait_on_watch(POLLIN);
}

// Watches an epoll set that becomes readable whenever more bytes have come.
bool attempt::watch_changes() {
  watch_ = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event change{};
  change.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  return watch_ >= 0 &&
         ::epoll_ctl(watch_, EPOLL_CTL_ADD, entry_.sqe()->fd, &change) == 0;
}

step attempt::send() {
  io_uring_sqe& sqe = *entry_.sqe();
  if (std::exchange(connecting_, false)) {
    const step connecting = connected();
    if (connecting.what == step::kind::wait || connecting.value != 0) {
      return connecting;
    }
  }
  const unsigned flags = sqe.msg_flags;
  const bool may_wait = (flags & MSG_DONTWAIT) == 0;
  sqe.msg_flags |= MSG_DONTWAIT;
  const std::int32_t result = perform(entry_);
  sqe.msg_flags = flags;
  if (result == -EINTR) return next();
  if (result == -EINPROGRESS && may_wait && (flags & MSG_FASTOPEN) != 0) {
    sqe.msg_flags &= ~static_cast<unsigned>(MSG_FASTOPEN);
    connecting_ = true;
    return wait_for(POLLOUT);
  }
  if (result == -EAGAIN && may_wait) return wait_for_room();
  in_vain_ = false;
  const bool all = entry_.in_steps() || (flags & MSG_WAITALL) != 0;
  return transferred(result,
                     may_wait && all && result > 0 && is_stream(sqe.fd));
}

// A socket may be writable though the receiving socket has no room.
step attempt::wait_for_room() {
  if (!ready_now(entry_.sqe()->fd, POLLOUT)) return wait_for(POLLOUT);
  if (!std::exchange(in_vain_, true)) return next();  // room came just now?
  if (watch_ < 0 && watch_receiver()) return wait_on_watch(POLLOUT);
  if (watch_ >= 0 && !naps_) return wait_on_watch(POLLOUT);
  return nap() ? wait_on_watch(POLLIN) : done(ended(-ENOBUFS));
}

// Watches an own Unix socket that is connected to the receiver: it becomes
// writable when the receiver has room.
bool attempt::watch_receiver() {
  const io_uring_sqe& sqe = *entry_.sqe();
  if (!has_message(sqe) || !is_unix(sqe.fd)) return false;
  const msghdr& message = *pointer<const msghdr>(sqe.addr);
  if (message.msg_name == nullptr) return false;
  watch_ = ::socket(AF_UNIX, socket_option(sqe.fd, SO_TYPE) | SOCK_CLOEXEC, 0);
  if (watch_ < 0) return false;
  if (::connect(watch_, static_cast<const sockaddr*>(message.msg_name),
                message.msg_namelen) == 0) {
    return true;
  }
  close_watch();
  return false;
}

// Watches a timer of 2 ms, where no event tells when to try again.
bool attempt::nap() {
  constexpr itimerspec soon{.it_interval = {},
                            .it_value = {.tv_sec = 0, .tv_nsec = 2'000'000}};
  if (watch_ < 0) {
    watch_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    naps_ = true;
  }
  return watch_ >= 0 && ::timerfd_settime(watch_, 0, &soon, nullptr) == 0;
}

}  // namespace green::hub
