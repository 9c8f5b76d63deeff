// SPDX-License-Identifier: MIT
#include "green/green.h"

#include <doctest/doctest.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "green/greenlet.h"
#include "green/signal.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/support/processes.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;

namespace {

task<int> add(int a, int b) {
  co_await green::sleep();
  co_return a + b;
}

task<> sleep_for_ever() { co_await green::sleep(green::deadline::never()); }

task<> join_both(green::greenlet<>* other) { co_await other->join(); }

// A descriptor that is guarded by a destructor.
struct counted {
  explicit counted(int* to) : count(to) { ++*count; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --*count; }
  int* count;
};

// The parts of a log, by thread.
task<> log_steps(std::string* log, std::chrono::hours step) {
  for (int i = 0; i < 3; ++i) {
    co_await green::sleep(step);
    *log += std::to_string(i);
  }
}

// Accepts for half a second, and says on the way that it waits.
task<int> accept_with_timeout(int told) {
  const tests::descriptor listener = tests::tcp_listener();
  const auto tell = [](int fd) -> task<> {
    co_await green::sleep();
    CHECK(::write(fd, "w", 1) == 1);
  };
  green::spawn(tell, told);
  const green::timeout limit(500ms);
  try {
    const int fd = co_await green::accept(listener, nullptr, nullptr);
    co_return fd < 0 ? errno : -1;
  } catch (const green::timed_out& e) {
    co_return e.from(limit) ? 0 : -2;
  }
}

}  // namespace

TEST_CASE("run gives the result") {
  CHECK(green::run(add, 2, 3) == 5);
  CHECK(green::run([] { return 7; }) == 7);
  green::run([] {});
  auto owner = std::make_unique<int>(4);
  const auto pass = [](std::unique_ptr<int> p) -> task<std::unique_ptr<int>> {
    co_return p;
  };
  CHECK(*green::run(pass, std::move(owner)) == 4);
  int target = 0;
  const auto refer = [](int& to) -> task<int&> { co_return to; };
  CHECK(&green::run(refer, std::ref(target)) == &target);
}

TEST_CASE("run rethrows what f throws") {
  const auto fail = []() -> task<int> {
    co_await green::sleep();
    throw std::out_of_range("far");
  };
  CHECK_THROWS_WITH_AS(green::run(fail), "far", std::out_of_range);
  const auto plain = []() -> int { throw 42; };
  CHECK_THROWS_AS(green::run(plain), int);
  CHECK(green::run(add, 1, 1) == 2);
}

TEST_CASE("run inside of run is an error that says what to do") {
  green::run([]() -> task<> {
    CHECK_THROWS_AS(green::run(add, 1, 2), std::logic_error);
    CHECK(co_await add(1, 2) == 3);
  });
}

TEST_CASE("what still lives when main ends is unwound") {  // F10
  int live = 0;
  const int result = run_virtual(
      [](int* count) -> task<int> {
        const auto hold = [](int* c) -> task<> {
          const counted guard(c);
          co_await green::sleep(1h);
        };
        for (int i = 0; i < 10; ++i) green::spawn(hold, count);
        co_await green::sleep();
        CHECK(*count == 10);
        co_return 3;
      },
      &live);
  CHECK(result == 3);
  CHECK(live == 0);
}

TEST_CASE("what waits in the kernel when main ends is unwound") {  // F10
  int live = 0;
  const int before = tests::open_descriptors();
  green::run(
      [](int* count) -> task<> {
        const auto hold = [](int* c) -> task<> {
          const counted guard(c);
          const auto pair = tests::stream_pair();
          char byte;
          co_await green::recv(pair.a, &byte, 1, 0);
        };
        for (int i = 0; i < 10; ++i) green::spawn(hold, count);
        co_await green::sleep();
        CHECK(*count == 10);
      },
      &live);
  CHECK(live == 0);
  // The hub's own stay with the thread.
  CHECK(tests::open_descriptors() <= before + 2);
}

TEST_CASE("a deadlock is told, with who waits for what") {  // F1
  std::string report;
  const auto main = []() -> task<> {
    auto g = green::spawn(sleep_for_ever);
    g.set_name("sleeper");
    co_await g.join();
  };
  try {
    green::run(main);
  } catch (const green::loop_exit& e) {
    report = e.what();
  }
  INFO(report);
  CHECK(report.starts_with("This operation would block forever"));
  CHECK(report.find("  main: join of sleeper at " __FILE__) !=
        std::string::npos);
  CHECK(report.find("  sleeper: sleep(forever) at " __FILE__) !=
        std::string::npos);
}

TEST_CASE("greenlets that wait for each other are deadlocked") {  // F1
  const auto main = []() -> task<> {
    green::greenlet<> a, b;
    a = green::spawn(join_both, &b);
    b = green::spawn(join_both, &a);
    co_await a.join();
  };
  CHECK_THROWS_AS(green::run(main), green::loop_exit);
}

TEST_CASE("after a deadlock main may go on") {
  green::run([]() -> task<> {
    auto g = green::spawn(sleep_for_ever);
    CHECK_THROWS_AS(co_await g.join(), green::loop_exit);
    CHECK(!g.ready());
    CHECK(co_await add(1, 2) == 3);
    co_await green::sleep(1ms);
    CHECK_THROWS_AS(co_await g.join(), green::loop_exit);
    co_await g.kill();
    CHECK(g.was_killed());
  });
}

TEST_CASE("who waits for the kernel is not deadlocked") {  // F4
  // No other thread is there to hope for, and what comes is later than the
  // hub's first look for one.
  green::run([]() -> task<> {
    const tests::descriptor listener = tests::tcp_listener();
    const pid_t client =
        tests::forked([there = tests::local_address(listener)]() mutable {
          ::usleep(150'000);
          const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
          ::_exit(::connect(fd, there.get(), there.length) == 0 ? 0 : 1);
        });
    const tests::descriptor fd(
        co_await green::accept(listener, nullptr, nullptr));
    int status = -1;
    CHECK(::waitpid(client, &status, 0) == client);
    CHECK(status == 0);
  });
}

TEST_CASE("who waits for a signal or a timer is not deadlocked") {  // F4
  green::run([]() -> task<> {
    const tests::blocked scope({SIGALRM});
    const sigset_t set = tests::set_of({SIGALRM});
    const itimerval later = {.it_interval = {}, .it_value = {0, 150'000}};
    CHECK(::setitimer(ITIMER_REAL, &later, nullptr) == 0);
    int number = 0;
    CHECK(co_await green::sigwait(&set, &number) == 0);
    CHECK(number == SIGALRM);
    auto timer = green::spawn_later(150ms, [] { return 7; });
    CHECK(co_await timer.get() == 7);
  });
}

TEST_CASE("who waits for another thread's kill is not deadlocked") {  // F3
  const auto main = []() -> task<> {
    auto g = green::spawn(sleep_for_ever);
    std::thread killer([g] {
      std::this_thread::sleep_for(100ms);
      g.kill_nowait();
    });
    co_await g.join();
    CHECK(g.was_killed());
    killer.join();
  };
  green::run(main);
}

TEST_CASE("each thread has a hub of its own") {  // F8
  std::string mine, others;
  std::thread other([&others] {
    run_virtual([&others]() -> task<> {
      auto a = green::spawn(log_steps, &others, 1h);
      auto b = green::spawn(log_steps, &others, 2h);
      co_await a.join();
      co_await b.join();
    });
  });
  run_virtual(log_steps, &mine, 3h);
  other.join();
  CHECK(mine == "012");
  CHECK(others == "001212");
}

TEST_CASE("a stopped process goes on where it waits") {  // F13
  auto [in, out] = tests::pipe_descriptors();
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int told = out;
    std::thread child([told] {  // a thread of its own has a hub of its own
      ::_exit(green::run(accept_with_timeout, told));
    });
    child.join();
  }
  REQUIRE(pid > 0);
  char waits = 0;
  CHECK(::read(in, &waits, 1) == 1);
  int status = 0;
  ::kill(pid, SIGSTOP);
  CHECK(::waitpid(pid, &status, WUNTRACED) == pid);
  CHECK(WIFSTOPPED(status));
  ::kill(pid, SIGCONT);
  CHECK(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
