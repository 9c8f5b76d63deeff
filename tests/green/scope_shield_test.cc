// SPDX-License-Identifier: MIT
// Shields, and cleanups that wait.
#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/scope.h"
#include "green/timeout.h"
#include "tests/support/awaitables.h"
#include "tests/support/scopes.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::fails;
using tests::late;
using tests::reported;
using tests::run_virtual;
using tests::since;

TEST_CASE("a shield holds up a kill and older timeouts until its end") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto start = green::core::now();
    const auto shielded = [&]() -> task<> {
      const green::timeout limit(1s);
      try {
        {
          const green::shield undisturbed;
          co_await green::sleep(5s);
          log += "whole ";
        }
        co_await green::sleep(1h);
      } catch (const green::timed_out& e) {
        log += e.from(limit) ? "timed out " : "other ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed";
      }
    };
    const auto g = green::spawn(shielded);
    co_await green::sleep(2s);
    co_await g.kill();
    CHECK(log == "whole timed out killed");
    CHECK(since(start) == 5s);
  });
}

TEST_CASE("a timeout that is made in the innermost shield passes it") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const auto body = [&]() -> task<> {
      const green::shield outer;
      const green::timeout between(2s);
      {
        const green::shield inner;
        bool by_inner = false;
        const green::timeout limit(1s);
        try {
          co_await green::sleep(3s);
        } catch (const green::timed_out& e) {
          by_inner = e.from(limit);
        }
        CHECK(by_inner);
        CHECK(since(start) == 1s);
        co_await green::sleep(3s);  // between comes at 2 s, and is held up
        CHECK(since(start) == 4s);
      }
      bool by_between = false;
      try {
        co_await green::sleep(1h);
      } catch (const green::timed_out& e) {
        by_between = e.from(between);
      }
      CHECK(by_between);
      CHECK(since(start) == 4s);
      co_await green::sleep(1s);  // outside is still held up
    };
    const green::timeout outside(500ms);
    co_await body();
    CHECK(since(start) == 5s);
    CHECK_THROWS_AS(co_await green::sleep(1h), green::timed_out);
    CHECK(since(start) == 5s);
  });
}

TEST_CASE("a shield outside of green threads says so") {
  // greenify: allow(lost) its end is the subject
  CHECK_THROWS_AS(static_cast<void>(green::shield()), std::logic_error);
  // greenify: allow(lost) it throws, and so needs no name
  CHECK_THROWS_WITH(static_cast<void>(green::shield()),
                    "green::shield: no green thread runs here: make it in a "
                    "function that green::run or spawn runs");
}

TEST_CASE("the cleanup of try_finally follows a value and an error") {
  run_virtual([]() -> task<> {
    int cleaned = 0;
    const auto waits = [&]() -> task<> {
      co_await green::sleep(1s);
      ++cleaned;
    };
    const auto plain = [&] { ++cleaned; };
    const auto value = [] { return late(10); };
    CHECK(co_await green::try_finally(value, waits) == 10);
    CHECK(cleaned == 1);
    CHECK(co_await green::try_finally([] { return 3; }, plain) == 3);
    CHECK(cleaned == 2);
    const auto error = [] { return fails(10); };
    CHECK_THROWS_WITH(co_await green::try_finally(error, waits), "after 10");
    CHECK(cleaned == 3);
    const auto throws = [] { throw std::runtime_error("at once"); };
    CHECK_THROWS_WITH(co_await green::try_finally(throws, plain), "at once");
    CHECK(cleaned == 4);
  });
}

TEST_CASE("the cleanup of try_finally is whole in spite of kills") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&]() -> task<> {
      const auto work = [] { return green::sleep(1h); };
      const auto clean_up = [&]() -> task<> {
        co_await green::sleep(2s);
        log += "clean ";
      };
      try {
        co_await green::try_finally(work, clean_up);
      } catch (const green::killed&) {
        log += "killed ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed again";
      }
    };
    const auto g = green::spawn(body);
    co_await green::sleep(1s);
    g.kill_nowait();
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(log == "clean killed killed again");
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("after a kill a timeout ends the shielded cleanup") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&]() -> task<> {
      const green::timeout outer(90min);
      const auto work = [] { return green::sleep(1h); };
      const auto clean_up = [&]() -> task<> {
        try {
          const green::timeout limit(2s);
          co_await green::sleep(1h);
        } catch (const green::timed_out&) {
          log += "cut short";
        }
      };
      co_await green::try_finally(work, clean_up);
    };
    const auto g = green::spawn(body);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "cut short");
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("a cleanup that throws wins, and the first error is reported") {
  reported errors;
  run_virtual([]() -> task<> {
    const auto error = [] { return fails(10); };
    const auto cleanup = []() -> task<> {
      co_await green::sleep(1s);
      throw std::logic_error("of the cleanup");
    };
    CHECK_THROWS_WITH(co_await green::try_finally(error, cleanup),
                      "of the cleanup");
    const auto value = [] { return late(10); };
    CHECK_THROWS_WITH(co_await green::try_finally(value, cleanup),
                      "of the cleanup");
  });
  CHECK(errors.words == "after 10");
}

TEST_CASE("a cleanup that throws does not lose the kill") {
  reported errors;
  run_virtual([]() -> task<> {
    std::string log;
    const auto body = [&]() -> task<> {
      const auto work = [] { return green::sleep(1h); };
      const auto cleanup = [] { throw std::logic_error("of the cleanup"); };
      try {
        co_await green::try_finally(work, cleanup);
      } catch (const std::logic_error&) {
        log += "error ";
      }
      co_await green::sleep(1h);
      log += "went on";
    };
    const auto g = green::spawn(body);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "error ");
  });
  CHECK(errors.words == "");
}
