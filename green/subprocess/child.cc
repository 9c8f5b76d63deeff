// SPDX-License-Identifier: MIT
#include "green/subprocess/child.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/greenlets/spawning.h"
#include "green/hub/this_hub.h"
#include "green/posix/poll_until.h"

namespace green::subprocess {

namespace {

constexpr auto by_pidfd = static_cast<idtype_t>(3);  // P_PIDFD

// The exit status, or -N after signal N. Nothing while the child runs.
std::optional<int> status_of(int pidfd) noexcept {
  siginfo_t info{};
  int result;
  do {
    result =
        ::waitid(by_pidfd, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return 0;  // SIGCHLD is ignored, or somebody was faster
  if (info.si_pid == 0) return std::nullopt;
  return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

// A child that nobody waits for any more.
class orphan {
 public:
  explicit orphan(unique_fd pidfd) noexcept : pidfd_(std::move(pidfd)) {}
  orphan(orphan&&) noexcept = default;
  orphan& operator=(orphan&&) noexcept = default;
  ~orphan();

  bool reap() noexcept {
    if (pidfd_ && status_of(pidfd_.get())) pidfd_.reset();
    return !pidfd_;
  }
  int pidfd() const noexcept { return pidfd_.get(); }

 private:
  unique_fd pidfd_;
};

// Children whose hub has ended before them, of all threads. Never destroyed,
// because static objects may own children.
class orphanage {
 public:
  static orphanage& here() {
    static constinit core::made_once<orphanage> only;
    return only.get();
  }

  void add(unique_fd pidfd) {
    const std::lock_guard guard(mutex_);
    all_.push_back(std::move(pidfd));
  }
  void reap() noexcept {
    const std::lock_guard guard(mutex_);
    std::erase_if(all_, [](const unique_fd& fd) {
      return status_of(fd.get()).has_value();
    });
  }

 private:
  core::fork_mutex mutex_;
  std::vector<unique_fd> all_;
};

orphan::~orphan() {
  if (!pidfd_ || reap()) return;
  try {
    orphanage::here().add(std::move(pidfd_));
  } catch (...) {
    // Without memory the child stays a zombie until this process ends.
  }
}

// A kill leaves the child to the orphanage. So does a kill that comes before
// the start.
task<> wait_for(orphan o) {
  while (!o.reap()) {
    ::pollfd ended{o.pidfd(), POLLIN, 0};
    co_await poll_until(&ended, 1, core::deadline::never());
  }
}

}  // namespace

void reap_orphans() noexcept { orphanage::here().reap(); }

child::~child() {
  if (!pidfd_ || poll()) return;
  orphan left(std::move(pidfd_));
  if (!hub::running()) return;
  try {
    spawn(wait_for, std::move(left)).set_name("subprocess reaper");
  } catch (...) {
    // Without memory for a green thread the orphanage has the child.
  }
}

std::optional<int> child::poll() noexcept {
  if (!returncode_) returncode_ = status_of(pidfd_.get());
  if (returncode_ && waiting_ == 0) pidfd_.reset();
  return returncode_;
}

task<bool> child::wait(std::shared_ptr<child> which, core::deadline until) {
  struct use {
    explicit use(child& c) noexcept : of(c) { ++of.waiting_; }
    use(const use&) = delete;
    use& operator=(const use&) = delete;
    ~use() {
      --of.waiting_;
      if (of.returncode_ && of.waiting_ == 0) of.pidfd_.reset();
    }
    child& of;
  };
  if (which->poll()) co_return true;
  const use keeps(*which);
  ::pollfd ended{which->pidfd_.get(), POLLIN, 0};
  while (!which->poll()) {
    const int ready = co_await poll_until(&ended, 1, until);
    if (ready == 0) co_return which->poll().has_value();
  }
  co_return true;
}

// Uses the descriptor, because another process may have the number by now.
void child::send_signal(int number) {
  if (poll()) return;
  const long sent =
      ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
  if (sent != 0 && errno != ESRCH) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("signal {}", number));
  }
}

}  // namespace green::subprocess
