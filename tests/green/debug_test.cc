// SPDX-License-Identifier: MIT
#include "green/debug.h"

#include <doctest/doctest.h>
#include <stdio.h>

#include <chrono>
#include <cstddef>
#include <source_location>
#include <stdexcept>
#include <string>
#include <thread>

#include "green/barrier"
#include "green/condition_variable"
#include "green/greenlet.h"
#include "green/latch"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/sys/socket.h"
#include "tests/support/dumped.h"
#include "tests/support/hubs.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::dumped;
using tests::matches;
using tests::others_wait;
using tests::standard_error;

namespace {

// The line of a text that begins with `name`.
std::string line_of(const std::string& name, const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    if (text.compare(begin, name.size() + 1, name + ",") == 0) {
      return text.substr(begin, end - begin);
    }
    begin = end + 1;
  }
  return "no line of " + name + " in:\n" + text;
}

std::string here(int line) { return "debug_test\\.cc:" + std::to_string(line); }

template <class F>
green::greenlet<> named(
    const char* name, F f,
    std::source_location from = std::source_location::current()) {
  auto g = green::spawn(std::move(f), from);
  g.set_name(name);
  return g;
}

int count(const std::string& text, const std::string& words) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos;
       at += words.size()) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("a dump tells name, age, spawn site and the line of the await") {
  tests::run_virtual([]() -> green::task<> {
    int awaits = 0, spawns = 0;
    const auto sleep = [&]() -> green::task<> {
      awaits = __LINE__ + 1;
      co_await green::sleep(1h);
    };
    const auto outer = [&]() -> green::task<> { co_await sleep(); };
    spawns = __LINE__ + 1;
    const auto sleeper = named("sleeper", outer);
    co_await green::sleep(2500ms);
    const auto fresh = named("fresh", sleep);
    const std::string text = dumped(green::dump);
    const std::string line = line_of("sleeper", text);
    CHECK(matches(line, "^sleeper, 2\\.5.. s old, spawned at .*" +
                            here(spawns) +
                            ": sleep\\(3597[0-9]{3} ms left\\)"
                            " at .*" +
                            here(awaits) + ", in .*debug_test"));
    CHECK(matches(line_of("fresh", text), "0\\.000 s old.*: not started$"));
    CHECK(matches(line_of("main", text), ": running$"));
    CHECK(count(text, "\n") == 3);
    co_await sleeper.kill();
    co_await fresh.kill();
    CHECK(count(dumped(green::dump), "\n") == 1);
  });
}

TEST_CASE("a dump tells what each kind of lock is waited for, and its owner") {
  green::run([]() -> green::task<> {
    green::timed_mutex m;
    green::mutex cm;
    green::shared_mutex sm;
    green::condition_variable cv;
    green::counting_semaphore<> sem(0);
    green::latch latch(1);
    green::barrier<> barrier(2);
    const auto wait = [&](char kind) -> green::task<> {
      if (kind == 'm') co_await m.lock();
      if (kind == 't') co_await m.try_lock_for(1h);
      if (kind == 'r') co_await sm.lock_shared();
      if (kind == 's') co_await sem.acquire();
      if (kind == 'l') co_await latch.wait();
      if (kind == 'b') co_await barrier.arrive_and_wait();
      auto lk = co_await cm.scoped_lock();
      co_await cv.wait(lk);
    };
    const auto own = [&]() -> green::task<> {
      co_await m.lock();
      co_await sm.lock();
      co_await green::sleep(1h);
    };
    const auto owner = named("owner", own);
    co_await others_wait();
    std::vector<green::greenlet<>> all;
    for (const char kind : std::string("mtrslbc")) {
      all.push_back(green::spawn(wait, kind));
      all.back().set_name(std::string("waits_") + kind);
    }
    const auto join = [&]() -> green::task<> { co_await owner.join(); };
    all.push_back(named("joins", join));
    co_await others_wait();
    const std::string text = dumped(green::dump),
                      at = "0x[0-9a-f]+.* at .*debug_test";
    const auto waits = [&](const char* who, const std::string& what) {
      return matches(line_of(who, text), "debug_test.*: " + what);
    };
    CHECK(waits("waits_m", "mutex 0x[0-9a-f]+, held by owner at .*debug_test"));
    CHECK(waits("waits_t", "mutex 0x[0-9a-f]+, held by owner at .*debug_test"));
    CHECK(waits("waits_r", "shared mutex " + at));
    CHECK(waits("waits_s", "semaphore " + at));
    CHECK(waits("waits_l", "latch " + at));
    CHECK(waits("waits_b", "barrier " + at));
    CHECK(waits("waits_c", "condition variable " + at));
    CHECK(waits("joins", "join of owner at .*debug_test"));
    co_await green::killall(all);
    co_await owner.kill();
  });
}

TEST_CASE("a dump tells the descriptor of an operation") {
  green::run([]() -> green::task<> {
    auto [a, b] = tests::stream_pair();
    const int fd = a;
    int awaits = 0;
    const auto read = [&]() -> green::task<> {
      char byte;
      awaits = __LINE__ + 1;
      co_await green::recv(fd, &byte, 1, 0);
    };
    const auto reader = named("reader", read);
    co_await others_wait();
    const std::string line = line_of("reader", dumped(green::dump));
    CHECK(matches(line, ": recv\\(fd " + std::to_string(fd) + "\\) at .*" +
                            here(awaits)));
    co_await reader.kill();
  });
}

TEST_CASE("P3: a dump tells who sleeps, who receives and who has failed") {
  green::run([]() -> green::task<> {
    auto [a, b] = tests::stream_pair();
    const int fd = a;
    const auto sleep = []() -> green::task<> { co_await green::sleep(1h); };
    const auto receive = [&]() -> green::task<> {
      char byte;
      co_await green::recv(fd, &byte, 1, 0);
    };
    const auto fail = []() -> green::task<> {
      co_await green::sleep(0s);
      throw std::runtime_error("no such thing");
    };
    const auto sleeper = named("sleeper", sleep);
    const auto receiver = named("receiver", receive);
    int spawns = __LINE__ + 1;
    auto failed = named("failed", fail);
    co_await failed.join();
    co_await others_wait();
    const std::string text = dumped(green::dump);
    CHECK(matches(line_of("sleeper", text), ": sleep\\("));
    CHECK(matches(line_of("receiver", text), ": recv\\(fd "));
    CHECK(matches(line_of("failed", text),
                  "^failed, spawned at .*" + here(spawns) +
                      ": ended with std::runtime_error: no such thing$"));
    CHECK(count(text, "\n") == 4);
    // Another hub has nothing to do with it.
    std::thread([] {
      green::run([]() -> green::task<> {
        CHECK(count(dumped(green::dump), "\n") == 1);
        co_return;
      });
    }).join();
    CHECK_THROWS_AS(co_await failed.get(), std::runtime_error);
    failed = {};
    CHECK(count(dumped(green::dump), "failed") == 0);
    co_await sleeper.kill();
    co_await receiver.kill();
  });
}

TEST_CASE("a dump forgets who failed with its hub, though a handle stays") {
  const standard_error reported;  // when the handle goes
  green::greenlet<> kept;
  const auto fail = []() -> green::task<> {
    throw std::runtime_error("kept");
    co_return;
  };
  std::thread([&] {
    green::run([&]() -> green::task<> {
      kept = green::spawn(fail);
      co_await kept.join();
      CHECK(count(dumped(green::dump), "ended with") == 1);
    });
  }).join();
  std::thread([] {
    green::run([]() -> green::task<> {
      CHECK(count(dumped(green::dump), "ended with") == 0);
      co_return;
    });
  }).join();
  CHECK_THROWS_AS(std::rethrow_exception(kept.exception()), std::runtime_error);
}

TEST_CASE("a dump tells rings of green threads that wait for each other") {
  const standard_error out;
  green::run([]() -> green::task<> {
    green::mutex fork, knife;
    const auto eat = [](green::mutex& first,
                        green::mutex& second) -> green::task<> {
      const auto one = co_await first.scoped_lock();
      co_await others_wait();
      const auto two = co_await second.scoped_lock();
    };
    int ticks = 0;
    const auto tick = [&]() -> green::task<> {
      for (;; ++ticks) co_await green::sleep();
    };
    auto ada = named("ada", [&] { return eat(fork, knife); });
    auto bob = named("bob", [&] { return eat(knife, fork); });
    auto ticker = named("ticker", tick);
    while (ticks < 100) co_await green::sleep();
    const std::string text = dumped(green::dump);
    CHECK(text.find("deadlock: ada waits for bob, which waits for ada\n") !=
          std::string::npos);
    CHECK(count(text, "deadlock: ") == 1);
    co_await bob.kill();  // resolves it
    co_await ada.join();
    CHECK(dumped(green::dump).find("deadlock") == std::string::npos);
    co_await ticker.kill();
  });
  // In debug builds it was reported at once, while other work went on.
#ifdef NDEBUG
  CHECK(out.text() == "");
#else
  CHECK(matches(out.text(),
                "green: deadlock: bob waits for mutex 0x[0-9a-f]+, held by "
                "ada; ada waits for mutex 0x[0-9a-f]+, held by bob at "
                ".*debug_test\\.cc:[0-9]+"));
  CHECK(count(out.text(), "\n") == 1);
#endif
}

TEST_CASE("a wait with a deadline closes no ring") {
  const standard_error out;
  tests::run_virtual([]() -> green::task<> {
    green::timed_mutex m;
    co_await m.lock();
    const auto wait = [&]() -> green::task<> {
      const bool locked = co_await m.try_lock_for(1s);
      CHECK_FALSE(locked);
      const green::timeout limit(1s);
      CHECK_THROWS_AS(co_await m.lock(), green::timed_out);
    };
    auto waiter = green::spawn(wait);
    co_await waiter.join();
  });
  CHECK(out.text() == "");
}

TEST_CASE("loop_exit names the lock, its owner and who waits") {
  const standard_error out;
  std::string what;
  int awaits = 0;
  green::run([&]() -> green::task<> {
    green::mutex m;
    green::binary_semaphore s(0);
    const auto own = [&]() -> green::task<> {
      const auto held = co_await m.scoped_lock();
      co_await s.acquire();
    };
    const auto owner = named("owner", own);
    co_await others_wait();
    try {
      awaits = __LINE__ + 1;
      co_await m.lock();
    } catch (const green::loop_exit& stuck) {
      what = stuck.what();
    }
    co_await owner.kill();
  });
  CHECK(what.starts_with("This operation would block forever"));
  CHECK(matches(what,
                "main: mutex 0x[0-9a-f]+, held by owner at .*" + here(awaits)));
  CHECK(matches(what, "owner: semaphore 0x[0-9a-f]+ at .*debug_test"));
  CHECK(what.find("deadlock") == std::string::npos);
  CHECK(out.text() == "");
}

TEST_CASE("loop_exit tells the ring") {
  const standard_error out;
  std::string what;
  green::run([&]() -> green::task<> {
    green::mutex m;
    co_await m.lock();
    const auto wait = [&]() -> green::task<> { co_await m.lock(); };
    const auto other = named("other", wait);
    try {
      co_await other.join();
    } catch (const green::loop_exit& stuck) {
      what = stuck.what();
    }
    co_await other.kill();
  });
  CHECK(what.find("deadlock: main waits for other, which waits for main\n") !=
        std::string::npos);
}

TEST_CASE("who keeps the hub is reported once, with name and spawn site") {
  const standard_error out;
  green::run([&]() -> green::task<> {
    green::detect_blocking(10ms);
    const auto keep = [&]() -> green::task<> {
      CHECK(out.wait_for("green: hog,"));
      std::this_thread::sleep_for(40ms);  // and is not told a second time
      co_return;
    };
    const int spawns = __LINE__ + 1;
    auto hog = named("hog", keep);
    co_await hog.join();
    green::detect_blocking(0ns);
    CHECK(matches(out.text(), "green: hog, spawned at .*" + here(spawns) +
                                  ", has kept its hub for [0-9]+ ms\n"));
  });
  CHECK(count(out.text(), "green: hog,") == 1);
}

TEST_CASE("nobody is reported when the detector is off") {
  const standard_error out;
  green::run([&]() -> green::task<> {
    const auto block = [] { std::this_thread::sleep_for(20ms); };
    co_await green::spawn(block).join();
    green::detect_blocking(1ms);
    green::detect_blocking(0ns);
    co_await green::spawn(block).join();
  });
  CHECK(out.text() == "");
}

TEST_CASE("the detector looks at the hub of its own thread") {
  const standard_error out;
  tests::run_hubs(2, [&](int hub) -> green::task<> {
    if (hub == 0) green::detect_blocking(10ms);
    const auto keep = [&] { CHECK(out.wait_for("green: watched,")); };
    const char* const name = hub == 0 ? "watched" : "unwatched";
    co_await named(name, keep).join();
  });
  CHECK(count(out.text(), "green: watched,") == 1);
  CHECK(count(out.text(), "unwatched") == 0);
}

TEST_CASE("a deadlock is found though the detector looks on") {
  const standard_error out;
  green::detect_blocking(1h);
  CHECK_THROWS_AS(green::run([]() -> green::task<> {
                    green::latch never(1);
                    co_await never.wait();
                  }),
                  green::loop_exit);
  green::detect_blocking(0ns);
}
