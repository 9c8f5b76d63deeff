// SPDX-License-Identifier: MIT
#include "green/directories/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <new>
#include <utility>

#include "green/hub/call_on_helper.h"
#include "green/hub/prep.h"
#include "green/posix/kept_errno.h"

namespace green {

DIR* DIR::make(int fd) noexcept {
  auto* const made = new (std::nothrow) DIR(fd);
  if (made == nullptr) {
    ::close(fd);
    errno = ENOMEM;
  }
  return made;
}

// Like the original, it skips what some file systems leave of a deleted file.
struct ::dirent* DIR::take() noexcept {
  while (next_ < end_) {
    auto* const entry =
        reinterpret_cast<struct ::dirent*>(entries_.data() + next_);
    next_ += entry->d_reclen;
    position_ = entry->d_off;
    if (entry->d_ino != 0) return entry;
  }
  return nullptr;
}

struct ::dirent* DIR::take_at_once() noexcept {
  if (!lock_.try_lock()) return nullptr;
  struct ::dirent* const entry = take();
  lock_.unlock();
  return entry;
}

namespace {

// On a helper thread: reads until the memory is full or the directory ends, as
// a thread's switch costs more than a short read. An error behind the first
// read comes again at the next piece.
ssize_t read_piece(int fd, std::byte* memory, std::size_t size, bool* ended) {
  constexpr std::size_t longest = sizeof(struct ::dirent);
  std::size_t got = 0;
  while (size - got >= longest) {
    const ssize_t more = ::getdents64(fd, memory + got, size - got);
    if (more < 0 && got == 0) return -1;
    *ended = more == 0;
    if (more <= 0) break;
    got += static_cast<std::size_t>(more);
  }
  return static_cast<ssize_t>(got);
}

}  // namespace

// The end is told once. Then the directory is asked anew, as it may have grown.
task<ssize_t> DIR::fill() {
  next_ = end_ = 0;
  if (std::exchange(last_, false)) co_return 0;
  hub::operation<ssize_t> reading =
      hub::call_on_helper<&read_piece, "getdents64">(fd_, entries_.data(),
                                                     entries_.size(), &last_);
  const ssize_t got = co_await reading;
  if (got == 0) last_ = false;
  end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  co_return got;
}

void DIR::go_to(long position) noexcept {
  const kept_errno at_start;
  ::lseek(fd_, position, SEEK_SET);
  at_start.put_back();
  next_ = end_ = 0;
  last_ = false;
  position_ = position;
}

void directory_closer::operator()(DIR* directory) const noexcept {
  const kept_errno at_start;
  ::close(directory->fd());
  at_start.put_back();
  delete directory;
}

task<DIR*> open_directory(int from, const char* path, int flags) {
  flags |= O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC;
  hub::operation<int> opening{io_uring_prep_openat, from, path, flags,
                              mode_t{0}};
  const int fd = co_await opening;
  co_return fd < 0 ? nullptr : DIR::make(fd);
}

namespace {

// POSIX counts a directory that was removed meanwhile as one that has ended.
task<struct ::dirent*> next_entry(DIR& from) {
  const kept_errno at_start;
  co_await from.lock().lock();
  const lock_guard held(from.lock(), adopt_lock);
  for (;;) {
    struct ::dirent* const entry = from.take();
    if (entry != nullptr) co_return entry;
    const ssize_t got = co_await from.fill();
    if (got > 0) continue;
    if (got == 0 || errno == ENOENT) at_start.put_back();
    co_return nullptr;
  }
}

}  // namespace

bool readdir_wait::read_on(core::promise_base& promise, core::site where) {
  if (promise.thread->interrupted()) return suspend(promise, where);
  reading_ = next_entry(*from_);
  thread_ = promise.thread;
  outcome_ = outcome::done;
  return reading_.start_for(promise, where);
}

struct ::dirent* readdir_wait::await_resume() {
  check_interrupt();
  return reading_.valid() ? reading_.result() : found_;
}

void readdir_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "readdir(fd {})", from_->fd());
}

closedir_wait::~closedir_wait() {
  if (thread_ != nullptr) delete directory_;
}

int closedir_wait::await_resume() {
  const int result = close_wait::await_resume();
  if (directory_ != nullptr) return result;
  errno = EINVAL;
  return -1;
}

}  // namespace green
