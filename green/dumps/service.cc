// SPDX-License-Identifier: MIT
#include "green/dumps/service.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/hub/alone.h"

namespace green::dumps {

namespace {

constexpr std::size_t longest_line = 1'024;
constexpr timeval client_limit = {5, 0};

[[noreturn]] void fail() {
  throw std::system_error(errno, std::generic_category());
}

// An address of this machine alone.
endpoint read_address(std::string text) {
  constexpr std::string_view here = "localhost:";
  if (text.starts_with(here)) text.replace(0, here.size(), "127.0.0.1:");
  const auto address = endpoint::without_look_up(text);
  const auto* const any = address ? address->sockaddr() : nullptr;
  if (any != nullptr && any->sa_family == AF_UNIX && !address->path().empty()) {
    return *address;
  }
  if (any != nullptr && any->sa_family == AF_INET) {
    const auto* const ip = reinterpret_cast<const sockaddr_in*>(any);
    if ((ntohl(ip->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET) return *address;
  }
  if (any != nullptr && any->sa_family == AF_INET6) {
    const auto* const ip = reinterpret_cast<const sockaddr_in6*>(any);
    if (IN6_IS_ADDR_LOOPBACK(&ip->sin6_addr)) return *address;
  }
  throw std::invalid_argument(
      "the address is not this machine's alone: write unix:/run/x or "
      "127.0.0.1:7000");
}

unique_fd open_socket(const endpoint& address) {
  unique_fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) fail();
  return fd;
}

// A socket that nobody serves any more is removed.
void make_room(const endpoint& address) {
  const std::string path = address.path();
  struct stat found{};
  if (path.empty() || ::lstat(path.c_str(), &found) != 0) return;
  if (!S_ISSOCK(found.st_mode)) {
    throw std::runtime_error("the path is there already, and is no socket");
  }
  const unique_fd client = open_socket(address);
  if (::connect(client.get(), address.sockaddr(), address.length()) == 0) {
    throw std::runtime_error("it is served already");
  }
  if (errno != ECONNREFUSED) fail();
  if (::unlink(path.c_str()) != 0) fail();
}

struct services {
  core::fork_mutex lock;
  std::vector<service*> all;
  bool end_with_process = false;

  static services& here() noexcept {
    static constinit core::made_once<services> one;
    return one.get();
  }
};

// The line; or less, if the client takes too long. Nothing, if it leaves
// without a word, as one does that asks whether the path is served.
std::optional<std::string> read_line(int client) {
  std::string line;
  for (char c; line.size() < longest_line;) {
    if (::recv(client, &c, 1, 0) != 1) {
      if (line.empty()) return std::nullopt;
      break;
    }
    if (c == '\n') break;
    line += c;
  }
  return line;
}

void write_all(int client, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

service::service(const std::string& address, bool may_kill)
    : may_kill_(may_kill),
      process_(::getpid()),
      bell_(::eventfd(0, EFD_CLOEXEC)) {
  if (bell_.get() < 0) fail();
  listen(address);
  services& known = services::here();
  const std::lock_guard guard(known.lock);
  if (!std::exchange(known.end_with_process, true)) {
    std::atexit([] { service::stop_all(); });
  }
  known.all.reserve(known.all.size() + 1);
  thread_ = std::thread([this] { serve(); });
  known.all.push_back(this);
}

// Linux gives a socket of the file system the mode of the descriptor, so that
// it never has another one.
void service::listen(const std::string& text) {
  address_ = read_address(text);
  make_room(address_);
  listener_ = open_socket(address_);
  const int fd = listener_.get();
  const int yes = 1;
  if (address_.family() == AF_UNIX) {
    if (::fchmod(fd, S_IRUSR | S_IWUSR) != 0) fail();
  } else {
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  }
  if (::bind(fd, address_.sockaddr(), address_.length()) != 0) fail();
  if (::listen(fd, SOMAXCONN) != 0) fail();
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  auto* const any = reinterpret_cast<sockaddr*>(&bound);
  if (address_.family() != AF_UNIX && ::getsockname(fd, any, &size) == 0) {
    address_ = endpoint(any, size);
  }
}

void service::serve() {
  const hub::bystander bystander;
  ::pthread_setname_np(::pthread_self(), "green-debug");
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  pollfd fds[] = {{bell_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(fds, 2, -1) < 0) continue;
    if (fds[0].revents != 0) return;
    const unique_fd client(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.get() >= 0) {
      answer(client.get());
    } else if (errno != EINTR && errno != ECONNABORTED) {
      ::poll(fds, 1, 100);  // no descriptor is free, most likely
    }
  }
}

void service::answer(int client) {
  ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &client_limit,
               sizeof client_limit);
  ::setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &client_limit,
               sizeof client_limit);
  try {
    const std::optional<std::string> line = read_line(client);
    if (line) write_all(client, answer_to(*line, may_kill_));
  } catch (const std::exception& error) {
    write_all(client, std::string(error.what()) + "\n");
  }
}

bool service::serving() const noexcept {
  const std::lock_guard guard(lock_);
  return !stopped_ && process_ == ::getpid();
}

std::string service::address() const {
  return serving() ? address_.to_string() : "";
}

void service::stop() {
  if (process_ != ::getpid()) return;  // a child of fork has no such thread
  const std::lock_guard guard(lock_);
  if (stopped_) return;
  stopped_ = true;
  const std::uint64_t one = 1;
  (void)!::write(bell_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
  const std::string path = address_.path();
  if (!path.empty()) ::unlink(path.c_str());
  listener_.reset();
}

void service::stop_all() noexcept {
  services& known = services::here();
  for (std::size_t i = 0;; ++i) {
    service* each = nullptr;
    {
      const std::lock_guard guard(known.lock);
      if (i == known.all.size()) return;
      each = known.all[i];
    }
    each->stop();
  }
}

}  // namespace green::dumps
