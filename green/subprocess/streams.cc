// SPDX-License-Identifier: MIT
#include "green/subprocess/streams.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "green/core/signal_scope.h"
#include "green/core/sleep.h"
#include "green/posix/poll_until.h"
#include "green/unistd.h"

namespace green::subprocess {

namespace {

constexpr std::size_t part_size = 65536;

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

task<> close_now(unique_fd& fd) {
  const int number = fd.release();
  if (number >= 0) co_await green::close(number);
}

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
  } while (done < std::min(bytes.size(), part_size) &&
           ::poll(&room, 1, 0) == 1 && (room.revents & POLLERR) == 0);
  return static_cast<ssize_t>(done);
}

}  // namespace

task<bool> reader::fill() {
  if (part_ == nullptr) {
    part_ = std::make_unique_for_overwrite<char[]>(part_size);
  }
  const core::signal_scope goes_on(core::by_signal::never);
  const ssize_t n = co_await green::read(fd_.get(), part_.get(), part_size);
  if (n < 0) fail(errno, "read from a child");
  read_.append(part_.get(), static_cast<std::size_t>(n));
  co_return n > 0;
}

task<> reader::drain() {
  for (bool more = !closed(); more;) more = co_await fill();
}

std::string reader::take(std::size_t length) {
  std::string taken(kept().substr(0, length));
  given_ += taken.size();
  if (given_ == read_.size()) {
    read_.clear();
    given_ = 0;
  } else if (given_ >= part_size && given_ >= read_.size() / 2) {
    read_.erase(0, given_);
    given_ = 0;
  }
  return taken;
}

task<std::optional<std::string>> reader::read_line() {
  std::size_t searched = 0;
  for (bool more = true; more;) {
    const std::size_t end = kept().find('\n', searched);
    if (end != std::string_view::npos) {
      std::string line = take(end + 1);
      line.pop_back();
      co_return line;
    }
    searched = kept().size();
    more = co_await fill();
  }
  if (kept().empty()) co_return std::nullopt;
  co_return take(std::string::npos);
}

task<std::string> reader::read(std::size_t length) {
  for (bool more = true; more && kept().size() < length;) {
    more = co_await fill();
  }
  co_return take(length);
}

task<std::string> reader::read() {
  for (bool more = true; more;) more = co_await fill();
  co_return take(std::string::npos);
}

task<std::string> reader::read_some(std::size_t length) {
  if (kept().empty()) co_await fill();
  co_return take(length);
}

task<> reader::close() { return close_now(fd_); }

// Others may share the pipe and would see O_NONBLOCK. A ready pipe takes
// PIPE_BUF bytes without a wait.
task<std::size_t> writer::write_some(std::string_view bytes) {
  const int fd = fd_.get();
  ::pollfd room{fd, POLLOUT, 0};
  if (fd >= 0) co_await poll_until(&room, 1, core::deadline::never());
  if (fd < 0 || fd_.get() != fd) fail(EBADF, "write to a child");
  const ssize_t n = write_into_room(fd, bytes);
  if (n < 0) fail(static_cast<int>(-n), "write to a child");
  co_return static_cast<std::size_t>(n);
}

// A reader as fast as this writer must not keep others from running.
task<> writer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(co_await write_some(bytes));
    if (!bytes.empty()) co_await core::yield_wait();
  }
}

task<> writer::close() { return close_now(fd_); }

}  // namespace green::subprocess
