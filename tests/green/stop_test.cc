// SPDX-License-Identifier: MIT
#include "green/stop.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/scope.h"
#include "green/stop_token"
#include "green/thread"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::stop_source;
using green::task;
using green::with_stop;
using tests::run_virtual;
using tests::since;

namespace {

task<int> sleep_then(std::chrono::seconds length, int value) {
  co_await green::sleep(length);
  co_return value;
}

void request(stop_source* source) { source->request_stop(); }

static_assert(!std::is_base_of_v<std::exception, green::stopped>);

}  // namespace

TEST_CASE("without a stop the result or the error comes through") {
  run_virtual([]() -> task<> {
    stop_source source;
    const auto token = source.get_token();
    CHECK(co_await with_stop(token, sleep_then, 1s, 7) == 7);
    const auto own = [] { return std::make_unique<int>(3); };
    CHECK(*co_await with_stop(token, own) == 3);
    const auto fail = []() -> task<> { throw std::runtime_error("its own"); };
    CHECK_THROWS_WITH(co_await with_stop(token, fail), "its own");
    source.request_stop();  // too late for any of them
    co_await green::sleep(1s);
  });
}

TEST_CASE("a stop is thrown once, at the current await") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    stop_source source;
    std::string words;
    const auto work = [&]() -> task<int> {
      try {
        co_await sleep_then(100s, 1);
      } catch (const green::stopped& s) {
        words = s.what();
      }
      co_await green::sleep(1s);  // once
      co_return 5;
    };
    green::spawn_later(2s, request, &source);
    CHECK(co_await with_stop(source.get_token(), work) == 5);
    CHECK(words == "stopped by a stop_token");
    CHECK(since(start) == 3s);
    green::stop_source again;
    green::spawn_later(2s, request, &again);
    CHECK_THROWS_AS(co_await with_stop(again.get_token(), sleep_then, 9s, 1),
                    green::stopped);
    CHECK(since(start) == 5s);
  });
}

TEST_CASE("after a stop that came before, the function still begins") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    stop_source source;
    source.request_stop();
    std::string log;
    const auto work = [&]() -> task<> {
      log += "begun ";
      co_await green::sleep(1h);
      log += "not reached";
    };
    CHECK_THROWS_AS(co_await with_stop(source.get_token(), work),
                    green::stopped);
    CHECK(log == "begun ");
    CHECK(since(start) == 0s);
    const auto at_once = [] { return 4; };
    CHECK(co_await with_stop(source.get_token(), at_once) == 4);
    co_await green::sleep(1s);  // that stop has gone with its scope
  });
}

TEST_CASE("a function that asks for its own stop meets it at its next await") {
  run_virtual([]() -> task<> {
    stop_source source;
    std::string log;
    const auto work = [&]() -> task<> {
      source.request_stop();
      log += "asked ";
      co_await green::sleep();
      log += "not reached";
    };
    CHECK_THROWS_AS(co_await with_stop(source.get_token(), work),
                    green::stopped);
    CHECK(log == "asked ");
  });
}

TEST_CASE("a token that cannot stop costs nothing, nor hides a deadlock") {
  run_virtual([]() -> task<> {
    CHECK(co_await with_stop({}, sleep_then, 1s, 7) == 7);
    green::stop_token orphan;
    {
      const stop_source source;
      orphan = source.get_token();
    }
    CHECK_FALSE(orphan.stop_possible());
    CHECK(co_await with_stop(orphan, sleep_then, 1s, 8) == 8);
  });
  const auto never = [] { return green::sleep(green::deadline::never()); };
  const auto waits = [&]() -> task<> { co_await with_stop({}, never); };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
}

TEST_CASE("the one that was asked for first is thrown first") {
  run_virtual([]() -> task<> {
    std::string log;
    stop_source source;
    const auto work = [&]() -> task<> {
      for (int i = 0; i < 3; ++i) {
        try {
          co_await green::sleep(1h);
        } catch (const green::stopped&) {
          log += "stopped ";
        } catch (const green::killed&) {
          log += "killed ";
        } catch (const green::timed_out&) {
          log += "timed out ";
        }
      }
    };
    const auto body = [&]() -> task<> {
      const green::timeout limit(2s);
      co_await with_stop(source.get_token(), work);
    };
    const auto kill = [](green::greenlet<> g) { g.kill_nowait(); };
    auto g = green::spawn(body);
    co_await green::sleep(1s);
    g.kill_nowait();
    source.request_stop();
    co_await g.join();
    CHECK(log == "killed stopped timed out ");

    log = "";
    source = stop_source();
    g = green::spawn(body);
    co_await green::sleep(2s);
    source.request_stop();  // the timeout is as old as this green thread
    g.kill_nowait();
    co_await g.join();
    CHECK(log == "timed out stopped killed ");

    log = "";
    source = stop_source();
    g = green::spawn(body);
    green::spawn_later(1s, request, &source);
    green::spawn_later(1s, kill, g);
    co_await g.join();
    CHECK(log == "stopped killed timed out ");
  });
}

TEST_CASE("of nested ones each is stopped by its own token") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    stop_source outer, inner;
    std::string log;
    const auto waits = [&]() -> task<> {
      try {
        co_await with_stop(inner.get_token(), sleep_then, 1'000s, 1);
      } catch (const green::stopped&) {
        log += "inner ";
      }
      co_await green::sleep(1h);
    };
    green::spawn_later(2s, request, &outer);
    green::spawn_later(1s, request, &inner);
    CHECK_THROWS_AS(co_await with_stop(outer.get_token(), waits),
                    green::stopped);
    CHECK(log == "inner ");
    CHECK(since(start) == 2s);
  });
}

TEST_CASE("a shield holds up a stop from outside, but not one made within") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    stop_source outside, within;
    const auto body = [&]() -> task<> {
      const green::shield undisturbed;
      co_await green::sleep(2s);
      CHECK(since(start) == 2s);
      CHECK_THROWS_AS(co_await with_stop(within.get_token(), sleep_then, 9s, 1),
                      green::stopped);
      CHECK(since(start) == 3s);
    };
    const auto whole = [&]() -> task<> {
      co_await body();
      co_await green::sleep(1h);
    };
    green::spawn_later(1s, request, &outside);
    green::spawn_later(3s, request, &within);
    CHECK_THROWS_AS(co_await with_stop(outside.get_token(), whole),
                    green::stopped);
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("a jthread's stop reaches the waits of its function") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    green::jthread worker([&](green::stop_token stop) -> task<> {
      try {
        co_await with_stop(stop, sleep_then, 1'000s, 1);
      } catch (const green::stopped&) {
        log += "stopped";
      }
    });
    co_await green::sleep(1s);
    worker.request_stop();
    co_await worker.join();
    CHECK(log == "stopped");
    CHECK(since(start) == 1s);
  });
}

TEST_CASE("a thread of the system stops a green thread") {
  green::run([]() -> task<> {
    for (int round = 0; round < 100; ++round) {
      stop_source source;
      std::atomic<bool> waits = false;
      std::thread other([&] {
        while (!waits) std::this_thread::yield();
        source.request_stop();
      });
      const auto work = [&]() -> task<> {
        waits = true;
        co_await green::sleep(1h);
      };
      CHECK_THROWS_AS(co_await with_stop(source.get_token(), work),
                      green::stopped);
      other.join();
    }
  });
}

TEST_CASE("the end of the function may meet the stop of another thread") {
  // Whoever is faster: nothing dangles, and no later await is stopped.
  green::run([]() -> task<> {
    for (int round = 0; round < 300; ++round) {
      stop_source source;
      std::atomic<bool> go = false;
      std::thread other([&] {
        while (!go) std::this_thread::yield();
        source.request_stop();
      });
      const auto work = [&]() -> task<int> {
        go = true;
        for (int i = 0; i < round % 4; ++i) co_await green::sleep();
        co_return 1;
      };
      int got = 0;
      try {
        got = co_await with_stop(source.get_token(), work);
      } catch (const green::stopped&) {
        got = 2;
      }
      CHECK(got != 0);
      co_await green::sleep();
      other.join();
      co_await green::sleep();
    }
  });
}

TEST_CASE(
    "while another thread may ask for a stop, an idle hub is no deadlock") {
  stop_source source;
  std::atomic<bool> waits = false;
  std::thread other([&] {
    while (!waits) std::this_thread::yield();
    std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  const auto never = [&]() -> task<> {
    waits = true;
    co_await green::sleep(green::deadline::never());
  };
  CHECK_THROWS_AS(green::run([&]() -> task<> {
                    co_await with_stop(source.get_token(), never);
                  }),
                  green::stopped);
  other.join();
}

TEST_CASE("a stop that nobody is left to ask for hides no deadlock") {
  const stop_source source;
  const auto never = [] { return green::sleep(green::deadline::never()); };
  const auto waits = [&]() -> task<> {
    co_await with_stop(source.get_token(), never);
  };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
}

TEST_CASE("one that leaves run uncaught is printed with its words") {
  const std::string words = tests::dying_words([] {
    green::run([]() -> task<> {
      stop_source source;
      source.request_stop();
      co_await with_stop(source.get_token(), sleep_then, 1s, 1);
    });
  });
  const std::string last = "green: uncaught green::stopped: stopped by a ";
  CHECK(words.find(last) != std::string::npos);
}
