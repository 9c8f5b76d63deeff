// SPDX-License-Identifier: MIT
#include "green/hub/alone.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define GREEN_TSAN 1
#endif

namespace green::hub {

namespace {

#ifdef GREEN_TSAN
constexpr int sanitizer_threads = 1;
#else
constexpr int sanitizer_threads = 0;
#endif

std::atomic<int> bystanders = 0;

// io_uring's workers are threads of the process, named iou-wrk-PID.
bool kernel_worker(const char* tid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%.20s/comm", tid);
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
  return threads <= 1 + sanitizer_threads + bystanders.load();
}

}  // namespace green::hub
