// SPDX-License-Identifier: MIT
// loop_exit: when f waits and nothing at all can wake it, and only then.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "green/core/scheduler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/alone.h"
#include "green/hub/loop_exit.h"
#include "green/sys/socket.h"
#include "tests/support/descriptors.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::loop_exit;
using green::task;
using tests::permits;
using tests::socket_pair;

// What the loop_exit says that main's wait ends with; empty when it ends
// without.
std::string deadlock_of(permits& p) {
  return green::run([&]() -> task<std::string> {
    try {
      co_await p.acquire();
    } catch (const loop_exit& e) {
      co_return e.what();
    }
    co_return "";
  });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("one that nobody can wake gets loop_exit at its await") {
  permits p;
  const std::string text = deadlock_of(p);
  CHECK(text.starts_with("This operation would block forever"));
  CHECK(contains(text, "\n  main: permit at "));
  CHECK(contains(text, "deadlock_test.cc:"));
  CHECK_FALSE(p.somebody_waits());
}

TEST_CASE("loop_exit leaves run when it is not caught") {
  permits p;
  CHECK_THROWS_AS(green::run([&]() -> task<> { co_await p.acquire(); }),
                  loop_exit);
}

TEST_CASE("loop_exit lists everyone, by name, wait and place") {
  permits p;
  permits q;
  std::string text;
  green::run([&]() -> task<> {
    const auto baker = green::spawn([&]() -> task<> { co_await p.acquire(); });
    baker.set_name("baker");
    const auto sleeper = green::spawn(
        [&]() -> task<> { co_await green::sleep(green::deadline::never()); });
    sleeper.set_name("sleeper");
    const auto joiner =
        green::spawn([&]() -> task<> { co_await baker.join(); });
    joiner.set_name("joiner");
    try {
      co_await q.acquire();
    } catch (const loop_exit& e) {
      text = e.what();
    }
  });
  CHECK(contains(text, "wake 'main'"));
  for (const char* line :
       {"\n  main: permit at ", "\n  baker: permit at ",
        "\n  sleeper: sleep(forever) at ", "\n  joiner: join of baker at "}) {
    INFO(line);
    CHECK(contains(text, line));
  }
}

TEST_CASE("loop_exit names the whole chain of awaits") {
  permits p;
  const auto inner = [&]() -> task<> { co_await p.acquire(); };
  const auto outer = [&]() -> task<> { co_await inner(); };
  std::string text;
  try {
    green::run([&]() -> task<> { co_await outer(); });
  } catch (const loop_exit& e) {
    text = e.what();
  }
  std::size_t places = 0;
  for (std::size_t i = 0;
       (i = text.find("deadlock_test.cc:", i)) != std::string::npos; ++i) {
    ++places;
  }
  CHECK(places == 3);
}

TEST_CASE("loop_exit passes through a join, and others are killed then") {
  permits p;
  bool unwound = false;
  CHECK_THROWS_AS(green::run([&]() -> task<> {
                    const auto other = green::spawn([&]() -> task<> {
                      try {
                        co_await p.acquire();
                      } catch (const green::core::killed&) {
                        unwound = true;
                        throw;
                      }
                    });
                    co_await other.join();
                  }),
                  loop_exit);
  CHECK(unwound);
}

TEST_CASE("one that catches loop_exit goes on, and may meet it again") {
  permits p;
  int exits = 0;
  green::run([&]() -> task<> {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await p.acquire();
      } catch (const loop_exit&) {
        ++exits;
      }
      co_await green::sleep(1ms);
    }
  });
  CHECK(exits == 3);
}

TEST_CASE("a deadlock is found when timers and I/O have come to their end") {
  permits p;
  socket_pair pair;
  std::string text;
  green::run([&]() -> task<> {
    green::spawn([&]() -> task<> {
      co_await green::sleep(1ms);
      char byte = 0;
      CHECK(co_await green::send(pair.a.get(), &byte, 1, 0) == 1);
      CHECK(co_await green::recv(pair.b.get(), &byte, 1, 0) == 1);
    });
    CHECK_THROWS_AS(co_await p.acquire(), loop_exit);
  });
}

TEST_CASE("a deadlock on virtual time") {
  permits p;
  CHECK_THROWS_AS(tests::run_virtual([&]() -> task<> {
                    co_await green::sleep(5h);
                    co_await p.acquire();
                  }),
                  loop_exit);
}

TEST_CASE("a deadlock is found though other threads have been") {
  for (int i = 0; i < 3; ++i) {
    std::thread([] { green::run([] {}); }).join();
  }
  CHECK_FALSE(green::hub::surely_alone());
  CHECK(green::hub::alone());
  permits p;
  CHECK(contains(deadlock_of(p), "main: permit"));
}

TEST_CASE("a thread that ends without waking the hub leaves a deadlock") {
  permits p;
  permits q;
  std::thread last;
  CHECK_THROWS_AS(green::run([&]() -> task<> {
                    last = std::thread([&] { q.release(); });
                    co_await q.acquire();
                    co_await p.acquire();
                  }),
                  loop_exit);
  last.join();
}

TEST_CASE("no deadlock: another thread will wake the hub") {
  permits p;
  std::thread outside([&] {
    std::this_thread::sleep_for(150ms);  // longer than the hub's first look
    p.release();
  });
  CHECK(deadlock_of(p).empty());
  outside.join();
}

TEST_CASE("no deadlock: somebody has promised to post") {
  // A bystander is no hope, so that only the promise is between the wait and
  // a loop_exit.
  permits p;
  std::atomic<bool> promised = true;
  green::run([&]() -> task<> {
    green::core::scheduler& hub = *green::core::scheduler::here();
    hub.expect_post();
    std::thread helper([&] {
      const green::hub::bystander no_hope;
      std::this_thread::sleep_for(150ms);  // longer than the hub's first look
      promised = false;
      p.release();
      hub.expected_post_came();
    });
    CHECK(co_await p.acquire());
    CHECK_FALSE(promised);
    helper.join();
    CHECK_THROWS_AS(co_await p.acquire(), loop_exit);
  });
}

TEST_CASE("no deadlock: a socket may have something to say") {
  socket_pair pair;
  permits p;
  green::run([&]() -> task<> {
    char byte = 0;
    const auto reader = green::spawn([&]() -> task<> {
      co_await green::recv(pair.a.get(), &byte, 1, 0);
      p.release();
    });
    std::thread outside([fd = pair.b.get()] {
      const green::hub::bystander no_hope;
      std::this_thread::sleep_for(150ms);
      CHECK(::send(fd, "x", 1, 0) == 1);
    });
    CHECK(co_await p.acquire());
    co_await reader.join();
    outside.join();
  });
}

TEST_CASE("a deadlock at the end of run is no error: all are ended") {
  permits p;
  permits q;
  green::run([&]() -> task<> {
    green::spawn([&]() -> task<> {
      bool ending = false;
      try {
        co_await p.acquire();
      } catch (const green::core::killed&) {
        ending = true;
      }
      if (ending) co_await q.acquire();  // nobody will
    });
    co_await green::sleep();
  });
  CHECK_FALSE(p.somebody_waits());
  CHECK_FALSE(q.somebody_waits());
}
