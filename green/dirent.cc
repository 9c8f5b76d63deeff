// SPDX-License-Identifier: MIT
#include "green/dirent.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "green/directories/scan.h"
#include "green/hub/call_on_helper.h"
#include "green/posix/kept_errno.h"
#include "green/sys/stat.h"

namespace green {

namespace {

// Newer glibcs refuse a descriptor of a mere path, and set errno.
bool refuses_path(int directory) {
  const int flags = ::fcntl(directory, F_GETFL);
  if (flags < 0 || (flags & O_PATH) == 0) return false;
  const kept_errno at_start;
  const int copy = ::fcntl(directory, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) {
    at_start.put_back();
    return false;
  }
  ::DIR* const opened = ::fdopendir(copy);
  if (opened != nullptr) {
    ::closedir(opened);
  } else {
    ::close(copy);
  }
  return opened == nullptr;
}

}  // namespace

task<DIR*> opendir(const char* path) { return open_directory(AT_FDCWD, path); }

task<DIR*> fdopendir(int fd) {
  struct ::stat found{};
  const int asked = co_await green::fstat(fd, &found);
  if (asked != 0) co_return nullptr;
  if (S_ISDIR(found.st_mode)) {
    co_return refuses_path(fd) ? nullptr : DIR::make(fd);
  }
  errno = ENOTDIR;
  co_return nullptr;
}

readdir_wait readdir(DIR* directory) { return readdir_wait(directory); }

closedir_wait closedir(DIR* directory) { return closedir_wait(directory); }

task<> seekdir(DIR* directory, long position) {
  co_await directory->lock().lock();
  const lock_guard held(directory->lock(), adopt_lock);
  directory->go_to(position);
}

task<> rewinddir(DIR* directory) { return seekdir(directory, 0); }

long telldir(DIR* directory) { return directory->position(); }

int dirfd(DIR* directory) { return directory->fd(); }

task<int> scandir(const char* path, dirent*** names,
                  int (*filter)(const dirent*),
                  int (*compare)(const dirent**, const dirent**)) {
  return scan(AT_FDCWD, path, names, filter, compare);
}

task<int> scandirat(int directory, const char* path, dirent*** names,
                    int (*filter)(const dirent*),
                    int (*compare)(const dirent**, const dirent**)) {
  return scan(directory, path, names, filter, compare);
}

hub::operation<ssize_t> getdents64(int fd, void* entries, size_t size) {
  return hub::call_on_helper<&::getdents64, "getdents64">(fd, entries, size);
}

hub::operation<ssize_t> getdirentries(int fd, char* entries, size_t size,
                                      off_t* base) {
  return hub::call_on_helper<&::getdirentries, "getdirentries">(fd, entries,
                                                                size, base);
}

}  // namespace green
