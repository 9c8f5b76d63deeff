// SPDX-License-Identifier: MIT
#include "green/timeout.h"

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/error_handler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "tests/support/death.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using green::timeout;
using tests::run_virtual;
using tests::since;

namespace {

task<int> sleep_then(std::chrono::milliseconds length, int value) {
  co_await green::sleep(length);
  co_return value;
}

REGISTER_EXCEPTION_TRANSLATOR(const green::timed_out& late) {
  return late.what();
}

}  // namespace

TEST_CASE("one that has not expired does nothing") {  // E1
  run_virtual([]() -> task<> {
    {
      const timeout t(200ms);
      CHECK(t.pending());
      co_await green::sleep(100ms);
      CHECK(!t.expired());
    }
    co_await green::sleep(300ms);
  });
}

TEST_CASE("one that expires throws, and says which it is") {  // E2
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const timeout t(100ms), other(1h);
    std::string what;
    try {
      co_await green::sleep(1s);
    } catch (const green::timed_out& e) {
      what = e.what();
      CHECK(e.from(t));
      CHECK(!e.from(other));
    }
    CHECK(what == "timed out after 100 ms");
    CHECK(since(start) == 100ms);
    CHECK(t.expired());
    CHECK(!t.pending());
    co_await green::sleep(1s);  // once
  });
}

TEST_CASE("one with an error throws that error") {  // E3
  run_virtual([]() -> task<> {
    const timeout t(100ms, std::out_of_range("mine"));
    CHECK_THROWS_WITH_AS(co_await green::sleep(1s), "mine", std::out_of_range);
    const auto error = std::make_exception_ptr(5);
    const timeout again(100ms, error);
    CHECK_THROWS_AS(co_await green::sleep(1s), int);
  });
}

TEST_CASE("one that is cancelled does nothing") {  // E4
  run_virtual([]() -> task<> {
    timeout t(100ms);
    t.cancel();
    CHECK(!t.pending());
    co_await green::sleep(200ms);
    CHECK(!t.expired());
    t.cancel();
  });
}

TEST_CASE("of nested ones the shorter comes first") {  // E7
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const timeout outer(2s);
    {
      const timeout inner(100ms);
      bool by_inner = false;
      try {
        co_await green::sleep(10s);
      } catch (const green::timed_out& e) {
        by_inner = e.from(inner);
      }
      CHECK(by_inner);
      CHECK(since(start) == 100ms);
    }
    CHECK(outer.pending());
    bool by_outer = false;
    try {
      co_await green::sleep(10s);
    } catch (const green::timed_out& e) {
      by_outer = e.from(outer);
    }
    CHECK(by_outer);
    CHECK(since(start) == 2s);
  });
}

TEST_CASE("an outer one ends what an inner one guards") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const timeout outer(100ms);
    bool by_outer = false;
    try {
      co_await green::with_timeout(2s, sleep_then, 10s, 1);
    } catch (const green::timed_out& e) {
      by_outer = e.from(outer);
    }
    CHECK(by_outer);
    CHECK(since(start) == 100ms);
  });
}

TEST_CASE("a sleep is never early, on an idle hub or a busy one") {  // E14
  green::run([]() -> task<> {
    const auto spin = []() -> task<> {
      for (;;) co_await green::sleep();
    };
    for (int i = 0; i < 200; ++i) {
      if (i == 100) green::spawn(spin);
      const auto start = std::chrono::steady_clock::now();
      co_await green::sleep(1ms);
      CHECK(std::chrono::steady_clock::now() - start >= 1ms);
    }
  });
}

TEST_CASE("those who never wait do not keep one from expiring") {  // E15
  // How often they run when its time has come: not a matter of speed.
  using clock = std::chrono::steady_clock;
  green::run([]() -> task<> {
    clock::time_point due = clock::time_point::max();
    int late = 0;
    const auto spin = [&]() -> task<> {
      for (;;) {
        if (clock::now() > due) ++late;
        co_await green::sleep();
      }
    };
    const auto one = green::spawn(spin), two = green::spawn(spin);
    co_await green::sleep(1ms);  // for the hub to see what they are like
    const timeout t(10ms);
    due = clock::now() + 10ms;
    CHECK_THROWS_AS(co_await spin(), green::timed_out);
    CHECK(t.expired());
    CHECK(late < 1'000);
    co_await one.kill();
    co_await two.kill();
  });
}

TEST_CASE("equal deadlines expire in the order of their making") {  // E17
  run_virtual([]() -> task<> {
    std::vector<int> order;
    const auto wait = [](std::vector<int>* out, int number,
                         std::chrono::seconds length) -> task<> {
      const timeout t(length);
      try {
        co_await green::sleep(1h);
      } catch (const green::timed_out&) {
        out->push_back(number);
      }
    };
    std::vector<green::greenlet<>> all;
    for (const int number : {3, 1, 2}) {
      all.push_back(green::spawn(wait, &order, number, 1s));
    }
    all.push_back(green::spawn(wait, &order, 0, 2s));
    co_await green::joinall(all);
    CHECK(order == std::vector{3, 1, 2, 0});
  });
}

TEST_CASE("it is thrown in the green thread that made it") {
  run_virtual([]() -> task<> {
    const timeout t(100ms);
    auto other = green::spawn(sleep_then, 1s, 5);
    CHECK_THROWS_AS(co_await other.get(), green::timed_out);
    CHECK(co_await other.get() == 5);
  });
}

TEST_CASE("outside of green threads there is none") {
  // greenify: allow(lost) its end is the subject
  CHECK_THROWS_AS(static_cast<void>(timeout(1s)), std::logic_error);
}

TEST_CASE("one that never expires, and one that has") {
  run_virtual([]() -> task<> {
    const timeout never(green::deadline::never());
    co_await green::sleep(10'000h);
    CHECK(!never.expired());
    const char* const at_once = "timed out after 0 ms";
    const timeout past(0s);
    CHECK_THROWS_WITH_AS(co_await green::sleep(1s), at_once, green::timed_out);
    const timeout negative(-5s);
    CHECK_THROWS_WITH_AS(co_await green::sleep(1s), at_once, green::timed_out);
    const timeout then(std::chrono::steady_clock::now() - 1h);
    CHECK_THROWS_WITH_AS(co_await green::sleep(1s), at_once, green::timed_out);
  });
}

TEST_CASE("a timeout and a kill at once are both thrown") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto body = [](std::string* out) -> task<> {
      const timeout t(1s);
      try {
        co_await green::sleep(1h);
      } catch (const green::timed_out&) {
        *out += "timed out ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        *out += "killed ";
      }
    };
    auto g = green::spawn(body, &log);
    const auto kill = [](green::greenlet<> target) { target.kill_nowait(); };
    green::spawn_later(1s, kill, g);
    co_await g.join();
    CHECK(log == "timed out killed ");
  });
}

TEST_CASE("with_timeout gives the result, or throws") {
  run_virtual([]() -> task<> {
    CHECK(co_await green::with_timeout(1s, sleep_then, 100ms, 7) == 7);
    CHECK_THROWS_AS(co_await green::with_timeout(1s, sleep_then, 2s, 7),
                    green::timed_out);
    const auto own = [] { return std::make_unique<int>(3); };
    CHECK(*co_await green::with_timeout(1s, own) == 3);
    const auto fail = []() -> task<> { throw std::runtime_error("its own"); };
    CHECK_THROWS_WITH(co_await green::with_timeout(1s, fail), "its own");
    co_await green::sleep(10s);
  });
}

TEST_CASE("with_timeout guards any awaitable") {
  run_virtual([]() -> task<> {
    auto g = green::spawn(sleep_then, 1h, 1);
    const auto join = [&g] { return g.join(); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, join), green::timed_out);
    auto [a, b] = tests::stream_pair();
    char byte;
    const auto receive = [&, fd = int(a)] {
      return green::recv(fd, &byte, 1, 0);
    };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, receive),
                    green::timed_out);
    CHECK(::send(b, "x", 1, 0) == 1);
    CHECK(co_await green::with_timeout(1s, receive) == 1);
  });
}

static_assert(!std::is_base_of_v<std::exception, green::timed_out>);

TEST_CASE("a loop of retries does not swallow its caller's deadline") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    int tries = 0;
    const auto flaky = [&]() -> task<> {
      ++tries;
      co_await green::sleep(10ms);
      throw std::runtime_error("not yet");
    };
    const auto retry = [&]() -> task<> {
      while (tries < 1000) {
        try {
          co_return co_await flaky();
        } catch (const std::exception&) {
          // Another try may succeed.
        }
      }
    };
    CHECK_THROWS_WITH_AS(co_await green::with_timeout(95ms, retry),
                         "timed out after 95 ms", green::timed_out);
    CHECK(tries == 10);
    CHECK(since(start) == 95ms);
  });
}

TEST_CASE("one that leaves a greenlet is printed with its words") {
  const tests::standard_error out;
  run_virtual([]() -> task<> {
    const auto late = []() -> task<> {
      const timeout limit(100ms);
      co_await green::sleep(1h);
    };
    green::spawn(late).set_name("late");
    co_await green::sleep(1s);
  });
  const std::string text = out.text();
  CHECK(text.find("unhandled exception in late, spawned at ") !=
        std::string::npos);
  CHECK(text.find(": green::timed_out: timed out after 100 ms\n") !=
        std::string::npos);
}

TEST_CASE("one that leaves run uncaught is printed with its words") {
  const std::string words = tests::dying_words([] {
    green::run([]() -> task<> {
      const timeout limit(1ms);
      co_await green::sleep(1h);
    });
  });
  CHECK(
      words.find("green: uncaught green::timed_out: timed out after 1 ms\n") !=
      std::string::npos);
}
