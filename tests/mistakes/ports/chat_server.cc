// SPDX-License-Identifier: MIT
// A chat server with a reader and a writer for each guest, ported by search and
// replace. Each mistake that was left in stands under its name in
// docs/contract.md.
#include <algorithm>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "green/condition_variable"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/unistd.h"

namespace {

using std::string;

struct guest {
  int fd;
  std::deque<string> lines;
  green::mutex mutex;
  green::condition_variable changed;
};
std::list<guest> guests;
green::mutex guests_mutex;

green::task<bool> has_lines(guest& to) { co_return !to.lines.empty(); }

green::task<> write_lines(guest& to) {
  for (;;) {
    green::unique_lock<green::mutex> lock(to.mutex, green::defer_lock);
    co_await lock.lock();
    co_await to.changed.wait(lock, [&] { return has_lines(to); });
    const string line = to.lines.front();
    to.lines.pop_front();
    lock.unlock();
    // mistake: `if (green::recv(...) == -1)`
    if (green::send(to.fd, line.data(), line.size(), 0) == -1) co_return;
  }
}

green::task<> give(guest& to, string line) {
  // mistake: `auto g = m.scoped_lock();` without co_await
  auto lock = to.mutex.scoped_lock();
  to.lines.push_back(line);
  to.changed.notify_one();
  co_return;
}

green::task<> give_to_all(string line) {
  // mistake: `std::scoped_lock` of a green::mutex
  std::scoped_lock<green::mutex> lock(guests_mutex);
  const auto give_line = [line](guest& to) { return give(to, line); };
  // mistake: a coroutine as the function of std::for_each
  std::for_each(guests.begin(), guests.end(), give_line);
  co_return;
}

green::task<const string&> ask_name(int fd) {
  string name(16, ' ');
  name.resize(
      static_cast<size_t>(co_await green::read(fd, name.data(), name.size())));
  // mistake: `co_return` of a local to a `task<const T&>`
  co_return name;
}

green::task<> serve(int fd) {
  guest& own = guests.emplace_back();
  own.fd = fd;
  const string name = co_await ask_name(fd);
  // mistake: `spawn(serve(1))`, a task in place of its function
  auto writer = green::spawn(write_lines(own));
  char text[256];
  for (;;) {
    const ssize_t n = co_await green::read(fd, text, sizeof text);
    if (n <= 0) break;
    // mistake: `serve(1);` without co_await
    give_to_all(name + ": " + string(text, static_cast<size_t>(n)));
  }
}

green::task<> accept_all(int listener) {
  const int fd = co_await green::accept(listener, nullptr, nullptr);
  auto one = green::spawn(serve, fd);
  // mistake: `co_await handle`, without join or get
  co_await one;
}

}  // namespace

int main() {
  const int listener = green::socket(AF_INET, SOCK_STREAM, 0);
  green::listen(listener, 128);
  green::run(accept_all, listener);
}
