// SPDX-License-Identifier: MIT
#include "green/posix/lock_request.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "green/core/parking_lot.h"
#include "green/core/signal_scope.h"
#include "green/posix/kept_errno.h"
#include "green/sys/file.h"

namespace green {

namespace {

std::uint64_t key_of(const struct ::stat& file) {
  return file.st_dev * 0x9E37'79B9u + file.st_ino;
}

bool same_file(const struct ::stat& a, const struct ::stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool held_by_others() { return errno == EAGAIN || errno == EACCES; }

// Called when `attempt` has found the lock held by others. Tries again until
// the lock is taken.
template <class Attempt>
task<int> until_locked(int fd, const char* what, const Attempt& attempt) {
  struct ::stat file;
  if (::fstat(fd, &file) != 0) co_return -1;
  for (unsigned round = 0;; ++round) {
    const unsigned seen = core::parking_lot::turn(key_of(file));
    if (attempt() == 0) co_return 0;
    if (!held_by_others()) co_return -1;
    if (core::signal_scope::current_ended()) {
      errno = EINTR;
      co_return -1;
    }
    co_await core::parking_lot::wait_a_while(key_of(file), seen, what, round);
    struct ::stat now;
    if (::fstat(fd, &now) != 0) co_return -1;
    if (!same_file(file, now)) {
      errno = EBADF;  // closed while it waited, and the number reused
      co_return -1;
    }
  }
}

// Makes the start of a lock absolute. The original also reads the position or
// the end once.
struct ::flock from_start(int fd, struct ::flock lock) {
  struct ::stat file;
  off_t base = -1;
  if (lock.l_whence == SEEK_CUR) base = ::lseek(fd, 0, SEEK_CUR);
  if (lock.l_whence == SEEK_END && ::fstat(fd, &file) == 0) base = file.st_size;
  if (base >= 0) {
    lock.l_start += base;
    lock.l_whence = SEEK_SET;
  }
  return lock;
}

}  // namespace

void lock_given_back(int fd) noexcept {
  const int error = errno;
  struct ::stat file;
  if (::fstat(fd, &file) == 0) core::parking_lot::wake(key_of(file), true);
  errno = error;
}

task<int> wait_for_lock(int fd, int command, const struct ::flock* lock) {
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::unless_restarted);
  const int attempt_command = command == F_SETLKW ? F_SETLK : F_OFD_SETLK;
  int result = ::fcntl(fd, attempt_command, lock);
  if (result != 0 && held_by_others()) {
    struct ::flock wanted = from_start(fd, *lock);
    const auto attempt = [fd, attempt_command, &wanted] {
      return ::fcntl(fd, attempt_command, &wanted);
    };
    result = co_await until_locked(fd, "fcntl", attempt);
  }
  if (result == 0 && lock->l_type != F_WRLCK) lock_given_back(fd);
  co_return at_start(result);
}

task<int> flock(int fd, int operation) {
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::unless_restarted);
  int result = ::flock(fd, operation | LOCK_NB);
  if (result != 0 && held_by_others() && (operation & LOCK_NB) == 0) {
    const auto attempt = [fd, operation] {
      return ::flock(fd, operation | LOCK_NB);
    };
    result = co_await until_locked(fd, "flock", attempt);
  }
  if (result == 0 && (operation & LOCK_EX) == 0) lock_given_back(fd);
  co_return at_start(result);
}

}  // namespace green
