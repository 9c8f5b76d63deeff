// SPDX-License-Identifier: MIT
#include "green/core/made_once.h"

#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include "green/hub/hubs.h"
#include "tests/support/during_fork.h"

using green::core::made_once;

namespace {

struct counted {
  counted() { ++made; }
  ~counted() { ++destroyed; }
  static inline std::atomic<int> made = 0;
  static inline std::atomic<int> destroyed = 0;
};
static_assert(std::is_trivially_destructible_v<made_once<counted>>);

counted& one() {
  static constinit made_once<counted> it;
  return it.get();
}

// Is being made until a fork begins, and a little longer.
std::atomic<bool> begun = false, forks = false, complete = false;
struct slow {
  slow() {
    begun = true;
    while (!forks) std::this_thread::yield();
    for (int i = 0; i < 1'000; ++i) std::this_thread::yield();
    complete = true;
  }
};
constinit made_once<slow> slow_one;

int status_of(pid_t child) {
  int status = -1;
  return ::waitpid(child, &status, 0) == child ? status : -1;
}

}  // namespace

TEST_CASE("it is made by the first use alone, and never destroyed") {
  CHECK(counted::made == 0);
  std::atomic<bool> start = false;
  std::vector<const counted*> found(4);
  std::vector<std::thread> threads;
  for (const counted*& mine : found) {
    threads.emplace_back([&] {
      while (!start) std::this_thread::yield();
      mine = &one();
    });
  }
  start = true;
  for (std::thread& t : threads) t.join();
  for (const counted* each : found) CHECK(each == &one());
  CHECK(counted::made == 1);
  CHECK(counted::destroyed == 0);
}

TEST_CASE("a use that fails is followed by another try") {
  static constinit made_once<std::unique_ptr<int>> it;
  const auto fails = []() -> std::unique_ptr<int> {
    throw std::runtime_error("no");
  };
  CHECK_THROWS_AS(it.get(fails), std::runtime_error);
  CHECK(*it.get([] { return std::make_unique<int>(7); }) == 7);
  CHECK(*it.get(fails) == 7);
}

TEST_CASE("one may be made while another is made") {
  static constinit made_once<int> inner;
  static constinit made_once<int> outer;
  CHECK(outer.get([] { return inner.get([] { return 3; }) + 1; }) == 4);
}

TEST_CASE("a fork waits while one is being made") {
  green::hub::watch_forks();
  std::thread maker([] { slow_one.get(); });
  while (!begun) std::this_thread::yield();
  forks = true;
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);
    slow_one.get();
    // Without ThreadSanitizer's own end, which misses a join of the maker.
    ::syscall(SYS_exit_group, complete ? 0 : 1);
  }
  CHECK(complete);
  CHECK(status_of(child) == 0);
  maker.join();
}

TEST_CASE("one that is first used during a fork is not half made after it") {
  green::hub::watch_forks();
  static constinit made_once<counted> late;
  tests::during_fork user([] { late.get(); });
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);
    late.get();
    ::_exit(0);
  }
  CHECK(status_of(child) == 0);
}
