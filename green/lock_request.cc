// SPDX-License-Identifier: MIT
#include "green/lock_request.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>
#include <utility>

#include "green/hub/offloaded.h"
#include "green/sys/file.h"
#include "green/unique_fd.h"

namespace green {

namespace {

// How one kind of lock is taken and given back.
struct lock_kind {
  const char* name;
  std::function<int(int fd, bool waiting)> take;
  std::function<void(int fd)> give_back;
  // The lock is of an open file, which a duplicate keeps; a POSIX record lock
  // is of the process, and would be lost by closing a duplicate.
  bool of_open_file;
};

// A lock as it comes from the helper: given back unless somebody takes it.
class granted {
 public:
  granted(int error, int fd, unique_fd own, std::function<void(int)> give_back)
      : error_(error),
        fd_(fd),
        own_(std::move(own)),
        give_back_(std::move(give_back)) {}
  granted(granted&& other) noexcept
      : error_(std::exchange(other.error_, ECANCELED)),
        fd_(other.fd_),
        own_(std::move(other.own_)),
        give_back_(std::move(other.give_back_)) {}
  granted& operator=(granted&&) = delete;
  ~granted() {
    if (error_ == 0) give_back_(fd_);
  }

  /// The result of the call; from here on the lock is the caller's.
  int take() noexcept {
    const int error = std::exchange(error_, ECANCELED);
    if (error == 0) return 0;
    errno = error;
    return -1;
  }

 private:
  int error_;
  int fd_;
  unique_fd own_;
  std::function<void(int)> give_back_;
};

// Tries without waiting; only then a helper waits.
task<int> lock_by(int fd, lock_kind& kind) {
  if (kind.take(fd, false) == 0) co_return 0;
  if (errno != EAGAIN && errno != EACCES) co_return -1;
  unique_fd own(kind.of_open_file ? ::fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1);
  if (kind.of_open_file && own.get() < 0) co_return -1;
  const char* const name = kind.name;
  const int used = kind.of_open_file ? own.get() : fd;
  auto call = [used, own = std::move(own), kind = std::move(kind)]() mutable {
    const int error = kind.take(used, true) == 0 ? 0 : errno;
    return granted(error, used, std::move(own), std::move(kind.give_back));
  };
  hub::offloaded<decltype(call)> wait(hub::file_helpers(), name,
                                      std::move(call));
  granted lock_held = co_await wait;
  co_return lock_held.take();
}

bool same_file(int fd, const struct ::stat& file) {
  struct ::stat now;
  return ::fstat(fd, &now) == 0 && now.st_dev == file.st_dev &&
         now.st_ino == file.st_ino;
}

}  // namespace

task<int> wait_for_lock(int fd, int command, struct ::flock* lock) {
  if (lock == nullptr) {
    errno = EFAULT;
    co_return -1;
  }
  struct ::stat file;
  if (::fstat(fd, &file) != 0) co_return -1;
  const int try_command = command == F_SETLKW ? F_SETLK : F_OFD_SETLK;
  const struct ::flock request = *lock;
  lock_kind kind{"fcntl",
                 [=](int on, bool waiting) {
                   struct ::flock wanted = request;
                   return ::fcntl(on, waiting ? command : try_command, &wanted);
                 },
                 [=](int on) {
                   struct ::flock wanted = request;
                   wanted.l_type = F_UNLCK;
                   // The number may have been closed, which frees the lock, and
                   // reused.
                   if (same_file(on, file)) ::fcntl(on, try_command, &wanted);
                 },
                 command == F_OFD_SETLKW};
  co_return co_await lock_by(fd, kind);
}

task<int> flock(int fd, int operation) {
  if ((operation & (LOCK_NB | LOCK_UN)) != 0) {
    co_return ::flock(fd, operation);
  }
  lock_kind kind{"flock",
                 [=](int on, bool waiting) {
                   return ::flock(on,
                                  waiting ? operation : operation | LOCK_NB);
                 },
                 [](int on) { ::flock(on, LOCK_UN); }, true};
  co_return co_await lock_by(fd, kind);
}

}  // namespace green
