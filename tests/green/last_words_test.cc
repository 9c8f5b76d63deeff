// SPDX-License-Identifier: MIT
// What is said, and of whom, where a green thread ends its process, or never
// began.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <stdexcept>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/thread"
#include "tests/support/contracts.h"
#include "tests/support/death.h"
#include "tests/support/standard_error.h"

using green::task;

namespace {

bool says(const std::string& words, const std::string& part) {
  INFO("it said: ", words);
  INFO("it does not say: ", part);
  const bool said = words.find(part) != std::string::npos;
  CHECK(said);
  return said;
}

std::string place(unsigned line) {
  return std::string(__FILE__) + ":" + std::to_string(line);
}

task<> fails(int depth) {
  if (depth == 0) throw std::runtime_error("oops");
  co_await fails(depth - 1);
}

task<> nothing() { co_return; }

constexpr unsigned here(
    const std::source_location& at = std::source_location::current()) {
  return at.line();
}

}  // namespace

TEST_CASE("an exception that leaves a thread: which, from where, and why") {
  constexpr unsigned line = here() + 3;
  const auto ends = [] {
    green::run([]() -> task<> {
      green::thread t(fails, 3);
      co_await t.join();
    });
  };
  const std::string words = tests::dying_words(ends);
  says(words, "green: unhandled exception in greenlet-");
  says(words, ", spawned at " + place(line));
  says(words, "std::runtime_error: oops");
  constexpr unsigned plain_line = here() + 3;
  const auto plain = [] {
    green::run([]() -> task<> {
      green::jthread t([] { throw 1; });
      co_await t.join();
    });
  };
  const std::string other = tests::dying_words(plain);
  says(other, ", spawned at " + place(plain_line));
  says(other, "int");
}

TEST_CASE("a joinable thread that goes: which, and from where") {
  constexpr unsigned line = here() + 3;
  const auto destroys = [] {
    green::run([]() -> task<> {
      const green::thread t(nothing);
      co_return;
    });
  };
  const std::string words = tests::dying_words(destroys);
  says(words, "a joinable green::thread was destroyed: greenlet-");
  says(words, ", spawned at " + place(line));
  constexpr unsigned assigned = here() + 3;
  const auto assigns = [] {
    green::run([]() -> task<> {
      green::thread t(nothing);
      t = green::thread();
      co_return;
    });
  };
  const std::string other = tests::dying_words(assigns);
  says(other, "a joinable green::thread was assigned to: greenlet-");
  says(other, ", spawned at " + place(assigned));
}

TEST_CASE("what was spawned for a run that never came is told") {
  const tests::standard_error captured;
  constexpr unsigned line = here();
  std::thread([] {
    green::spawn(nothing).set_name("eve");
    green::thread(nothing).detach();
    green::spawn_later(std::chrono::hours(1), nothing);
  }).join();
  const std::string words = captured.text();
  says(words, "green: eve, spawned at " + place(line + 2) + " never ran");
  says(words, ", spawned at " + place(line + 3) + " never ran");
  says(words, ", spawned at " + place(line + 4) + " never ran");
}

TEST_CASE("what was spawned and killed before is not told") {
  const tests::standard_error captured;
  std::thread([] { green::spawn(nothing).kill_nowait(); }).join();
  CHECK(captured.text().empty());
}

TEST_CASE("of many that never ran, ten are named") {
  const tests::standard_error captured;
  std::thread([] {
    for (int i = 0; i < 13; ++i) green::spawn(nothing);
  }).join();
  says(captured.text(), "green: 3 more never ran");
}

TEST_CASE("a child of fork is silent about what its parent has spawned") {
  const tests::standard_error captured;
  std::thread([] {
    const auto waiting = green::spawn(nothing);
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) std::exit(0);
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    waiting.kill_nowait();
  }).join();
  CHECK(captured.text().empty());
}

TEST_CASE("exit in a run is silent about what has not run yet") {
  const tests::standard_error captured;
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    std::thread([] {
      green::run([]() -> task<> {
        green::spawn(nothing);
        std::exit(0);
        co_return;
      });
    }).join();
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(captured.text().empty());
}

TEST_CASE("what a run has run, or ended, is not") {
  const tests::standard_error captured;
  std::thread([] {
    green::spawn(nothing);
    green::run([]() -> task<> {
      green::spawn_later(std::chrono::hours(1), nothing);
      green::spawn(nothing);
      co_return;
    });
  }).join();
  CHECK(captured.text().empty());
}
