// SPDX-License-Identifier: MIT
// kill: what it ends, when, and what it leaves.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;
using tests::since;

namespace {

struct noted {
  noted(std::string* to, const char* what) : log(to), text(what) {}
  noted(const noted&) = delete;
  noted& operator=(const noted&) = delete;
  ~noted() { *log += text; }
  std::string* log;
  const char* text;
};

task<> sleep_long(std::string* log) {
  *log += "started ";
  const noted guard(log, "unwound ");
  co_await green::sleep(10h);
  *log += "not killed ";
}

// Catches each kill, cleans up for a second, and goes on so often.
task<int> undying(int lives) {
  int caught = 0;
  while (caught < lives) {
    try {
      co_await green::sleep(10h);
    } catch (const green::killed&) {
      ++caught;
    }
  }
  co_return caught;
}

}  // namespace

TEST_CASE("one that is killed before its start never starts") {  // D1
  run_virtual([]() -> task<> {
    std::string log;
    const auto argument = std::make_shared<int>();
    const auto body = [](std::string* out, std::shared_ptr<int>) -> task<> {
      *out += "ran ";
      co_return;
    };
    auto g = green::spawn(body, &log, argument);
    g.link([&log] { log += "linked "; });
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(g.ready());
    CHECK(g.successful());
    CHECK(!g.started());
    CHECK(argument.use_count() == 1);
    co_await green::sleep(1s);
    CHECK(log == "linked ");
  });
}

TEST_CASE("what it was given may kill it, too, before its start") {
  struct owner {
    green::any_greenlet kept;
    ~owner() { kept.kill_nowait(); }
  };
  run_virtual([]() -> task<> {
    bool ran = false;
    auto given = std::make_shared<owner>();
    owner& late = *given;
    const auto run = [&ran](const std::shared_ptr<owner>&) { ran = true; };
    const auto g = green::spawn(run, std::move(given));
    late.kept = g;
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK_FALSE(ran);
  });
}

TEST_CASE("one that is killed before its time never starts") {  // D3
  run_virtual([]() -> task<> {
    std::string log;
    auto g = green::spawn_later(1s, sleep_long, &log);
    co_await green::sleep(10ms);
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(since(start) == 0s);
    co_await green::sleep(2s);
    CHECK(log.empty());
  });
}

TEST_CASE("the timer of one that was killed is gone") {  // D3
  std::string log;
  green::run([&log]() -> task<> {  // real time: an armed timer would show
    auto g = green::spawn_later(1h, sleep_long, &log);
    co_await green::sleep();
    g.kill_nowait();
    const auto forever = []() -> task<> {
      co_await green::sleep(green::deadline::never());
    };
    auto sleeper = green::spawn(forever);
    CHECK_THROWS_AS(co_await sleeper.join(), green::loop_exit);
  });
  CHECK(log.empty());
}

TEST_CASE("a sleep is killed at once, and unwound") {  // D4
  run_virtual([]() -> task<> {
    std::string log;
    auto g = green::spawn(sleep_long, &log);
    co_await green::sleep(1s);
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(since(start) == 0s);
    CHECK(log == "started unwound ");
    CHECK(g.exception() == nullptr);
  });
}

TEST_CASE("kill waits for the cleanup, awaits and all") {  // D5
  run_virtual([]() -> task<> {
    std::string log;
    const auto body = [](std::string* out) -> task<> {
      const noted guard(out, "unwound ");
      std::exception_ptr why;
      try {
        co_await green::sleep(10h);
      } catch (const green::killed&) {
        why = std::current_exception();
      }
      co_await green::sleep(50ms);
      *out += "cleaned ";
      std::rethrow_exception(why);
    };
    auto g = green::spawn(body, &log);
    co_await green::sleep();
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(since(start) == 50ms);
    CHECK(log == "cleaned unwound ");
    CHECK(g.was_killed());
  });
}

TEST_CASE("kills of the dead do nothing") {  // D6
  run_virtual([]() -> task<> {
    std::string log;
    auto g = green::spawn(sleep_long, &log);
    co_await green::sleep();
    g.kill_nowait();
    g.kill_nowait();
    co_await g.kill();
    co_await g.kill();
    CHECK(log == "started unwound ");
    auto done = green::spawn([] { return 1; });
    co_await done.join();
    bool other_ran = false;
    const auto other = green::spawn([&other_ran] { other_ran = true; });
    co_await g.kill();
    co_await done.kill();
    CHECK(!other_ran);  // nothing was waited for
    co_await other.join();
    CHECK(!done.was_killed());
    CHECK(*done.value() == 1);
  });
}

TEST_CASE("each kill is thrown once, and one may survive it") {  // D7
  run_virtual([]() -> task<> {
    auto g = green::spawn(undying, 3);
    co_await green::sleep();
    const auto start = green::core::now();
    CHECK(!co_await g.kill(100ms));
    CHECK(since(start) == 100ms);
    CHECK(g);
    CHECK(!co_await g.kill(100ms));
    CHECK(co_await g.kill(100ms));
    CHECK(since(start) == 200ms);
    CHECK(!g.was_killed());
    CHECK(*g.value() == 3);
  });
}

TEST_CASE("one that kills itself is killed at its next await") {  // D16
  run_virtual([]() -> task<> {
    std::string log;
    const auto body = [](std::string* out) -> task<> {
      green::getcurrent().kill_nowait();
      *out += "still here ";
      const noted guard(out, "unwound ");
      co_await green::sleep();
      *out += "not killed ";
    };
    auto g = green::spawn(body, &log);
    co_await g.join();
    CHECK(g.was_killed());
    CHECK(log == "still here unwound ");
  });
}

TEST_CASE("a thread's kill of one that computes comes at its next wait") {
  green::run([]() -> task<> {  // D19
    std::string log;
    std::atomic<bool> computes = false, killed = false;
    const auto body = [&](std::string* out) -> task<> {
      const noted guard(out, "unwound ");
      computes = true;
      while (!killed) std::this_thread::yield();
      *out += "computed ";
      co_await green::sleep(10h);
      *out += "not killed ";
    };
    auto g = green::spawn(body, &log);
    std::thread killer([&, g] {
      while (!computes) std::this_thread::yield();
      g.kill_nowait();
      killed = true;
    });
    co_await g.join();
    killer.join();
    CHECK(g.was_killed());
    CHECK(log == "computed unwound ");
  });
}

TEST_CASE("a thread's kills come in their order, and each of them once") {
  green::run([]() -> task<> {
    std::string log;
    std::vector<green::greenlet<>> all;
    for (const char name : std::string("abcd")) {
      all.push_back(green::spawn([&log, name]() -> task<> {
        for (int kills = 0; kills < 2;) {
          try {
            co_await green::sleep(10h);
          } catch (const green::killed&) {
            log += name;
            ++kills;
          }
        }
      }));
    }
    co_await green::sleep();
    const auto kill_all = [&all] {
      std::thread([&all] {
        for (int again = 0; again < 3; ++again) {
          for (const auto& g : all) g.kill_nowait();
        }
      }).join();
    };
    kill_all();
    while (log.size() < all.size()) co_await green::sleep();
    CHECK(log == "abcd");
    kill_all();
    co_await green::joinall(all);
    CHECK(log == "abcdabcd");
  });
}

TEST_CASE("a kill and a timeout are thrown in the order of their coming") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto meet_both = [&log](std::chrono::seconds of_kill) -> task<> {
      const green::timeout limit(2s);
      const auto killer = green::spawn_later(
          of_kill, [me = green::getcurrent()] { me.kill_nowait(); });
      {
        const green::core::shield whole;
        co_await green::sleep(5s);
      }
      for (int i = 0; i < 3; ++i) {
        try {
          co_await green::sleep();
          log += "nothing ";
        } catch (const green::killed&) {
          log += "killed ";
        } catch (const green::timed_out&) {
          log += "late ";
        }
      }
      co_await killer.join();
    };
    co_await green::spawn(meet_both, 1s).join();
    CHECK(log == "killed late nothing ");
    log.clear();
    co_await green::spawn(meet_both, 3s).join();
    CHECK(log == "late killed nothing ");
  });
}

TEST_CASE("every await is a cancellation point, a task's too") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto empty = []() -> task<> { co_return; };
    const auto body = [&](std::string* out) -> task<> {
      green::getcurrent().kill_nowait();
      const noted guard(out, "unwound ");
      co_await empty();
      *out += "not killed ";
    };
    auto g = green::spawn(body, &log);
    co_await g.join();
    CHECK(g.was_killed());
    CHECK(log == "unwound ");
  });
}

TEST_CASE("frames unwind from the inside out") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto inner = [](std::string* out) -> task<> {
      const noted guard(out, "inner ");
      co_await green::sleep(1h);
    };
    const auto middle = [&](std::string* out) -> task<> {
      const noted guard(out, "middle ");
      co_await inner(out);
    };
    const auto outer = [&](std::string* out) -> task<> {
      const noted guard(out, "outer ");
      co_await middle(out);
    };
    auto g = green::spawn(outer, &log);
    co_await green::sleep();
    co_await g.kill();
    CHECK(log == "inner middle outer ");
  });
}

TEST_CASE("one that leaves with another error has failed") {
  run_virtual([]() -> task<> {
    const auto body = []() -> task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        throw std::runtime_error("in cleanup");
      }
    };
    auto g = green::spawn(body);
    co_await green::sleep();
    co_await g.kill();
    CHECK(!g.was_killed());
    CHECK_THROWS_WITH(co_await g.get(), "in cleanup");
  });
}

TEST_CASE("killed is no std::exception") {
  run_virtual([]() -> task<> {
    bool caught = false;
    const auto body = [](bool* wrong) -> task<> {
      try {
        co_await green::sleep(1h);
      } catch (const std::exception&) {
        *wrong = true;
      }
    };
    auto g = green::spawn(body, &caught);
    co_await green::sleep();
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(!caught);
  });
}

TEST_CASE("what a killed greenlet would have given is not there") {
  run_virtual([]() -> task<> {
    auto g = green::spawn(undying, 1'000);
    co_await g.kill();
    CHECK(g.value() == nullptr);
    CHECK_THROWS_AS(co_await g.get(), green::greenlet_exit);
    std::string log;
    auto nothing = green::spawn(sleep_long, &log);
    co_await nothing.kill();
    co_await nothing.get();
  });
}

TEST_CASE("a join is killed, not what it waits for") {
  run_virtual([]() -> task<> {
    auto g = green::spawn([]() -> task<int> {
      co_await green::sleep(1s);
      co_return 4;
    });
    const auto wait = [](green::greenlet<int> on) -> task<> {
      co_await on.get();
    };
    auto waiter = green::spawn(wait, g);
    co_await green::sleep();
    co_await waiter.kill();
    CHECK(waiter.was_killed());
    CHECK(co_await g.get() == 4);
  });
}

TEST_CASE("a result that is there already wins over the kill") {
  run_virtual([]() -> task<> {
    auto g = green::spawn([] { return 4; });
    std::string log;
    const auto wait = [](green::greenlet<int> on, std::string* out) -> task<> {
      *out += "got " + std::to_string(co_await on.get());
      co_await green::sleep();
      *out += " not killed";
    };
    auto waiter = green::spawn(wait, g, &log);
    g.link([waiter] { waiter.kill_nowait(); });
    co_await waiter.join();
    CHECK(log == "got 4");
    CHECK(waiter.was_killed());
  });
}

TEST_CASE("a kill during the end of run reaches everyone") {  // F10
  std::string log;
  const auto main = [](std::string* out) -> task<int> {
    green::spawn(sleep_long, out);
    green::spawn_later(1h, sleep_long, out);
    const auto cleaner = [](std::string* to) -> task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      co_await green::sleep(100ms);
      *to += "cleaned ";
    };
    green::spawn(cleaner, out);
    co_await green::sleep();
    co_return 3;
  };
  CHECK(run_virtual(main, &log) == 3);
  CHECK(log == "started unwound cleaned ");
}
