// SPDX-License-Identifier: MIT
// greenify: allow-file(dropped) what is dropped is the subject
#include "green/core/unawaited.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/core/sleep.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/netdb.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "green/when.h"
#include "tests/support/contracts.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::check_broken;

task<int> forgotten(int n) { co_return n; }

task<int> first_of(task<int> t) { co_return co_await std::move(t); }

// The report of what is made in this line of the test.
std::string made_at(int line) {
  return "/core/unawaited_test.cc:" + std::to_string(line) + " in ";
}

task<> receive(int fd) {
  char byte;
  co_await green::recv(fd, &byte, 1, 0);
}

}  // namespace

TEST_CASE("a task dropped unawaited aborts, and says which") {
  const auto drop = [] { (void)forgotten(1); };
  check_broken(drop, "green: an awaitable was dropped unawaited: ", "forgotten",
               "unawaited_test.cc:");
}

TEST_CASE("so does one that a coroutine made and left") {
  check_broken(
      [] {
        green::run([]() -> task<> {
          auto t = forgotten(1);
          co_await green::sleep();
        });
      },
      "dropped unawaited: ", "forgotten");
}

TEST_CASE("so does one that was overwritten by another") {
  check_broken(
      [] {
        green::run([]() -> task<> {
          auto t = forgotten(1);
          t = first_of(forgotten(2));
          co_await std::move(t);
        });
      },
      "dropped unawaited: ", "forgotten");
}

TEST_CASE("an operation dropped unawaited is named") {
  check_broken(
      [] {
        green::run([]() -> task<> {
          char byte;
          (void)green::recv(0, &byte, 1, 0);
          co_return;
        });
      },
      "green: an awaitable was dropped unawaited: recv(fd 0)");
}

TEST_CASE("a wait for another green thread is named by its kind") {
  check_broken(
      [] {
        green::mutex m;
        (void)m.lock();
      },
      "dropped unawaited: ", "green::lock_wait");
  check_broken(
      [] {
        green::event e;
        (void)e.wait();
      },
      "dropped unawaited: ", "green::event_wait");
  check_broken([] { (void)green::sleep(1s); }, "dropped unawaited: a wait");
}

TEST_CASE("when_any dropped unawaited aborts") {
  check_broken([] { (void)green::when_any(forgotten(1), forgotten(2)); },
               "dropped unawaited: a wait");
}

TEST_CASE("the report of a task has the line of the call") {
  const int line = __LINE__ + 1;
  check_broken([] { (void)forgotten(1); }, "forgotten", made_at(line));
  int inner = 0;
  const auto drop = [] {
    green::run([]() -> task<> {
      auto t = forgotten(1);
      co_await green::sleep();
    });
  };
  inner = __LINE__ - 4;
  check_broken(drop, "forgotten", made_at(inner));
}

TEST_CASE("a guard that is forgotten has the line of the call") {
  const auto drop = [] {
    green::run([]() -> task<> {
      green::mutex m;
      auto g = m.scoped_lock();
      co_await green::sleep();
    });
  };
  const int line = __LINE__ - 4;
  check_broken(drop, "dropped unawaited: ", made_at(line));
}

TEST_CASE("an operation that std::function drops has the line of the call") {
  const auto drop = [] {
    green::run([]() -> task<> {
      char byte;
      const std::function<void()> f = [&byte] {
        return green::recv(0, &byte, 1, 0);
      };
      f();
      co_return;
    });
  };
  const int line = __LINE__ - 6;
  check_broken(drop, "recv(fd 0)", made_at(line));
}

TEST_CASE("an operation keeps the line of its call when it moves") {
  const auto drop = [] {
    auto first = green::recv(0, nullptr, 0, 0);
    auto second = std::move(first);
    first = green::send(0, nullptr, 0, 0);
    first.leave_unawaited();
    std::swap(first, second);
    second.leave_unawaited();
  };
  const int line = __LINE__ - 7;
  check_broken(drop, "recv(fd 0)", made_at(line));
}

TEST_CASE("waits of each kind have the line of the call") {
  int line = __LINE__ + 1;
  check_broken([] { (void)green::sleep(1s); }, "a wait", made_at(line));
  line = __LINE__ + 1;
  check_broken([] { (void)green::close(0); }, "a wait", made_at(line));
  green::event e;
  line = __LINE__ + 1;
  check_broken([&] { (void)e.wait(); }, "event_wait", made_at(line));
  line = __LINE__ + 1;
  check_broken([&] { (void)green::when_any(e.wait()); }, "", made_at(line));
}

TEST_CASE("a coroutine of green has the line of the call, too") {
  green::addrinfo* found = nullptr;
  const auto drop = [&] {
    (void)green::getaddrinfo("localhost", "http", nullptr, &found);
  };
  const int line = __LINE__ - 2;
  check_broken(drop, "dropped unawaited: ", made_at(line));
}

// From here on: what is no mistake.

TEST_CASE("a moved-from task and operation may be dropped") {
  const auto [a, b] = tests::stream_pair();
  const int fd = a;
  green::run([fd]() -> task<> {
    task<int> first = forgotten(1);
    task<int> second = std::move(first);
    CHECK(co_await std::move(second) == 1);
    char byte = 'x';
    auto send = green::send(fd, &byte, 1, 0);
    auto moved = std::move(send);
    CHECK(co_await moved == 1);
  });
}

TEST_CASE("an exception between making and awaiting drops them") {
  bool caught = false;
  green::run([&]() -> task<> {
    try {
      const auto t = forgotten(1);
      const auto wait = green::recv(0, nullptr, 0, 0);
      throw std::runtime_error("in between");
    } catch (const std::runtime_error&) {
      caught = true;
    }
    co_return;
  });
  CHECK(caught);
}

TEST_CASE("awaited with a kill pending, they never start, and may go") {
  int killed = 0;
  tests::run_virtual([&]() -> task<> {
    const auto kill_me = [&]() -> task<> {
      green::getcurrent().kill_nowait();
      auto t = first_of(forgotten(1));
      try {
        co_await std::move(t);
      } catch (const green::killed&) {
        ++killed;
      }
      green::getcurrent().kill_nowait();
      auto wait = green::recv(0, nullptr, 0, 0);
      try {
        co_await wait;
      } catch (const green::killed&) {
        ++killed;
      }
    };
    auto g = green::spawn(kill_me);
    co_await g.join();
  });
  CHECK(killed == 2);
}

TEST_CASE("a green thread killed before its start drops its arguments") {
  const auto run = [](task<int> t) -> task<> { co_await std::move(t); };
  green::run([&]() -> task<> {
    auto g = green::spawn(run, forgotten(1));
    g.kill_nowait();
    co_await g.join();
    CHECK(g.ready());
  });
}

TEST_CASE("what is destroyed with an abandoned green thread may go") {
  tests::run_virtual([]() -> task<> {
    const auto stubborn = []() -> task<> {
      const auto kept = forgotten(1);
      for (;;) {
        try {
          co_await green::sleep(24h);
        } catch (const green::killed&) {
        }
      }
    };
    green::spawn(stubborn);
    co_await green::sleep();
  });
}

TEST_CASE("the losers of when_any need not start") {
  const auto [a, b] = tests::stream_pair();
  const int fd = a;
  tests::run_virtual([fd]() -> task<> {
    char byte;
    auto won =
        co_await green::when_any(forgotten(1), first_of(forgotten(2)),
                                 green::recv(fd, &byte, 1, 0), receive(fd));
    CHECK(std::get<0>(won) == 1);
    // By name, too, and in a range.
    auto named = green::recv(fd, &byte, 1, 0);
    auto wait = green::sleep(1h);
    won = co_await green::when_any(forgotten(3), first_of(forgotten(4)), named,
                                   receive(fd));
    CHECK(std::get<0>(won) == 3);
    const auto slept = co_await green::when_any(forgotten(5), wait);
    CHECK(std::get<0>(slept) == 5);
    std::vector<task<int>> all;
    for (int i = 0; i < 3; ++i) all.push_back(first_of(forgotten(i)));
    auto [index, value] = co_await green::when_any(all);
    CHECK(index == std::size_t(value));
  });
}

TEST_CASE("when_any that is killed before it starts leaves all") {
  bool caught = false;
  green::run([&]() -> task<> {
    const auto kill_me = [&]() -> task<> {
      auto named = first_of(forgotten(1));
      auto any = green::when_any(named, first_of(forgotten(2)));
      green::getcurrent().kill_nowait();
      try {
        co_await any;
      } catch (const green::killed&) {
        caught = true;
      }
    };
    auto g = green::spawn(kill_me);
    co_await g.join();
  });
  CHECK(caught);
}

TEST_CASE("who says so may leave a task unawaited") {
  auto t = first_of(forgotten(1));
  t.leave_unawaited();
  auto reset = first_of(forgotten(1));
  reset.reset();
  CHECK_FALSE(reset.valid());
}
