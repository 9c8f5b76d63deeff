// SPDX-License-Identifier: MIT
// kill(exception): what is thrown in place of killed, when, and what it leaves.
#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "green/core/shield.h"
#include "green/error_handler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/awaitables.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;
using tests::unhandled;

// Sleeps, notes the errors that come, and goes on as often.
task<int> note_errors(std::string& log, int times) {
  for (int i = 0; i < times; ++i) {
    try {
      co_await green::sleep(1h);
    } catch (const std::runtime_error& error) {
      log += error.what();
    } catch (int number) {
      log += std::to_string(number);
    }
  }
  co_return times;
}

task<> sleep_long() { co_await green::sleep(1h); }

}  // namespace

TEST_CASE("the exception is thrown at the current await, and is the end") {
  run_virtual([]() -> task<> {
    const unhandled reports;
    const auto g = green::spawn(sleep_long);
    co_await green::sleep();
    co_await g.kill(std::runtime_error("stop"));
    CHECK(g.ready());
    CHECK_FALSE(g.successful());
    CHECK_FALSE(g.was_killed());
    CHECK_THROWS_WITH_AS(co_await g.get(), "stop", std::runtime_error);
    CHECK(reports.count == 0);
  });
}

TEST_CASE("an error by kill that nobody takes is reported") {
  run_virtual([]() -> task<> {
    const unhandled reports;
    {
      const auto g = green::spawn(sleep_long);
      co_await green::sleep();
      co_await g.kill(std::runtime_error("stop"));
    }
    CHECK(reports.count == 1);
  });
}

TEST_CASE("one that catches the exception goes on") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto g = green::spawn(note_errors, std::ref(log), 3);
    co_await green::sleep();
    g.kill_nowait(std::runtime_error("a "));
    g.kill_nowait(5);  // at the next await, as each is thrown once
    g.kill_nowait(std::make_exception_ptr(std::runtime_error(" b")));
    CHECK(co_await g.get() == 3);
    CHECK(log == "a 5 b");
  });
}

TEST_CASE("one that has not started never starts, and has the error") {
  run_virtual([]() -> task<> {
    bool ran = false;
    const auto body = [&ran] { ran = true; };
    const auto soon = green::spawn(body);
    const auto late = green::spawn_later(1h, body);
    for (const auto& g : {soon, late}) {
      co_await g.kill(std::runtime_error("never"));
      CHECK_FALSE(g.successful());
      CHECK_THROWS_WITH_AS(co_await g.get(), "never", std::runtime_error);
    }
    co_await green::sleep(2h);
    CHECK_FALSE(ran);
  });
}

TEST_CASE("killed as the exception is a plain kill") {
  run_virtual([]() -> task<> {
    const auto asleep = green::spawn(sleep_long);
    co_await green::sleep();
    co_await asleep.kill(green::killed());
    CHECK(asleep.was_killed());
    const auto unstarted = green::spawn(sleep_long);
    co_await unstarted.kill(std::make_exception_ptr(green::killed()));
    CHECK(unstarted.was_killed());
  });
}

TEST_CASE("a kill with an exception waits up to its deadline") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto g = green::spawn(note_errors, std::ref(log), 2);
    co_await green::sleep();
    CHECK_FALSE(co_await g.kill(1, 1s));
    CHECK(co_await g.kill(2, 1s));
    CHECK(log == "12");
    co_await g.kill(3);  // it has ended: nothing happens
    CHECK(g.successful());
  });
}

TEST_CASE("a shield holds the exception up, and nothing is lost") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto g = green::spawn([&log]() -> task<> {
      {
        const green::core::shield undisturbed;
        co_await green::sleep(1s);
        log += "slept ";
      }
      try {
        co_await green::sleep();
      } catch (const std::runtime_error& error) {
        log += error.what();
      }
    });
    co_await green::sleep();
    g.kill_nowait(std::runtime_error("later"));
    co_await g.join();
    CHECK(log == "slept later");
  });
}

TEST_CASE("one that ends before the exception is thrown ends as it was") {
  run_virtual([]() -> task<> {
    const auto kept = std::make_shared<int>(1);
    const auto g = green::spawn([&kept]() -> task<int> {
      const green::core::shield undisturbed;
      co_await green::sleep(1s);
      co_return *kept;
    });
    co_await green::sleep();
    struct holder {
      std::shared_ptr<int> held;
    };
    g.kill_nowait(holder{kept});
    CHECK(co_await g.get() == 1);
    CHECK(kept.use_count() == 1);  // the exception is gone
  });
}

TEST_CASE("an OS thread kills with an exception") {
  green::run([]() -> task<> {
    std::string log;
    const auto g = green::spawn(note_errors, std::ref(log), 2);
    co_await green::sleep();
    std::thread([&g] {
      g.kill_nowait(std::runtime_error("one "));
      g.kill_nowait(std::runtime_error("two"));
    }).join();
    CHECK(co_await g.get() == 2);
    CHECK(log == "one two");
    std::thread([&g] { g.kill_nowait(1); }).join();
    CHECK(g.successful());
  });
}
