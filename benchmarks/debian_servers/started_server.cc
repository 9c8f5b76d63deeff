// SPDX-License-Identifier: MIT
#include "benchmarks/debian_servers/started_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "benchmarks/clock.h"

namespace benchmarks {

namespace {

constexpr int patience = 20;  // seconds

sockaddr_in loopback(const std::string& port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<in_port_t>(std::stoi(port)));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

// KiB in a line "VmRSS:   2840 kB".
double field(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    return std::stod(line.substr(name.size()));
  }
  return 0;
}

std::string program_of(const std::string& id) {
  std::error_code gone;
  return std::filesystem::read_symlink("/proc/" + id + "/exe", gone);
}

// A process, and those of the same program that it has started.
void add_family(pid_t pid, std::vector<pid_t>& to) {
  to.push_back(pid);
  const std::string id = std::to_string(pid);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  for (pid_t child = 0; children >> child;) {
    if (program_of(std::to_string(child)) == program_of(id)) {
      add_family(child, to);
    }
  }
}

[[noreturn]] void become(const words& command, int cpu) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) ::dup2(nothing, fd);
  if (cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    ::sched_setaffinity(0, sizeof set, &set);
  }
  std::vector<char*> all;
  for (const std::string& word : command) {
    all.push_back(const_cast<char*>(word.c_str()));
  }
  all.push_back(nullptr);
  ::execvp(all[0], all.data());
  ::_exit(127);
}

}  // namespace

std::string free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at = loopback("0");
  socklen_t size = sizeof at;
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  const bool bound =
      ::bind(fd, address, size) == 0 && ::getsockname(fd, address, &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("there is no free port");
  return std::to_string(ntohs(at.sin_port));
}

connection::connection(const std::string& port)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in at = loopback(port);
  const timeval limit{patience, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  open_ =
      ::connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
}

connection::~connection() { ::close(fd_); }

void connection::say(std::string_view text) const {
  if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) < 0) {
    throw std::runtime_error("the server does not listen to the question");
  }
}

std::string connection::hear(std::string_view last) const {
  std::string heard;
  std::array<char, 4096> part{};
  while (heard.find(last) == heard.npos) {
    const ssize_t n = ::recv(fd_, part.data(), part.size(), 0);
    if (n <= 0) break;
    heard.append(part.data(), static_cast<std::size_t>(n));
  }
  return heard;
}

started_server::started_server(const words& command, const std::string& port,
                               int cpu)
    : pid_(::fork()) {
  if (pid_ == 0) become(command, cpu);
  if (pid_ < 0) throw std::runtime_error("fork");
  const std::int64_t limit = steady_now() + patience * second;
  while (!connection(port).open()) {
    if (alive() && steady_now() < limit) {
      ::usleep(2000);
      continue;
    }
    stop();
    throw std::runtime_error(command.front() + " does not serve");
  }
}

started_server::~started_server() { stop(); }

void started_server::stop() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool started_server::alive() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

usage started_server::used() const {
  constexpr double kernel_stack = 16;  // KiB, on x86-64 and arm64
  usage sum;
  std::vector<pid_t> family;
  if (pid_ > 0) add_family(pid_, family);
  for (const pid_t each : family) {
    const std::string folder = "/proc/" + std::to_string(each) + "/";
    const double threads = field(folder + "status", "Threads:");
    sum.threads += static_cast<long>(threads);
    sum.resident += field(folder + "status", "VmRSS:");
    sum.kernel += field(folder + "status", "VmPTE:") + threads * kernel_stack;
    clockid_t clock;
    timespec time = {};
    if (::clock_getcpuclockid(each, &clock) == 0) ::clock_gettime(clock, &time);
    sum.cpu += time.tv_sec * second + time.tv_nsec;
  }
  return sum;
}

std::vector<way_to_run> ways_to_run(const std::string& green_run) {
  return {
      {"real threads", {}},
      {"green-run", {green_run}},
      {"green-run, epoll", {"env", "GREEN_BACKEND=epoll", green_run}},
      {"green-run, two hubs", {green_run, "--hubs", "2"}},
  };
}

}  // namespace benchmarks
