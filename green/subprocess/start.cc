// SPDX-License-Identifier: MIT
#include "green/subprocess/start.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <system_error>

#include "green/posix/held_signals.h"
#include "green/signals/registration.h"

// clone(2) by a name that sanitizers do not intercept. They take every clone
// for a fork, and would give the child's state to the parent.
extern "C" int __clone(int (*f)(void*), void* stack, int flags, void* argument,
                       ...) noexcept;

namespace green::subprocess {

namespace {

// The struct of rt_sigaction(2). glibc's function would tell the sanitizers, in
// memory that is the parent's too.
struct kernel_action {
  void (*handler)(int) = nullptr;
  unsigned long flags = 0;
  void (*restorer)() = nullptr;
  std::uint64_t mask = 0;
};

constexpr int last_signal = 64;
constexpr std::uint64_t all_signals = ~std::uint64_t{0};

void set_mask(std::uint64_t mask, std::uint64_t* before = nullptr) {
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, before, sizeof mask);
}

bool is_handler(void (*f)(int)) { return f != SIG_DFL && f != SIG_IGN; }

// No handler may run, because the memory is the parent's.
void remove_handlers(bool restore) {
  for (int n = 1; n <= last_signal; ++n) {
    kernel_action now;
    ::syscall(SYS_rt_sigaction, n, nullptr, &now, sizeof now.mask);
    const bool ignored_by_programs = n == SIGPIPE || n == SIGXFSZ;
    if (is_handler(now.handler) || (restore && ignored_by_programs)) {
      kernel_action standard;
      if (ignored_but_for_registrations(n)) standard.handler = SIG_IGN;
      ::syscall(SYS_rt_sigaction, n, &standard, nullptr, sizeof now.mask);
    }
  }
}

// The part that child and parent share: the child borrows the parent's memory.
struct start_call {
  const start_plan& plan;
  std::uint64_t mask_before = 0;
  int error = 0;
  start_step failed = start_step::program;
};

// For a system that is too old or too strict for close_range(2).
void close_one_by_one(unsigned first, unsigned last) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  for (rlim_t fd = first; fd <= last && fd < limit.rlim_cur; ++fd) {
    ::close(static_cast<int>(fd));
  }
}

void close_between(unsigned first, unsigned last) {
  if (first > last) return;
  if (::syscall(SYS_close_range, first, last, 0) != 0) {
    close_one_by_one(first, last);
  }
}

void close_others(const std::vector<int>& kept) {
  unsigned first = 3;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    close_between(first, number - 1);
    first = number + 1;
  }
  close_between(first, ~0u);
}

bool keep(int fd) { return ::fcntl(fd, F_SETFD, 0) == 0; }

// Not by dup2, because ThreadSanitizer's takes a lock that a thread of the
// parent may hold.
bool copy_to(int fd, int to) { return ::syscall(SYS_dup3, fd, to, 0) >= 0; }

// Moves the passed descriptors first, because copies must not take their
// numbers. Then moves sources among 0, 1 and 2 out of the way of their targets.
bool set_descriptors(const start_plan& plan) {
  for (const int fd : plan.passed) {
    if (!keep(fd)) return false;
  }
  std::array<int, 3> from = plan.standard;
  for (int to = 0; to < 3; ++to) {
    int& fd = from[static_cast<unsigned>(to)];
    if (fd == start_plan::inherited || fd > 2 || fd == to) continue;
    fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0) return false;
  }
  for (int to = 0; to < 3; ++to) {
    const int fd = from[static_cast<unsigned>(to)];
    if (fd == start_plan::inherited) continue;
    if (fd == to ? !keep(fd) : !copy_to(fd, to)) return false;
  }
  if (plan.close_fds) close_others(plan.passed);
  return true;
}

// Uses the system's own calls, because glibc's tell every thread of the parent.
bool set_groups(const start_plan& plan) {
  return !plan.groups || ::syscall(SYS_setgroups, plan.groups->size(),
                                   plan.groups->data()) == 0;
}
bool set_group(const start_plan& plan) {
  return !plan.group || ::syscall(SYS_setregid, *plan.group, *plan.group) == 0;
}
bool set_user(const start_plan& plan) {
  return !plan.user || ::syscall(SYS_setreuid, *plan.user, *plan.user) == 0;
}

bool prepare(start_call& call) {
  const start_plan& plan = call.plan;
  const auto did = [&call](start_step step, bool ok) {
    if (ok) return true;
    call.error = errno;
    call.failed = step;
    return false;
  };
  remove_handlers(plan.restore_signals);
  if (plan.mask) ::umask(*plan.mask);
  return did(start_step::folder,
             plan.folder == nullptr || ::chdir(plan.folder) == 0) &&
         did(start_step::session, !plan.new_session || ::setsid() >= 0) &&
         did(start_step::process_group,
             !plan.process_group || ::setpgid(0, *plan.process_group) == 0) &&
         did(start_step::groups, set_groups(plan)) &&
         did(start_step::group, set_group(plan)) &&
         did(start_step::user, set_user(plan)) &&
         did(start_step::descriptors, set_descriptors(plan));
}

// As in the shell, the first error counts that means more than "not here".
// Calls return after an error and only execve's success does not, so
// AddressSanitizer waits for no memory of the child.
int run_child(void* argument) {
  start_call& call = *static_cast<start_call*>(argument);
  if (!prepare(call)) return 127;
  const start_plan& plan = call.plan;
  set_mask(plan.restore_signals ? 0 : call.mask_before);
  int error = 0;
  for (const char* const path : plan.programs) {
    ::execve(path, plan.arguments.data(), plan.environment.data());
    if (error == 0 && errno != ENOENT && errno != ENOTDIR) error = errno;
  }
  call.error = error != 0 ? error : errno;
  return 127;  // ends the child
}

void reap(pid_t pid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 &&
         errno == EINTR) {
  }
}

}  // namespace

started start(const start_plan& plan) {
  constexpr std::size_t stack_size = std::size_t{64} * 1024;
  const auto stack = std::make_unique_for_overwrite<std::byte[]>(stack_size);
  start_call call{plan};
  int pidfd = -1;
  const sigset_t own = program_mask();
  std::memcpy(&call.mask_before, &own, sizeof call.mask_before);
  std::uint64_t mask_now = 0;
  set_mask(all_signals, &mask_now);
  const int pid =
      ::__clone(&run_child, stack.get() + stack_size,
                CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &call, &pidfd);
  const int error = errno;
  set_mask(mask_now);
  if (pid < 0) {
    throw std::system_error(error, std::generic_category(), "clone");
  }
  started made{pid, unique_fd(pidfd), call.error, call.failed};
  if (made.error != 0) reap(pid);
  return made;
}

}  // namespace green::subprocess
