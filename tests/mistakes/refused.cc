// SPDX-License-Identifier: MIT
// Mistakes that do not compile, each under its name. What the compilers say
// stands in docs/contract.md, which table_test.cc makes of it.
#include <sys/socket.h>

#include <chrono>
#include <coroutine>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include "green/choose.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/netdb.h"
#include "green/queue.h"
#include "green/shared_mutex"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/timeout.h"
#include "green/unistd.h"

using namespace std::chrono_literals;
using green::task;

task<bool> full();
task<> serve(int n);
green::mutex m;
green::shared_mutex s;

// mistake: `if (full())`, where full is a coroutine
task<> condition() {
  if (full()) co_return;
}

// mistake: `if (green::getaddrinfo(...))`
task<> condition_of_a_call() {
  addrinfo* found;
  if (green::getaddrinfo("localhost", "80", nullptr, &found)) co_return;
}

// mistake: `while (!full())`
task<> loop() {
  while (!full()) co_await green::sleep();
}

// mistake: `if (green::recv(...) == -1)`
task<> comparison(int fd, char* text) {
  if (green::recv(fd, text, 1, 0) == -1) co_return;
}

// mistake: `ssize_t n = green::recv(...)`
task<> initialiser(int fd, char* text) {
  const ssize_t n = green::recv(fd, text, 1, 0);
  co_return;
}

// mistake: `switch (green::recv(...))`
task<> choice(int fd, char* text) {
  switch (green::recv(fd, text, 1, 0)) {
    case 0:
      co_return;
  }
}

// mistake: `co_await ::recv(...)`, with green:: forgotten
task<> plain_value(int fd, char* text) {
  const ssize_t n = co_await ::recv(fd, text, 1, 0);
  if (n < 0) co_return;
}

// mistake: `co_await handle`, without join or get
task<> handle() {
  auto g = green::spawn(serve, 1);
  co_await g;
}

// mistake: an awaitable that resumes only coroutines of its own library
struct of_other_library {
  struct promise {};
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<promise>) const noexcept {}
  void await_resume() const noexcept {}
};
task<> other_library() { co_await of_other_library(); }

// mistake: `co_await std::suspend_always()`
task<> nobody_resumes() { co_await std::suspend_always(); }

// mistake: `std::lock_guard` of a green::mutex
task<> guard() {
  std::lock_guard<green::mutex> g(m);
  co_return;
}

// mistake: `std::unique_lock` of a green::mutex
task<> unique() {
  std::unique_lock<green::mutex> g(m);
  co_return;
}

// mistake: `std::scoped_lock` of a green::mutex
task<> scoped() {
  std::scoped_lock<green::mutex> g(m);
  co_return;
}

// mistake: `std::shared_lock` of a green::shared_mutex
task<> shared() {
  std::shared_lock<green::shared_mutex> g(s);
  co_return;
}

// mistake: `std::lock` of green mutexes
task<> both(green::timed_mutex& one, green::timed_mutex& other) {
  std::lock(one, other);
  co_return;
}

// mistake: `spawn(serve(1))`, a task in place of its function
task<> called() {
  green::spawn(serve(1));
  co_return;
}

// mistake: `spawn(serve, "text")`, where serve takes no text
task<> wrong_argument() {
  green::spawn(serve, "text");
  co_return;
}

// mistake: a coroutine as the function of std::call_once
task<> once(std::once_flag& flag) {
  std::call_once(flag, serve, 1);
  co_return;
}

// mistake: `green::choose()` of nothing
task<> nothing() { co_await green::choose(); }

// mistake: `green::choose(q.get())`, a wait in place of its case
task<> no_case(green::queue<int>& q) { co_await green::choose(q.get(), 1s); }

// mistake: `co_await q.get_case()`, without choose
task<> case_alone(green::queue<int>& q) { co_await q.get_case(); }

// mistake: `green::sleep(0.5)`
task<> half() { co_await green::sleep(0.5); }

// mistake: `co_return` of a temporary to a `task<const T&>`
task<const std::string&> temporary() { co_return std::string("gone"); }

// mistake: `co_return` of a local to a `task<const T&>`
task<const std::string&> local() {
  std::string text = "gone";
  co_return text;
}
