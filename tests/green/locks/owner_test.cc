// SPDX-License-Identifier: MIT
// Who holds a lock: what is said of it, and what who does not may not do.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <source_location>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/shared_mutex"
#include "green/when.h"
#include "tests/support/contracts.h"

using namespace std::chrono_literals;
using green::task;

#define LOCK_KINDS                                          \
  green::mutex, green::timed_mutex, green::recursive_mutex, \
      green::recursive_timed_mutex, green::shared_mutex,    \
      green::shared_timed_mutex

namespace {

// Unlocks m in a green thread that does not hold it.
template <class Mutex>
task<> unlocks(Mutex& m) {
  m.unlock();
  co_return;
}

template <class Mutex>
task<> holds(Mutex& m) {
  co_await m.lock();
  co_await green::sleep(1h);
}

// What who waits for m would block for ever on, says.
template <class Mutex>
task<std::string> deadlock_of(Mutex& m) {
  std::string words;
  try {
    co_await m.lock();
  } catch (const green::loop_exit& e) {
    words = e.what();
  }
  co_return words;
}

}  // namespace

TEST_CASE_TEMPLATE("an unlock by who does not hold it names both", Mutex,
                   LOCK_KINDS) {
  const auto both = [] {
    green::run([]() -> task<> {
      Mutex m;
      auto holder = green::spawn(holds<Mutex>, std::ref(m));
      holder.set_name("ada");
      co_await green::sleep();
      auto other = green::spawn(unlocks<Mutex>, std::ref(m));
      other.set_name("bob");
      co_await other.join();
    });
  };
  tests::check_broken(both, "unlocked by another than its owner", "ada", "bob",
                      "owner_test.cc");
}

TEST_CASE_TEMPLATE("an unlock of what nobody holds names who did it", Mutex,
                   LOCK_KINDS) {
  const auto unheld = [] {
    green::run([]() -> task<> {
      Mutex m;
      co_await m.lock();
      m.unlock();
      auto other = green::spawn(unlocks<Mutex>, std::ref(m));
      other.set_name("bob");
      co_await other.join();
    });
  };
  tests::check_broken(unheld, "unlocked", "bob", "owner_test.cc");
}

TEST_CASE_TEMPLATE("the next to hold it may not be robbed before it runs",
                   Mutex, LOCK_KINDS) {
  const auto robs = [] {
    green::run([]() -> task<> {
      Mutex m;
      co_await m.lock();
      auto next = green::spawn(holds<Mutex>, std::ref(m));
      next.set_name("ada");
      co_await green::sleep();
      m.unlock();  // it is ada's now, who has not run yet
      m.unlock();
    });
  };
  tests::check_broken(robs, "unlocked by another than its owner", "ada");
}

TEST_CASE_TEMPLATE("an OS thread does not unlock what a green one holds", Mutex,
                   LOCK_KINDS) {
  const auto thread = [] {
    green::run([]() -> task<> {
      Mutex m;
      green::spawn(holds<Mutex>, std::ref(m));
      co_await green::sleep();
      std::thread([&m] { m.unlock(); }).join();
    });
  };
  tests::check_broken(thread, "an OS thread", "of another hub",
                      "owner_test.cc");
}

TEST_CASE("shared locks: not locked, or locked the other way") {
  const auto shared = [] {
    green::run([]() -> task<> {
      green::shared_mutex m;
      co_await m.lock();
      m.unlock_shared();
    });
  };
  tests::check_broken(shared, "that was not locked shared", "main");
  const auto exclusive = [] {
    green::run([]() -> task<> {
      green::shared_mutex m;
      co_await m.lock_shared();
      m.unlock();
    });
  };
  tests::check_broken(exclusive, "that was not locked", "it is locked shared");
}

TEST_CASE_TEMPLATE("who has ended is named with where it was spawned", Mutex,
                   LOCK_KINDS) {
  green::run([]() -> task<> {
    Mutex m;
    constexpr unsigned line = std::source_location::current().line() + 1;
    auto holder = green::spawn(holds<Mutex>, std::ref(m));
    co_await green::sleep();
    co_await holder.kill();
    const std::string words = co_await deadlock_of(m);
    INFO(words);
    CHECK(words.find("has ended, spawned at ") != std::string::npos);
    const std::string place = "owner_test.cc:" + std::to_string(line);
    CHECK(words.find(place) != std::string::npos);
    CHECK(words.find("another hub") == std::string::npos);
    m.unlock();  // what the dead held is anybody's
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE_TEMPLATE("what a green thread of another hub held is anybody's",
                   Mutex, LOCK_KINDS) {
  Mutex m;
  std::thread([&m] {
    green::run([&]() -> task<> { co_await m.lock(); });
  }).join();
  CHECK_FALSE(m.try_lock());
  m.unlock();
  CHECK(m.try_lock());
  m.unlock();
}

TEST_CASE("locks that when_all took are its caller's") {
  green::run([]() -> task<> {
    green::mutex a;
    green::recursive_mutex b;
    green::shared_mutex c;
    co_await green::when_all(a.lock(), b.lock(), c.lock());
    a.unlock();
    b.unlock();
    c.unlock();
    CHECK(a.try_lock());
    CHECK(b.try_lock());
    CHECK(c.try_lock());
    a.unlock();
    b.unlock();
    c.unlock();
  });
}
