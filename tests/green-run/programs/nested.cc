// SPDX-License-Identifier: MIT
// A thread makes the others. It prints on how many threads of the system they
// ran.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <set>
#include <thread>

int main() {
  std::set<long> all;
  std::thread([&all] {
    for (int i = 0; i < 12; ++i) {
      std::thread([&all] { all.insert(::syscall(SYS_gettid)); }).join();
    }
  }).join();
  std::printf("threads ran on %zu\n", all.size());
}
