// SPDX-License-Identifier: MIT
// Mistakes that compile, each under its name. Their warnings, and the reports
// of their runs, stand in docs/contract.md.
#include "tests/mistakes/told.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/condition_variable"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/netinet/in.h"
#include "green/signal.h"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/timeout.h"
#include "green/unistd.h"

namespace tests {

namespace {

using namespace std::chrono_literals;
using green::task;

task<> serve(int) { co_return; }
task<bool> holds() { co_return true; }
void works() { std::fputs("works\n", stderr); }

#ifdef NDEBUG
constexpr int most_rounds = 3;
#else
constexpr int most_rounds = 300;
#endif

// Blocks again and again, until stderr, which is a file, has a report.
template <class F>
void hold_hub(F block) {
  struct stat said = {};
  for (int i = 0; i < most_rounds && said.st_size == 0; ++i) {
    block();
    ::fstat(STDERR_FILENO, &said);
  }
}

// mistake: `serve(1);` without co_await
task<> statement() {
  serve(1);
  co_return;
}

// mistake: `green::recv(...);` without co_await
task<> call_as_statement() {
  char text;
  green::recv(0, &text, 1, 0);
  co_return;
}

// mistake: `auto g = m.scoped_lock();` without co_await
task<> unawaited_guard() {
  green::mutex m;
  auto g = m.scoped_lock();
  co_return;
}

// mistake: `auto t = serve(1);`, never awaited
task<> unawaited_task() {
  auto t = serve(1);
  co_return;
}

// mistake: a coroutine as a `std::function<void()>`
task<> function() {
  const std::function<void()> f = [] { return serve(1); };
  f();
  co_return;
}

// mistake: a coroutine as the function of a std::thread
task<> system_thread() {
  std::thread(serve, 1).join();
  co_return;
}

// mistake: a coroutine as the function of std::for_each
task<> for_each() {
  const std::vector<int> numbers = {1, 2};
  std::for_each(numbers.begin(), numbers.end(), serve);
  co_return;
}

// mistake: `green::timeout(1s);`, which has no name
task<> unnamed_timeout() {
  green::timeout(1s);
  co_return;
}

// mistake: `::setsockopt` of SO_RCVTIMEO
task<> foreign_option() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) co_return;
  const timeval limit = {0, 1000};
  ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const green::timeout end(1s);
  char text;
  try {
    const ssize_t n = co_await green::recv(ends[0], &text, 1, 0);
    if (n == -1 && errno == EAGAIN) works();
  } catch (const green::timed_out&) {
  }
}

// mistake: `std::this_thread::sleep_for` on a hub
task<> foreign_sleep() {
  hold_hub([] { std::this_thread::sleep_for(100ms); });
  co_return;
}

// mistake: `::read` on a hub
task<> foreign_read() {
  const int timer = ::timerfd_create(CLOCK_MONOTONIC, 0);
  const itimerspec often = {{0, 100'000'000}, {0, 100'000'000}};
  ::timerfd_settime(timer, 0, &often, nullptr);
  hold_hub([timer] {
    std::uint64_t times;
    (void)!::read(timer, &times, sizeof times);
  });
  co_return;
}

// mistake: a std::mutex, held over an await
std::timed_mutex foreign;
task<> hold_foreign() {
  const std::lock_guard g(foreign);
  co_await green::sleep(1ms);
}
task<> foreign_mutex() {
  auto holder = green::spawn(hold_foreign);
  co_await green::sleep();
  hold_hub([] { (void)foreign.try_lock_for(100ms); });
  co_await holder.join();
}

// mistake: `m.unlock();` by another than the holder
task<> foreign_unlock() {
  green::mutex m;
  co_await m.lock();
  auto other = green::spawn([&m] { m.unlock(); });
  co_await other.join();
}

// mistake: the end of a green thread that holds a mutex
task<> hold(green::mutex& m) { co_await m.lock(); }
task<> lock_of_the_dead() {
  green::mutex m;
  auto holder = green::spawn(hold, std::ref(m));
  co_await holder.join();
  try {
    co_await m.lock();
  } catch (const green::loop_exit& e) {
    const std::string report = e.what();
    std::fputs(report.substr(report.find("mutex")).c_str(), stderr);
  }
}

// mistake: an exception that leaves a green::thread
task<> fail() {
  throw std::runtime_error("oops");
  co_return;
}
task<> nameless_death() {
  green::thread t(fail);
  co_await t.join();
}

// mistake: a green::thread that is destroyed joinable
task<> joinable_thread() {
  const green::thread t(serve, 1);
  co_return;
}

// mistake: spawn, and no run
void spawn_without_run() {
  std::thread([] { green::spawn(serve, 1); }).join();
}

// mistake: `if (co_await f())` in a function without a local variable
task<> condition_alone() {
  if (co_await holds()) works();
}

// mistake: `close(fd); perror("connect");`, errno looked at afterwards
task<> fail_to_read() {
  for (int i = 0; i < 10; ++i) {
    (void)co_await green::read(-1, nullptr, 0);
    co_await green::sleep();
  }
}
task<> late_errno() {
  auto other = green::spawn(fail_to_read);
  errno = ECONNREFUSED;
  co_await green::usleep(1000);
  if (errno == ECONNREFUSED) works();
  co_await other.join();
}

// mistake: a loop that EINTR is to end
task<> wait_for_a_signal() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  green::sigaction(SIGUSR1, &action, nullptr);
  sigevent event = {};
  event.sigev_signo = SIGUSR1;
  timer_t timer;
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) co_return;
  const itimerspec often = {{0, 20'000'000}, {0, 20'000'000}};
  ::timer_settime(timer, 0, &often, nullptr);
  int ends[2];
  if (::pipe(ends) != 0) co_return;
  char text;
  if (co_await green::read(ends[0], &text, 1) == -1 && errno == EINTR) works();
}

// mistake: a retry loop that catches std::exception, within a deadline
task<> retry() {
  for (int i = 0; i < 9; ++i) {
    try {
      co_await green::sleep(1h);
    } catch (const std::exception&) {
    }
  }
}
task<> deadline_of_a_loop() {
  try {
    co_await green::with_timeout(20ms, retry);
  } catch (const green::timed_out&) {
    works();
  }
}

// mistake: `spawn(greet, "text")`, where greet takes a `const std::string&`
task<> greet(const std::string& text) {
  co_await green::sleep();
  if (text == "a text that is too long to be kept in place") works();
}
task<> converted() {
  auto g = green::spawn(greet, "a text that is too long to be kept in place");
  co_await g.join();
}

// mistake: a predicate that is a coroutine
task<> predicate() {
  green::mutex m;
  green::condition_variable changed;
  bool ready = false;
  auto other = green::spawn([&] {
    ready = true;
    changed.notify_one();
  });
  auto lk = co_await m.scoped_lock();
  const auto is_ready = [&]() -> task<bool> { co_return ready; };
  co_await changed.wait(lk, is_ready);
  if (ready) works();
  co_await other.join();
}

// mistake: `co_return 0` to a `task<void*>`
task<void*> null_pointer() { co_return 0; }
task<> null_result() {
  void* const result = co_await null_pointer();
  if (result == nullptr) works();
}

template <task<> (*F)()>
void run() {
  green::run(F);
}

}  // namespace

const std::vector<told_mistake>& told_mistakes() {
  static const std::vector<told_mistake> all = {
      {"`serve(1);` without co_await", run<statement>},
      {"`green::recv(...);` without co_await", run<call_as_statement>},
      {"`auto g = m.scoped_lock();` without co_await", run<unawaited_guard>},
      {"`auto t = serve(1);`, never awaited", run<unawaited_task>},
      {"a coroutine as a `std::function<void()>`", run<function>},
      {"a coroutine as the function of a std::thread", run<system_thread>},
      {"a coroutine as the function of std::for_each", run<for_each>},
      {"`green::timeout(1s);`, which has no name", run<unnamed_timeout>},
      {"`::setsockopt` of SO_RCVTIMEO", run<foreign_option>},
      {"`std::this_thread::sleep_for` on a hub", run<foreign_sleep>},
      {"`::read` on a hub", run<foreign_read>},
      {"a std::mutex, held over an await", run<foreign_mutex>},
      {"`m.unlock();` by another than the holder", run<foreign_unlock>},
      {"the end of a green thread that holds a mutex", run<lock_of_the_dead>},
      {"an exception that leaves a green::thread", run<nameless_death>},
      {"a green::thread that is destroyed joinable", run<joinable_thread>},
      {"spawn, and no run", spawn_without_run},
      {"`if (co_await f())` in a function without a local variable",
       run<condition_alone>, true},
      {"`close(fd); perror(\"connect\");`, errno looked at afterwards",
       run<late_errno>},
      {"a loop that EINTR is to end", run<wait_for_a_signal>},
      {"a retry loop that catches std::exception, within a deadline",
       run<deadline_of_a_loop>},
      {"`spawn(greet, \"text\")`, where greet takes a `const std::string&`",
       run<converted>},
      {"a predicate that is a coroutine", run<predicate>},
      {"`co_return 0` to a `task<void*>`", run<null_result>},
  };
  return all;
}

}  // namespace tests
