// SPDX-License-Identifier: MIT
// Runs a program where a hub gets no ring, or only a small one:
//
//   refuse io_uring PROGRAM [ARG...]   io_uring's system calls give EPERM, as
//                                      containers' seccomp profiles do
//   refuse memory PROGRAM [ARG...]     64 KiB of locked memory, and no
//                                      privilege to lock more
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

bool refuse_io_uring() {
  std::array<sock_filter, 6> code{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_enter, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_register, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  }};
  const sock_fprog program{.len = code.size(), .filter = code.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool refuse_memory() {
  rlimit limit;
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return false;
  limit.rlim_cur = 64 * 1024;
  if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0) return false;
  // Root would have it again after execve.
  if (::prctl(PR_CAPBSET_DROP, CAP_IPC_LOCK, 0, 0, 0) != 0 && errno != EPERM) {
    return false;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return false;
  for (auto* set :
       {&sets[0].effective, &sets[0].permitted, &sets[0].inheritable}) {
    *set &= ~(1u << CAP_IPC_LOCK);
  }
  return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 2 ? argv[1] : "";
  if (what != "io_uring" && what != "memory") {
    std::fprintf(stderr, "usage: %s io_uring|memory PROGRAM [ARG...]\n",
                 argv[0]);
    return 2;
  }
  if (!(what == "io_uring" ? refuse_io_uring() : refuse_memory())) {
    std::fprintf(stderr, "%s: cannot refuse %s: %s\n", argv[0], argv[1],
                 std::strerror(errno));
    return 2;
  }
  ::execvp(argv[2], argv + 2);
  std::fprintf(stderr, "%s: %s: %s\n", argv[0], argv[2], std::strerror(errno));
  return 127;
}
