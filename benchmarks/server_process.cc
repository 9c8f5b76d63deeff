// SPDX-License-Identifier: MIT
#include "benchmarks/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fmt/core.h>
#include "benchmarks/clock.h"
#include "benchmarks/interrupt.h"

namespace benchmarks {
namespace {

// The number after a name at a line's start: "VmRSS:   2840 kB". 0 if absent.
double field(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(name)) continue;
    std::istringstream rest(line.substr(name.size()));
    double value = 0;
    rest >> value;
    return value;
  }
  return 0;
}

// KiB of kernel stack for each thread: 16 on x86-64 and arm64, more with KASAN.
double kernel_stack() {
  std::ifstream file("/proc/loadavg");
  std::string word;
  for (int i = 0; i < 4; ++i) file >> word;  // "1/123": running and all threads
  double threads = 0;
  std::istringstream(word.substr(word.find('/') + 1)) >> threads;
  return threads > 0 ? field("/proc/meminfo", "KernelStack:") / threads : 16;
}

std::string describe(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return fmt::format("signal {} ({})", signal, strsignal(signal));
  }
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

process_memory memory_of(pid_t process) {
  const std::string folder = fmt::format("/proc/{}/", process);
  process_memory result;
  // The rollup is exact, status lags behind by some pages for each CPU.
  result.resident = field(folder + "smaps_rollup", "Rss:");
  if (result.resident == 0)
    result.resident = field(folder + "status", "VmRSS:");
  const double threads = field(folder + "status", "Threads:");
  result.threads = static_cast<unsigned>(threads);
  result.kernel = field(folder + "status", "VmPTE:") + threads * kernel_stack();
  return result;
}

server_process::server_process(const std::string& path, int cpu,
                               const std::string& backend) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  output_ = ends[0];
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become_server(path, ends[1], parent, cpu, backend);
  const int error = errno;
  close(ends[1]);
  if (pid_ < 0) {
    close(output_);
    throw std::system_error(error, std::generic_category(), "fork");
  }
  try {
    read_port();
  } catch (...) {
    stop();
    close(output_);
    throw;
  }
}

server_process::~server_process() {
  stop();
  close(output_);
}

void server_process::become_server(const std::string& path, int output,
                                   pid_t parent, int cpu,
                                   const std::string& backend) const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  if (cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  if (!backend.empty()) setenv("GREEN_BACKEND", backend.c_str(), 1);
  execl(path.c_str(), path.c_str(), "0", static_cast<char*>(nullptr));
  fmt::print(stderr, "{}: {}\n", path, std::strerror(errno));
  _exit(127);
}

// Reads "listening on 127.0.0.1:PORT".
void server_process::read_port() {
  const std::int64_t limit = steady_now() + 20 * second;
  std::string line;
  while (line.find('\n') == std::string::npos) {
    if (interrupted()) throw std::runtime_error("interrupted");
    if (steady_now() > limit) {
      throw std::runtime_error("does not say where it listens");
    }
    pollfd readable = {.fd = output_, .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, 100) <= 0) continue;
    char buffer[256];
    const ssize_t n = read(output_, buffer, sizeof buffer);
    if (n > 0) line.append(buffer, static_cast<std::size_t>(n));
    if (n == 0) {
      reap(0);
      throw std::runtime_error(
          fmt::format("ended before it listened: {}", describe(status_)));
    }
  }
  const std::size_t colon = line.rfind(':');
  const char* digits =
      line.data() + (colon == std::string::npos ? 0 : colon + 1);
  if (std::from_chars(digits, line.data() + line.size(), port_).ec !=
      std::errc()) {
    throw std::runtime_error(fmt::format("said instead of a port: {}", line));
  }
}

// False when it still runs.
bool server_process::reap(int options) {
  if (pid_ < 0) return true;
  pid_t result;
  do {
    result = waitpid(pid_, &status_, options);
  } while (result < 0 && errno == EINTR);
  if (result == 0) return false;
  pid_ = -1;
  return true;
}

std::optional<std::string> server_process::ended() {
  if (!reap(WNOHANG)) return std::nullopt;
  return describe(status_);
}

void server_process::stop() {
  if (reap(WNOHANG)) return;
  kill(pid_, SIGTERM);
  const std::int64_t limit = steady_now() + 3 * second;
  while (steady_now() < limit) {
    if (reap(WNOHANG)) return;
    poll(nullptr, 0, 5);
  }
  kill(pid_, SIGKILL);
  reap(0);
}

std::int64_t server_process::cpu_time() const {
  clockid_t clock;
  timespec time = {};
  if (clock_getcpuclockid(pid_, &clock) == 0) clock_gettime(clock, &time);
  return time.tv_sec * second + time.tv_nsec;
}

std::size_t server_process::descriptors() const {
  std::error_code error;
  std::size_t count = 0;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator it(fmt::format("/proc/{}/fd", pid_),
                                              error);
       !error && it != end; it.increment(error)) {
    ++count;
  }
  return count;
}

double system_memory() {
  const auto kib = [](std::string_view name) {
    return field("/proc/meminfo", name);
  };
  return kib("MemTotal:") - kib("MemFree:") - kib("Buffers:") - kib("Cached:") -
         kib("SReclaimable:");
}

}  // namespace benchmarks
