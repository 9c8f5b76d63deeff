// SPDX-License-Identifier: MIT
#include "green/core/foreign_wait.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <coroutine>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "green/when.h"
#include "tests/support/death.h"
#include "tests/support/foreign.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::gate;
using tests::lazy;
using tests::on_thread;

// What await_suspend does, and says.
template <class F>
struct suspends_by {
  F suspend;

  bool await_ready() const noexcept { return false; }
  auto await_suspend(std::coroutine_handle<> awaiting) {
    return suspend(awaiting);
  }
  int await_resume() const noexcept { return 42; }
};

// The kinds of operands: an operator that is a member, and one that is none.
struct by_member {
  on_thread operator co_await() const { return on_thread(1); }
};
struct by_function {};
on_thread operator co_await(by_function) { return on_thread(2); }

task<int> await_gate(gate& g) { co_return co_await g; }

}  // namespace

TEST_CASE("a foreign awaitable of each kind is awaited") {
  green::run([]() -> task<> {
    on_thread named(3);
    const std::thread::id here = std::this_thread::get_id();
    CHECK(co_await by_member() == 1);
    CHECK(co_await by_function() == 2);
    CHECK(co_await named == 3);
    CHECK(std::this_thread::get_id() == here);
  });
}

TEST_CASE("a result that is there is taken without a wait") {
  green::run([]() -> task<> {
    bool other_ran = false;
    const auto other = green::spawn([&other_ran] { other_ran = true; });
    co_await std::suspend_never();
    CHECK_FALSE(other_ran);
    co_await other.join();
  });
}

TEST_CASE("awaits that are ready give the others their turn") {
  tests::run_virtual([]() -> task<> {
    bool other_ran = false;
    const auto other = green::spawn([&other_ran] { other_ran = true; });
    int awaits = 0;
    while (!other_ran && awaits < 1'000'000) {
      co_await std::suspend_never();
      ++awaits;
    }
    CHECK(other_ran);
    co_await other.join();
  });
}

TEST_CASE("a bool says whether the coroutine was suspended") {
  green::run([]() -> task<> {
    const auto refuse = [](std::coroutine_handle<>) { return false; };
    suspends_by<decltype(refuse)> goes_on{refuse};
    CHECK(co_await goes_on == 42);
    std::coroutine_handle<> kept;
    const auto keep = [&kept](std::coroutine_handle<> h) {
      kept = h;
      return true;
    };
    suspends_by<decltype(keep)> waits{keep};
    const auto other = green::spawn([&kept] { kept.resume(); });
    CHECK(co_await waits == 42);
    co_await other.join();
  });
}

TEST_CASE("a handle that is resumed within await_suspend goes on later") {
  tests::run_virtual([]() -> task<> {
    const auto at_once = [](std::coroutine_handle<> h) { h.resume(); };
    suspends_by<decltype(at_once)> resumes{at_once};
    for (int i = 0; i < 1000; ++i) CHECK(co_await resumes == 42);
    const auto itself = [](std::coroutine_handle<> h) { return h; };
    suspends_by<decltype(itself)> gives_back{itself};
    for (int i = 0; i < 1000; ++i) CHECK(co_await gives_back == 42);
  });
}

TEST_CASE("an exception of await_suspend is thrown at the await") {
  green::run([]() -> task<> {
    const auto fail = [](std::coroutine_handle<>) {
      throw std::runtime_error("no");
    };
    suspends_by<decltype(fail)> fails{fail};
    CHECK_THROWS_WITH(co_await fails, "no");
    gate after(7);
    const auto opener = green::spawn([&after] { after.open(); });
    CHECK(co_await after == 7);
    co_await opener.join();
  });
}

TEST_CASE("symmetric transfer goes to a coroutine of another library") {
  green::run([]() -> task<> {
    const auto at_once = [](int n) -> lazy<int> { co_return n; };
    const auto elsewhere = [](std::coroutine_handle<> h) {
      std::thread([h] { h.resume(); }).detach();
    };
    const auto later = [elsewhere](int n) -> lazy<int> {
      suspends_by<decltype(elsewhere)> moves{elsewhere};
      co_return n + co_await moves;
    };
    const auto fails = []() -> lazy<int> {
      throw std::runtime_error("lazy");
      co_return 0;
    };
    CHECK(co_await at_once(5) == 5);
    CHECK(co_await later(6) == 48);
    CHECK_THROWS_WITH(co_await fails(), "lazy");
  });
}

TEST_CASE("the stack stays bounded over a million transfers") {
  green::run([]() -> task<> {
    const auto one = []() -> lazy<int> { co_return 1; };
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await one();
    CHECK(sum == 1'000'000);
  });
}

TEST_CASE("OS threads resume many green threads of several hubs") {
  std::vector<std::thread> hubs;
  std::atomic<int> sum = 0;
  for (int h = 0; h < 3; ++h) {
    hubs.emplace_back([&sum] {
      green::run([&sum]() -> task<> {
        const auto work = [&sum]() -> task<> {
          for (int i = 0; i < 20; ++i) sum += co_await on_thread(1);
        };
        std::vector<green::greenlet<>> all;
        for (int i = 0; i < 10; ++i) all.push_back(green::spawn(work));
        co_await green::joinall(all);
      });
    });
  }
  for (std::thread& hub : hubs) hub.join();
  CHECK(sum == 600);
}

TEST_CASE("a kill stays pending until the foreign side resumes") {
  tests::run_virtual([]() -> task<> {
    gate g(9);
    std::string log;
    const auto victim = green::spawn([&]() -> task<> {
      log += std::to_string(co_await g);
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += " killed";
        throw;
      }
    });
    co_await green::sleep(1s);
    victim.kill_nowait();
    CHECK_FALSE(co_await victim.join(1s));
    g.open();
    co_await victim.join();
    CHECK(log == "9 killed");
    CHECK(victim.was_killed());
  });
}

TEST_CASE("a timeout stays pending until the foreign side resumes") {
  tests::run_virtual([]() -> task<> {
    gate g(9);
    const auto opener = green::spawn_later(2s, [&g] { g.open(); });
    const auto start = green::core::now();
    const green::timeout limit(1s);
    CHECK(co_await g == 9);
    CHECK(tests::since(start) == 2s);
    CHECK_THROWS_AS(co_await green::sleep(1h), green::timed_out);
    co_await opener.join();
  });
}

TEST_CASE("a kill that came before keeps the awaitable from being asked") {
  tests::run_virtual([]() -> task<> {
    gate g;
    const auto victim = green::spawn([&g]() -> task<> {
      green::getcurrent().kill_nowait();
      co_await g;
    });
    co_await victim.join();
    CHECK(victim.was_killed());
    CHECK_FALSE(g.awaited());
  });
}

TEST_CASE("a loop of foreign awaits can be killed") {
  tests::run_virtual([]() -> task<> {
    const auto victim = green::spawn([]() -> task<> {
      for (;;) co_await std::suspend_never();
    });
    co_await green::sleep();
    co_await victim.kill();
    CHECK(victim.was_killed());
  });
}

TEST_CASE("errno belongs to the green thread, whatever the library does") {
  green::run([]() -> task<> {
    const auto spoil = [](std::coroutine_handle<> h) {
      errno = EIO;
      h.resume();
    };
    suspends_by<decltype(spoil)> spoils{spoil};
    errno = EAGAIN;
    co_await spoils;
    CHECK(errno == EAGAIN);
  });
}

TEST_CASE("while a foreign await is out, a hub is not deadlocked") {
  green::run([]() -> task<> {
    const auto slow = [](std::coroutine_handle<> h) {
      std::thread([h] {
        std::this_thread::sleep_for(120ms);  // more than the first look
        h.resume();
      }).detach();
    };
    suspends_by<decltype(slow)> waits{slow};
    CHECK(co_await waits == 42);
  });
  // And afterwards it is, as before.
  const auto stuck = []() -> task<> {
    green::event never;
    co_await never.wait();
  };
  CHECK_THROWS_AS(green::run(stuck), green::loop_exit);
}

// The thread still refers to the hub when its resumption has run. So the hub
// may be about to sleep for ever when the thread lets it go.
TEST_CASE("a hub that is let go while it falls asleep looks again") {
  const auto quick = [](std::coroutine_handle<> h) {
    std::thread([h] { h.resume(); }).detach();
  };
  for (int i = 0; i < 10; ++i) {
    green::run([&]() -> task<> {
      suspends_by<decltype(quick)> waits{quick};
      CHECK(co_await waits == 42);
    });
    const auto stuck = []() -> task<> {
      green::event never;
      co_await never.wait();
    };
    CHECK_THROWS_AS(green::run(stuck), green::loop_exit);
  }
}

TEST_CASE("the dump of waits names the awaitable") {
  tests::run_virtual([]() -> task<> {
    gate g;
    const auto waiting = green::spawn(await_gate, std::ref(g));
    co_await green::sleep();
    const std::string words = waiting.state().describe_wait();
    INFO(words);
    CHECK(words.find("foreign await of tests::gate at ") != std::string::npos);
    CHECK(words.find("foreign_wait_test.cc:") != std::string::npos);
    g.open();
    co_await waiting.join();
  });
}

TEST_CASE("when_all and when_any take foreign awaitables") {
  tests::run_virtual([]() -> task<> {
    auto [a, b] = co_await green::when_all(by_member(), by_member());
    CHECK(a + b == 2);
    gate g(3);
    const auto opener = green::spawn_later(1s, [&g] { g.open(); });
    // The loser is shielded: both end before when_any does.
    const auto first = co_await green::when_any(g, green::sleep(2s));
    CHECK(first.index() == 0);
    CHECK(std::get<0>(first) == 3);
    co_await opener.join();
  });
}

TEST_CASE("a function that gives a foreign awaitable is awaited by spawn") {
  green::run([]() -> task<> {
    const auto work = [] { return by_member(); };
    CHECK(co_await green::spawn(work).get() == 1);
    CHECK(co_await green::with_timeout(1h, work) == 1);
  });
}

TEST_CASE("a handle destroyed in place of being resumed is an error") {
  tests::run_virtual([]() -> task<> {
    gate g;
    const auto waiting = green::spawn(await_gate, std::ref(g));
    co_await green::sleep();
    g.handle().destroy();
    try {
      co_await waiting.get();
      FAIL_CHECK("an exception was expected");
    } catch (const std::system_error& error) {
      CHECK(error.code() == std::errc::operation_canceled);
      CHECK(std::string(error.what()).find("tests::gate") != std::string::npos);
    }
  });
}

TEST_CASE("a handle is not done while the green thread waits") {
  tests::run_virtual([]() -> task<> {
    gate g;
    const auto waiting = green::spawn(await_gate, std::ref(g));
    co_await green::sleep();
    CHECK_FALSE(g.handle().done());
    g.open();
    co_await waiting.join();
  });
}

TEST_CASE("a second resume aborts, and says so") {
  const auto twice = [](auto between) {
    return tests::dying_words([between] {
      green::run([between]() -> task<> {
        gate g;
        const auto waiting = green::spawn(await_gate, std::ref(g));
        co_await green::sleep();
        const std::coroutine_handle<> handle = g.handle();
        handle.resume();
        if (between) co_await waiting.join();
        handle.resume();
      });
    });
  };
  const char* const words = "a foreign awaitable resumed its coroutine twice";
  CHECK(twice(false).find(words) != std::string::npos);
  CHECK(twice(true).find(words) != std::string::npos);
}

TEST_CASE("a resume by an awaitable that did not suspend aborts") {
  const auto words = tests::dying_words([] {
    green::run([]() -> task<> {
      const auto both = [](std::coroutine_handle<> h) {
        h.resume();
        return false;
      };
      suspends_by<decltype(both)> lies{both};
      co_await lies;
    });
  });
  INFO(words);
  CHECK(words.find("said that it did not suspend") != std::string::npos);
}

TEST_CASE("kills and timeouts race with resumes of OS threads") {
  green::run([]() -> task<> {
    for (int i = 0; i < 200; ++i) {
      int got = 0;
      const auto body = [&got]() -> task<> {
        got = co_await on_thread(1);
        co_await green::sleep();
        got = -1;
      };
      const auto victim = green::spawn(body);
      const auto late = green::spawn([]() -> task<> {
        try {
          const green::timeout limit(20us);
          CHECK(co_await on_thread(2) == 2);
          co_await green::sleep(1h);
        } catch (const green::timed_out&) {
          // At the first await if it had begun late, else at the second.
        }
      });
      co_await green::sleep();
      co_await victim.kill();
      CHECK(got == 1);
      co_await late.get();
    }
  });
}
