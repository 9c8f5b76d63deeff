// SPDX-License-Identifier: MIT
// The sessions of docs/debugging.md are what these programs print. That of gdb
// is in tests/gdb.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "green/core/system.h"
#include "green/debug.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/queue.h"
#include "tests/support/sessions.h"
#include "tests/support/standard_error.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;

namespace {

// What a child of fork with these variables writes on stderr.
std::string told_by(const std::map<std::string, std::string>& environment,
                    const std::function<void(tests::standard_error&)>& f) {
  tests::standard_error out;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const auto& [name, value] : environment) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
    f(out);
    ::_exit(0);
  }
  int status = -1;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return out.text();
}

task<std::string> next_order(green::queue<std::string>& orders) {
  co_return co_await orders.get();
}

task<> cook(green::queue<std::string>& orders) {
  for (;;) co_await next_order(orders);
}

void compress() { std::this_thread::sleep_for(60ms); }

task<> answer() {
  compress();
  co_return;
}

task<> pay(green::mutex& mine, green::mutex& theirs) {
  const auto from = co_await mine.scoped_lock();
  co_await tests::others_wait();
  const auto to = co_await theirs.scoped_lock();
}

task<> serve(green::event& closed) { co_await closed.wait(); }

}  // namespace

TEST_CASE("a hang is found by a signal") {
  const auto program = [](tests::standard_error& out) {
    green::run([&]() -> task<> {
      green::queue<std::string> orders;
      std::vector<green::greenlet<>> cooks;
      for (int i = 1; i <= 3; ++i) {
        cooks.push_back(green::spawn(cook, std::ref(orders)));
        cooks.back().set_name("cook " + std::to_string(i));
      }
      co_await green::sleep();
      ::kill(::getpid(), SIGQUIT);
      while (out.text().find("\ntimers:") == std::string::npos) {
        co_await green::sleep(1ms);
      }
      co_await green::killall(cooks);
    });
  };
  CHECK(tests::is_session("A hang",
                          told_by({{"GREEN_DUMP_SIGNAL", "QUIT"}}, program)));
}

TEST_CASE("a hub that sleep_for blocks is found by the variable") {
  if (green::core::under_tsan()) return;  // it holds signals back
  const auto program = [](tests::standard_error& out) {
    green::run([&]() -> task<> {
      while (out.text().find("2 times so far") == std::string::npos) {
        const auto g = green::spawn(answer);
        g.set_name("answer");
        co_await g.join();
      }
    });
  };
  CHECK(tests::is_session(
      "A hub that is blocked",
      told_by({{"GREEN_MAX_BLOCKING_TIME", "20ms"}}, program)));
}

TEST_CASE("a ring of locks is in a dump") {
  const auto program = [](tests::standard_error&) {
    green::run([]() -> task<> {
      green::mutex mine, yours;
      auto ada = green::spawn(pay, std::ref(mine), std::ref(yours));
      auto bob = green::spawn(pay, std::ref(yours), std::ref(mine));
      ada.set_name("ada");
      bob.set_name("bob");
      co_await tests::others_wait();
      co_await tests::others_wait();
      green::dump_all();
      co_await ada.kill();
      co_await bob.kill();
    });
  };
  CHECK(tests::is_session("A ring of locks", told_by({}, program)));
}

TEST_CASE("a leak of green threads is seen in statistics") {
  const auto program = [](tests::standard_error&) {
    green::run([]() -> task<> {
      green::event closed;
      for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 100; ++i) green::spawn(serve, std::ref(closed));
        co_await tests::others_wait();
        const auto now = green::statistics();
        std::fprintf(stderr, "%ju spawned, %ju live\n",
                     std::uintmax_t{now.spawned}, std::uintmax_t{now.live});
      }
      green::dump_all();
      closed.set();
      co_await tests::others_wait();
    });
  };
  CHECK(tests::is_session("A leak of green threads", told_by({}, program)));
}
