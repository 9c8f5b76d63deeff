// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <err.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

namespace benchmarks {

/// redis-server on a free port, until the end of the scope.
class redis_server {
 public:
  redis_server() : port_(free_port()) {
    const std::string port = std::to_string(port_);
    const char* words[] = {
        "redis-server", "--port", port.c_str(), "--save",    "",
        "--hz",         "500",    "--logfile",  "/dev/null", nullptr};
    errno = ::posix_spawnp(&pid_, words[0], nullptr, nullptr,
                           const_cast<char**>(words), environ);
    if (errno != 0) err(1, "redis-server");
  }
  redis_server(const redis_server&) = delete;
  redis_server& operator=(const redis_server&) = delete;
  ~redis_server() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  redisContext* connect() const {
    redisContext* c = redisConnect("127.0.0.1", port_);
    if (c != nullptr && c->err == 0) return c;
    const std::string why = c == nullptr ? "no memory" : c->errstr;
    redisFree(c);
    throw std::runtime_error(why);
  }
  void wait_until_ready() const {
    for (int attempt = 0;; ++attempt) {
      try {
        redisFree(connect());
        return;
      } catch (const std::runtime_error&) {
        if (attempt == 1000) throw;
        ::usleep(5'000);
      }
    }
  }

 private:
  static int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    if (::bind(fd, address, size) != 0 ||
        ::getsockname(fd, address, &size) != 0) {
      err(1, "bind");
    }
    ::close(fd);
    return ntohs(at.sin_port);
  }

  int port_;
  pid_t pid_ = -1;
};

}  // namespace benchmarks
