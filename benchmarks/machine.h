// SPDX-License-Identifier: MIT
#pragma once

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

#include "benchmarks/clock.h"

namespace benchmarks {

/// The CPUs that this process may use.
inline std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

/// Binds the calling thread to a CPU. Throws std::system_error.
inline void pin_to_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            "CPU " + std::to_string(cpu));
  }
}

/// Raises the soft limit of descriptors to the hard one, and says for how many
/// connections that is enough.
inline unsigned raise_descriptor_limit() {
  constexpr rlim_t reserve = 32;  // standard streams, epoll, libraries
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t most = std::min<rlim_t>(limit.rlim_cur, INT_MAX);
  return static_cast<unsigned>(most > reserve ? most - reserve : 1);
}

/// How many threads a process may have, as far as the system tells.
inline unsigned thread_limit() {
  unsigned long most = std::numeric_limits<unsigned>::max();
  const auto bound_by_file = [&](const char* path, unsigned long each) {
    unsigned long value = 0;
    // "max" does not parse, and means that there is no limit.
    if (std::ifstream(path) >> value) most = std::min(most, value / each);
  };
  rlimit limit = {};
  // Root is not bound by it.
  if (geteuid() != 0 && getrlimit(RLIMIT_NPROC, &limit) == 0) {
    most = std::min<unsigned long>(most, limit.rlim_cur);
  }
  bound_by_file("/sys/fs/cgroup/pids.max", 1);
  bound_by_file("/proc/sys/kernel/threads-max", 1);
  bound_by_file("/proc/sys/kernel/pid_max", 1);
  // A stack is a mapping, and so is its guard.
  bound_by_file("/proc/sys/vm/max_map_count", 2);
  constexpr unsigned long reserve = 500;  // what else is running
  return static_cast<unsigned>(most > reserve ? most - reserve : 1);
}

/// What other programs use of the CPUs while this object lives.
class other_programs {
 public:
  /// Seconds of CPU time in a second, so far; the guest's stolen time counts.
  double usage() const {
    const auto time = static_cast<double>(steady_now() - start_) / 1e9;
    return std::max(0.0, (total() - own()) - begun_) / std::max(time, 0.1);
  }

 private:
  // Seconds that all CPUs were busy.
  static double total() {
    std::ifstream file("/proc/stat");
    std::string name;
    file >> name;
    double sum = 0;
    // user, nice, system, idle, iowait, irq, softirq, steal
    for (int i = 0; i < 8; ++i) {
      double ticks = 0;
      file >> ticks;
      if (i != 3 && i != 4) sum += ticks;
    }
    return sum / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

  // Seconds of this process and of its children that have ended.
  static double own() {
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
      rusage usage = {};
      getrusage(who, &usage);
      for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
        sum += static_cast<double>(time.tv_sec) +
               static_cast<double>(time.tv_usec) / 1e6;
      }
    }
    return sum;
  }

  std::int64_t start_ = steady_now();
  double begun_ = total() - own();
};

}  // namespace benchmarks
