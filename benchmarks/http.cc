// SPDX-License-Identifier: MIT
// http: the HTTP server of the examples beside nginx, by wrk, one core each

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/machine.h"
#include "benchmarks/temporary_folder.h"

namespace {

namespace fs = std::filesystem;

struct file_size {
  const char* name;
  std::size_t bytes;
};

constexpr file_size sizes[] = {
    {"100 B", 100}, {"10 KiB", 10'240}, {"1 MiB", 1'048'576}};

// A program on one CPU; ended with the object. Its output can be read.
class child {
 public:
  child(std::vector<std::string> command, int cpu) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ == 0) {
      benchmarks::pin_to_cpu(cpu);
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      std::vector<char*> words;
      for (std::string& word : command) words.push_back(word.data());
      words.push_back(nullptr);
      execvp(words[0], words.data());
      perror(words[0]);
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    fclose(output_);
  }

  /// The next line of its output; empty at the end.
  std::string line() {
    std::array<char, 512> text{};
    if (fgets(text.data(), static_cast<int>(text.size()), output_) == nullptr) {
      return "";
    }
    return text.data();
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  socklen_t size = sizeof at;
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&at), size) != 0) {
    throw std::runtime_error("no free port");
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  close(fd);
  return ntohs(at.sin_port);
}

void wait_for(int port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  for (int i = 0; i < 200; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const int connected =
        connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at);
    close(fd);
    if (connected == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  throw std::runtime_error(fmt::format("no server on port {}", port));
}

void make_files(const std::string& name) {
  fs::permissions(name, fs::perms::all & ~fs::perms::group_write);
  for (const file_size& size : sizes) {
    std::ofstream(name + "/" + std::to_string(size.bytes))
        << std::string(size.bytes, 'x');
  }
}

fs::path nginx_settings(const fs::path& folder, int port) {
  const fs::path path = folder / "nginx.conf";
  std::ofstream(path) << fmt::format(
      "worker_processes 1; daemon off; pid {0}/nginx.pid; error_log {0}/log;\n"
      "events {{ worker_connections 4096; }}\n"
      "http {{ access_log off; sendfile on; tcp_nopush on;\n"
      "keepalive_requests 1000000000;\n"
      "server {{ listen 127.0.0.1:{1}; root {0}; }} }}\n",
      folder.string(), port);
  return path;
}

// Requests a second; negative when there were errors.
double load(int port, const file_size& size, int connections, double seconds,
            int cpu) {
  child wrk({"wrk", "-t1", fmt::format("-c{}", connections),
             fmt::format("-d{:.0f}s", seconds),
             fmt::format("http://127.0.0.1:{}/{}", port, size.bytes)},
            cpu);
  double rate = -1;
  bool failed = false;
  for (std::string line = wrk.line(); !line.empty(); line = wrk.line()) {
    if (line.starts_with("Requests/sec:")) rate = atof(line.c_str() + 13);
    failed = failed || line.find("Non-2xx") != line.npos ||
             line.find("Socket errors") != line.npos;
  }
  return failed ? -1 : rate;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

bool compare(int green, int nginx, int connections, int rounds, int cpu) {
  fmt::print("{:>8} {:>16} {:>16} {:>7} {:>15}\n", "file", "green req/s",
             "nginx req/s", "ratio", "min-max");
  bool good = true;
  for (const file_size& size : sizes) {
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round < rounds; ++round) {
      ours.push_back(load(green, size, connections, 1, cpu));
      theirs.push_back(load(nginx, size, connections, 1, cpu));
      ratios.push_back(ours.back() / theirs.back());
      good = good && ours.back() > 0;
      fmt::print(stderr, "{}: round {} of {}\n", size.name, round + 1, rounds);
    }
    fmt::print("{:>8} {:>16.0f} {:>16.0f} {:>7.2f} {:>15}\n", size.name,
               median(ours), median(theirs), median(ratios),
               fmt::format("{:.2f}-{:.2f}", std::ranges::min(ratios),
                           std::ranges::max(ratios)));
  }
  if (!good) fmt::print(stderr, "http: wrk saw errors, or is not installed\n");
  return good;
}

int usage(const char* wrong) {
  fmt::print(stderr,
             "http: {}\nusage: http [ROUNDS [CONNECTIONS]]  (5, 64; needs the "
             "packages nginx-light and wrk)\n",
             wrong);
  return 2;
}

int number(const char* text, int otherwise) {
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  const long value = strtol(text, &end, 10);
  return *end == 0 && value > 0 && value < 10'000 ? static_cast<int>(value)
                                                  : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = number(argc > 1 ? argv[1] : nullptr, 5);
  const int connections = number(argc > 2 ? argv[2] : nullptr, 64);
  if (argc > 3) return usage("too many arguments");
  if (rounds < 0) return usage("ROUNDS is not a small number");
  if (connections < 0) return usage("CONNECTIONS is not a small number");
  const auto cpus = benchmarks::allowed_cpus();
  const fs::path self = fs::read_symlink("/proc/self/exe").parent_path();
  try {
    const benchmarks::temporary_folder folder;
    make_files(folder.path);
    const int nginx_port = free_port();
    child green({(self / "../examples/http_server").string(), "127.0.0.1:0",
                 folder.path},
                cpus.front());
    const std::string listening = green.line();
    const std::size_t colon = listening.rfind(':');
    if (colon == listening.npos) throw std::runtime_error("no http_server");
    child nginx(
        {"nginx", "-c", nginx_settings(folder.path, nginx_port).string()},
        cpus.front());
    wait_for(nginx_port);
    const int port = atoi(listening.c_str() + colon + 1);
    const int last = cpus.back();
    return compare(port, nginx_port, connections, rounds, last) ? 0 : 1;
  } catch (const std::exception& e) {
    fmt::print(stderr, "http: {}\n", e.what());
    return 1;
  }
}
