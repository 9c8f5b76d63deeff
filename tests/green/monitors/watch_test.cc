// SPDX-License-Identifier: MIT
#include "green/monitors/watch.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "green/core/system.h"
#include "green/debug.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/unistd.h"
#include "tests/support/contracts.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::standard_error;

namespace {

const char* const variable = "GREEN_MAX_BLOCKING_TIME";
const char* const told = "has kept its hub for ";

// The variable in a scope; null: it is not set. Else no test is watched.
class limit_is {
 public:
  explicit limit_is(const char* value) {
    value == nullptr ? ::unsetenv(variable) : ::setenv(variable, value, 1);
  }
  limit_is(const limit_is&) = delete;
  limit_is& operator=(const limit_is&) = delete;
  ~limit_is() { ::setenv(variable, "0", 1); }
};

// A thread has a hub of its own, and so a watch of its own.
template <class F>
void run_on_thread(F f) {
  std::thread([f] { green::run(f); }).join();
}

std::string line(int number) {
  return "watch_test\\.cc:" + std::to_string(number);
}

// Sanitizers have no such watch, and other builds are not watched.
bool watched_by_default() {
  return tests::contracts_are_checked() && !green::core::under_asan() &&
         !green::core::under_tsan();
}

// The threads that watch.
int watches() {
  int found = 0;
  for (const auto& one :
       std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::ifstream(one.path() / "comm") >> name;
    if (name == "green-watch") ++found;
  }
  return found;
}

// A thread that was joined may be seen for a moment more.
bool are_watches(int expected) {
  for (int i = 0; i < 10'000 && watches() != expected; ++i) {
    std::this_thread::sleep_for(1ms);
  }
  return watches() == expected;
}

// Three mistakes, each of which ends when the report was seen. The number is
// the line that holds the hub.
std::atomic<bool> seen;
std::mutex owned;
int ends[2];
int holds = 0;

void sleep_by_std() {
  holds = __LINE__ + 1;
  while (!seen) std::this_thread::sleep_for(1ms);
}

void read_by_system() {
  char byte;
  holds = __LINE__ + 1;
  CHECK(::read(ends[0], &byte, 1) == 1);
}

void lock_of_std() {
  holds = __LINE__ + 1;
  owned.lock();
  owned.unlock();
}

// Makes a mistake, three coroutines deep, and gives the report.
std::string report_of(void (*mistake)()) {
  const standard_error out;
  seen = false;
  REQUIRE(::pipe(ends) == 0);
  std::atomic<bool> ready = false;
  std::thread helper([&] {
    const std::lock_guard guard(owned);
    ready = true;
    CHECK(out.wait_for(told));
    seen = true;
    CHECK(::write(ends[1], "x", 1) == 1);
  });
  while (!ready) std::this_thread::yield();
  run_on_thread([mistake]() -> task<> {
    const auto inner = [=]() -> task<> {
      mistake();
      co_return;
    };
    const auto middle = [&]() -> task<> { co_await inner(); };
    const auto outer = [&]() -> task<> { co_await middle(); };
    auto holder = green::spawn(outer);
    holder.set_name("holder");
    co_await holder.join();
  });
  helper.join();
  ::close(ends[0]);
  ::close(ends[1]);
  return out.text();
}

void check_report(const std::string& text, const std::string& function) {
  INFO(text);
  CHECK(std::regex_search(
      text, std::regex("green: holder, spawned at .*watch_test\\.cc:[0-9]+, "
                       "has kept its hub for [0-9]+ ms\n")));
  if (green::core::under_tsan()) return;
  CHECK(std::regex_search(
      text, std::regex("  at .*" + line(holds) + " in .*" + function)));
  if (!tests::contracts_are_checked()) return;
  CHECK(std::regex_search(
      text, std::regex("  awaited at .*watch_test\\.cc:[0-9]+\n"
                       "  awaited at .*watch_test\\.cc:[0-9]+\n")));
}

}  // namespace

TEST_CASE("a program without NDEBUG is told who holds the hub") {
  const limit_is unset(nullptr);
  if (!watched_by_default()) return;
  check_report(report_of(sleep_by_std), "sleep_by_std");
  check_report(report_of(read_by_system), "read_by_system");
  check_report(report_of(lock_of_std), "lock_of_std");
}

TEST_CASE("any program is told if the environment says so") {
  for (const char* limit : {"20ms", "20000us", "20000000ns"}) {
    const limit_is set(limit);
    check_report(report_of(read_by_system), "read_by_system");
  }
}

TEST_CASE("the program's own word wins over the environment's") {
  const standard_error out;
  {
    const limit_is none("0");
    run_on_thread([&]() -> task<> {
      green::detect_blocking(10ms);
      co_await green::sleep();
      CHECK(out.wait_for(told));
    });
  }
  const limit_is some("1s");
  run_on_thread([]() -> task<> {
    CHECK(are_watches(1));
    green::detect_blocking(0ns);
    CHECK(are_watches(0));
    green::detect_blocking(1h);
    CHECK(are_watches(1));
    co_return;
  });
}

TEST_CASE("there is a thread where there is a watch, and nowhere else") {
  const auto count = [](int expected) {
    return [expected]() -> task<> {
      CHECK(are_watches(expected));
      co_return;
    };
  };
  {
    const limit_is none("0");
    run_on_thread(count(0));
  }
  {
    const limit_is second("1s");
    run_on_thread(count(1));
  }
  const limit_is unset(nullptr);
  run_on_thread(count(watched_by_default() ? 1 : 0));
  std::thread([&] { tests::run_virtual(count(0)); }).join();
  CHECK(are_watches(0));
}

TEST_CASE("a hub that waits in the kernel holds up nobody") {
  const standard_error out;
  const limit_is short_time("5ms");
  run_on_thread([]() -> task<> {
    CHECK(are_watches(1));
    co_await green::sleep(200ms);
  });
  CHECK(out.text() == "");
}

TEST_CASE("a limit that is no time is told once, and is as none") {
  for (const char* wrong : {"soon", "100", "-1ms", "1 s", "2sec", ""}) {
    const standard_error out;
    const limit_is set(wrong);
    for (int hub = 0; hub < 2; ++hub) {
      run_on_thread([]() -> task<> {
        CHECK(are_watches(watched_by_default() ? 1 : 0));
        co_return;
      });
    }
    CHECK(out.text() == std::string("green: ") + variable + "=" + wrong +
                            " is no time: write 250ms, with ns, us, ms or s, "
                            "or 0 for no watch\n");
  }
}

TEST_CASE("after a report every signal has its disposition of before") {
  const auto handlers = [] {
    std::vector<void (*)(int)> all;
    for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) {
      struct sigaction how = {};
      ::sigaction(number, nullptr, &how);
      all.push_back(how.sa_handler);
    }
    return all;
  };
  const auto before = handlers();
  const limit_is set("10ms");
  check_report(report_of(lock_of_std), "lock_of_std");
  CHECK(handlers() == before);
}

TEST_CASE("a child of fork ends, and its next run is watched") {
  if (green::core::under_tsan()) return;  // no threads in such a child
  const limit_is set("1s");
  pid_t child = -1;
  std::thread([&] {
    green::run([&]() -> task<> {
      CHECK(are_watches(1));
      child = green::fork();
      if (child == 0 && watches() != 0) ::_exit(1);
      co_return;
    });
    if (child != 0) return;
    bool watched = false;
    green::run([&]() -> task<> {
      watched = are_watches(1);
      co_return;
    });
    if (!watched) ::_exit(2);
    // The end of the child's only thread ends its watch and the child.
  }).join();
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
