// SPDX-License-Identifier: MIT
#include "green/hub/alone.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <memory>

#include "green/core/system.h"

namespace green::hub {

namespace {

std::atomic<int> bystanders = 0;

// io_uring's workers are threads of the process, named iou-wrk-PID.
bool kernel_worker(const char* tid) {
  char path[64] = {};
  fmt::format_to_n(path, sizeof path - 1, "/proc/self/task/{:.20}/comm", tid);
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return true;  // it has just ended
  char name[16] = {};
  const ssize_t length = ::read(fd, name, sizeof name - 1);
  ::close(fd);
  return length > 0 && std::strncmp(name, "iou-", 4) == 0;
}

}  // namespace

bystander::bystander() noexcept { bystanders.fetch_add(1); }

bystander::~bystander() { bystanders.fetch_sub(1); }

void forget_bystanders() noexcept { bystanders.store(0); }

bool surely_alone() { return __libc_single_threaded != 0; }

bool alone() {
  if (surely_alone()) return true;
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"),
                                                  &::closedir);
  if (tasks == nullptr) return false;
  int threads = 0;
  while (const dirent* task = ::readdir(tasks.get())) {
    if (task->d_name[0] == '.') continue;
    if (!kernel_worker(task->d_name)) ++threads;
  }
  const int of_the_sanitizer = core::under_tsan() ? 1 : 0;
  return threads <= 1 + of_the_sanitizer + bystanders.load();
}

bool alone_but_for_bystanders() { return bystanders.load() != 0 && alone(); }

}  // namespace green::hub
