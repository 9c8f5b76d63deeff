// SPDX-License-Identifier: MIT
// Kills, timeouts and other hubs end the members of a scope.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/scope.h"
#include "green/timeout.h"
#include "tests/support/awaitables.h"
#include "tests/support/scopes.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::group;
using green::task;
using green::with_group;
using tests::dies_slowly;
using tests::end_noted;
using tests::fails;
using tests::fails_when_killed;
using tests::late;
using tests::notes;
using tests::reported;
using tests::run_virtual;
using tests::since;

TEST_CASE(
    "a kill of the waiting one kills all, and goes on when all have ended") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    bool went_on = false;
    const auto waits = [&]() -> task<> {
      const auto body = [&](group& g) -> task<> {
        g.spawn([&log] { return dies_slowly(log); });
        const end_noted end{log, "body "};
        co_await green::sleep(1h);
      };
      co_await with_group(body);
      went_on = true;
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK_FALSE(went_on);
    CHECK(log == "body killed cleaned ");
    CHECK(since(start) == 1s + 50ms);
  });
}

TEST_CASE("a kill after the body's end kills the members") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto waits = [&]() -> task<> {
      const auto body = [&](group& g) {
        g.spawn(notes, &log, "member", 1h * 1);
      };
      co_await with_group(body);
      log += "went on";
    };
    const auto start = green::core::now();
    const auto g = green::spawn(waits);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "member");
    CHECK(since(start) == 1s);
  });
}

TEST_CASE("a timeout of the waiting one kills all, and is thrown") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&](group& g) -> task<> {
      g.spawn([&log] { return dies_slowly(log); });
      const green::timeout inner(1h);
      co_await green::sleep(1h);
    };
    const green::timeout limit(2s);
    bool expired = false;
    try {
      co_await with_group(body);
    } catch (const green::timed_out& e) {
      expired = e.from(limit);
    }
    CHECK(expired);
    CHECK(log == "killed cleaned ");
    CHECK(since(start) == 2s + 50ms);
  });
}

TEST_CASE("a second interrupt kills those that survived the first") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const auto body = [](group& g) {
      g.spawn([]() -> task<> {
        try {
          co_await green::sleep(1h);
        } catch (const green::killed&) {
        }
        co_await green::sleep(1h);
      });
    };
    const green::timeout last(3s);
    {
      const green::timeout limit(2s);
      CHECK_THROWS_AS(co_await with_group(body), green::timed_out);
    }
    CHECK(since(start) == 3s);
    CHECK_THROWS_AS(co_await green::sleep(1h), green::timed_out);
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("an error that came before the kill is thrown, the kill later") {
  reported errors;
  run_virtual([]() -> task<> {
    std::string log, children;
    const auto waits = [&]() -> task<> {
      const auto body = [&](group& g) {
        g.spawn(fails, 10);
        g.spawn([&children] { return dies_slowly(children); });
      };
      try {
        co_await with_group(body);
      } catch (const std::runtime_error&) {
        log += "error ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed";
      }
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(20ms);
    co_await g.kill();
    CHECK(log == "error killed");
  });
  CHECK(errors.words == "");
}

TEST_CASE("errors after the kill are reported") {
  reported errors;
  run_virtual([]() -> task<> {
    const auto waits = []() -> task<> {
      const auto body = [](group& g) {
        g.spawn(fails_when_killed, "member");
        return fails_when_killed("body");
      };
      co_await with_group(body);
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
  });
  CHECK(errors.words.size() == std::string("member body").size());
}

TEST_CASE("a kill before the wait starts nothing") {
  run_virtual([]() -> task<> {
    bool ran = false;
    const auto waits = [&]() -> task<> {
      green::getcurrent().kill_nowait();
      const auto body = [&](group&) { ran = true; };
      co_await with_group(body);
    };
    co_await green::spawn(waits).join();
    CHECK_FALSE(ran);
  });
}

TEST_CASE("a result that is there when the kill comes is delivered") {
  run_virtual([]() -> task<> {
    int got = 0;
    const auto waits = [&]() -> task<> {
      const auto body = [](group&) { return late(20); };
      got = co_await with_group(body);
      co_await green::sleep(1h);
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(0s);
    co_await green::sleep(0s);
    co_await green::sleep(20ms);  // the body ends first, then this kill comes
    co_await g.kill();
    CHECK(got == 20);
    CHECK(g.was_killed());
  });
}

TEST_CASE("a deadlock ends the scope with loop_exit") {
  const auto waits = []() -> task<> {
    const auto body = [](group& g) {
      g.spawn([] { return green::sleep(green::deadline::never()); });
    };
    co_await with_group(body);
  };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
}

TEST_CASE("a hub ends members that will not die before the one that waits") {
  std::string log;
  const auto never_dies = [&](const std::string& parents) -> task<> {
    const end_noted end{log, "child "};
    for (;;) {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += parents;
      }
    }
  };
  run_virtual([&]() -> task<> {
    const auto parent = [&]() -> task<> {
      const end_noted end{log, "parent"};
      const std::string mine(30, '.');  // on the heap
      const auto body = [&](group& g) { g.spawn(never_dies, std::ref(mine)); };
      co_await with_group(body);
    };
    green::spawn(parent);
    co_await green::sleep(1ms);
  });
  CHECK(log.ends_with("child parent"));
}

TEST_CASE("members of other hubs are waited for, and killed") {
  // A member is spawned from the other hub; the last end comes from there.
  green::run([]() -> task<> {
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> ended = 0;
      green::event here;
      std::exception_ptr failed;
      std::thread other;
      const auto body = [&](group& g) -> task<> {
        other = std::thread([&] {
          green::run([&]() -> task<> {
            const auto member = [&]() -> task<> {
              const std::shared_ptr<void> end(nullptr, [&](void*) { ++ended; });
              co_await green::sleep(round % 2 == 0 ? 0s : 3'600s);
            };
            const auto one = g.spawn(member), two = g.spawn(member);
            here.set();
            co_await one.join();
            co_await two.join();
          });
        });
        co_await here.wait();
        if (round % 2 == 1) throw std::runtime_error("kills them");
      };
      try {
        co_await with_group(body);
      } catch (const std::runtime_error&) {
        failed = std::current_exception();
      }
      CHECK(ended == 2);
      CHECK((failed != nullptr) == (round % 2 == 1));
      other.join();
    }
  });
}

TEST_CASE("a failure on another hub kills the body") {
  green::run([]() -> task<> {
    std::thread other;
    const auto body = [&](group& g) -> task<> {
      other = std::thread([&] {
        green::run([&]() -> task<> { co_await g.spawn(fails, 1).join(); });
      });
      co_await green::sleep(1h);
    };
    CHECK_THROWS_WITH(co_await with_group(body), "after 1");
    other.join();
  });
}
