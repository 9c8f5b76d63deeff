// SPDX-License-Identifier: MIT
// An HTTP server with a thread for each client and a log, ported by search and
// replace. Each mistake that was left in stands under its name in
// docs/contract.md.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/timeout.h"
#include "green/unistd.h"

namespace {

using namespace std::chrono_literals;
using std::string;

green::mutex log_mutex;
int requests = 0;

green::task<> log(string line) {
  // mistake: `std::lock_guard` of a green::mutex
  std::lock_guard<green::mutex> guard(log_mutex);
  co_await green::write(STDERR_FILENO, line.data(), line.size());
  ++requests;
}

green::task<bool> read_line(int fd, string& line) {
  line.clear();
  char c;
  while (co_await green::recv(fd, &c, 1, 0) == 1) {
    if (c == '\n') co_return true;
    line += c;
  }
  co_return false;
}

green::task<> send_file(int fd, string path) {
  // mistake: `ssize_t n = green::recv(...)`
  const int file = green::open(path.c_str(), O_RDONLY);
  char buffer[4096];
  ssize_t n;
  while ((n = co_await green::read(file, buffer, sizeof buffer)) > 0)
    co_await green::send(fd, buffer, static_cast<size_t>(n), MSG_NOSIGNAL);
  co_await green::close(file);
}

green::task<> not_found(int fd) {
  // mistake: `green::recv(...);` without co_await
  green::send(fd, "HTTP/1.0 404\r\n\r\n", 16, MSG_NOSIGNAL);
  co_return;
}

// mistake: a coroutine as a `std::function<void()>`
const std::map<string, std::function<void(int)>> routes = {{"/no", not_found}};

green::task<> serve(int fd) {
  string line;
  // mistake: `green::timeout(1s);`, which has no name
  green::timeout(30s);
  try {
    // mistake: `while (!full())`
    while (!read_line(fd, line)) co_return;
    if (const auto at = routes.find(line); at != routes.end()) at->second(fd);
    // mistake: `serve(1);` without co_await
    log("GET " + line);
    co_await send_file(fd, line);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
  }
  co_await green::close(fd);
}

green::task<> accept_all(int listener) {
  for (;;) {
    const int fd = co_await green::accept(listener, nullptr, nullptr);
    if (fd >= 0) {
      green::thread(serve, fd).detach();
    } else {
      // mistake: `green::sleep(0.5)`
      co_await green::sleep(0.5);
    }
  }
}

}  // namespace

int main() {
  const int listener = green::socket(AF_INET, SOCK_STREAM, 0);
  green::listen(listener, 128);
  green::run(accept_all, listener);
}
