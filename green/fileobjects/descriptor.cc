// SPDX-License-Identifier: MIT
#include "green/fileobjects/descriptor.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "green/core/deadline.h"
#include "green/core/signal_scope.h"
#include "green/posix/poll_until.h"
#include "green/sys/socket.h"
#include "green/unistd.h"

namespace green {

namespace {

constexpr std::size_t most_at_once = 65536;  // as much as a pipe holds

// Blocks SIGPIPE for this thread, and takes back a signal that a write has
// raised.
class without_sigpipe {
 public:
  without_sigpipe() {
    ::sigemptyset(&only_);
    ::sigaddset(&only_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &only_, &before_);
  }
  without_sigpipe(const without_sigpipe&) = delete;
  without_sigpipe& operator=(const without_sigpipe&) = delete;
  ~without_sigpipe() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  void take_back() const {
    if (pending_) return;
    const timespec at_once{};
    while (::sigtimedwait(&only_, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }

 private:
  sigset_t only_;
  sigset_t before_;
  bool pending_;
};

// write(2) to a pipe that has room. Writes a piece that fits for certain, and
// more while there is room, up to the size of a pipe. The number of bytes, or
// -errno.
ssize_t write_into_room(int fd, std::string_view bytes) {
  const without_sigpipe scope;
  ::pollfd room{fd, POLLOUT, 0};
  std::size_t done = 0;
  do {
    const std::size_t most =
        std::min<std::size_t>(bytes.size() - done, PIPE_BUF);
    const ssize_t n = ::write(fd, bytes.data() + done, most);
    const int error = errno;
    if (n < 0 && error == EPIPE) scope.take_back();
    if (n < 0 && error != EINTR && error != EAGAIN && done == 0) return -error;
    if (n < 0) break;
    done += static_cast<std::size_t>(n);
  } while (done < std::min(bytes.size(), most_at_once) &&
           ::poll(&room, 1, 0) == 1 && (room.revents & POLLERR) == 0);
  return static_cast<ssize_t>(done);
}

bool nonblocking(int fd) noexcept {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

task<> wait_for(int fd, short events) {
  ::pollfd ready{fd, events, 0};
  co_await poll_until(&ready, 1, core::deadline::never());
}

}  // namespace

void descriptor::fail(int error, const char* call) const {
  throw std::system_error(error, std::generic_category(),
                          std::string(call) + peer_);
}

// Asks the kernel's memory alone, where fstat could ask a network.
descriptor::kind descriptor::find_kind() noexcept {
  if (kind_ != kind::unknown) return kind_;
  const int errno_before = errno;
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(fd_, SOL_SOCKET, SO_TYPE, &type, &length) == 0) {
    kind_ = kind::socket;
  } else {
    kind_ = ::fcntl(fd_, F_GETPIPE_SZ) >= 0 ? kind::pipe : kind::other;
  }
  errno = errno_before;
  return kind_;
}

task<std::size_t> descriptor::read(char* into, std::size_t length) {
  const core::signal_scope goes_on(core::by_signal::never);
  const int errno_before = errno;
  for (;;) {
    const ssize_t n = co_await green::read(fd_, into, length);
    if (n >= 0) co_return static_cast<std::size_t>(n);
    const int error = errno;
    if (error != EAGAIN || !nonblocking(fd_)) fail(error, "read");
    errno = errno_before;
    co_await wait_for(fd_, POLLIN);
  }
}

task<std::size_t> descriptor::write(std::string_view bytes) {
  const core::signal_scope goes_on(core::by_signal::never);
  const kind what = find_kind();
  if (what == kind::pipe) co_return co_await write_to_pipe(bytes);
  const int errno_before = errno;
  for (;;) {
    ssize_t n = 0;
    if (what == kind::socket) {
      n = co_await green::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    } else {
      n = co_await green::write(fd_, bytes.data(), bytes.size());
    }
    if (n >= 0) co_return static_cast<std::size_t>(n);
    const int error = errno;
    if (error != EAGAIN || !nonblocking(fd_)) fail(error, "write");
    errno = errno_before;
    co_await wait_for(fd_, POLLOUT);
  }
}

// Others may share the pipe and would see O_NONBLOCK. A ready pipe takes
// PIPE_BUF bytes without a wait.
task<std::size_t> descriptor::write_to_pipe(std::string_view bytes) {
  const int fd = fd_;
  const int errno_before = errno;
  for (;;) {
    co_await wait_for(fd, POLLOUT);
    if (fd_ != fd) fail(EBADF, "write");
    const ssize_t n = write_into_room(fd, bytes);
    errno = errno_before;
    if (n < 0) fail(static_cast<int>(-n), "write");
    if (n > 0 || bytes.empty()) co_return static_cast<std::size_t>(n);
  }
}

task<> descriptor::close() {
  fd_ = -1;
  kind_ = kind::other;
  const int number = owned_.release();
  if (number >= 0) co_await green::close(number);
}

}  // namespace green
