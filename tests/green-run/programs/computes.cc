// SPDX-License-Identifier: MIT
// A thread that computes until stderr, a pipe, tells of it. Then it is made
// again. For green-run alone.
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

namespace {

int reports = -1;

bool told() {
  int bytes = 0;
  return ::ioctl(reports, FIONREAD, &bytes) == 0 && bytes > 0;
}

bool on_main() { return ::syscall(SYS_gettid) == ::getpid(); }

bool compute() {
  while (!told()) {
  }
  return on_main();
}

template <class F>
void say(const char* what, F function) {
  bool where = false;
  std::thread([&] { where = function(); }).join();
  std::printf("%s on main's: %s\n", what, where ? "yes" : "no");
}

}  // namespace

int main() {
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  reports = ends[0];
  ::dup2(ends[1], STDERR_FILENO);
  for (const char* turn : {"first", "second"}) say(turn, compute);
  say("another", [] { return on_main(); });
}
