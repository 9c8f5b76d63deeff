// SPDX-License-Identifier: MIT
// What is left when run's function has ended is killed, unwound and forgotten.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/core/scheduler.h"
#include "green/core/spawned.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/death.h"
#include "tests/support/descriptors.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::killed;
using tests::permits;
using tests::run_virtual;
using tests::socket_pair;
using numbers = std::vector<int>;

// Counts the objects that live.
struct counted_value {
  explicit counted_value(int& n) : live(&n) { ++*live; }
  counted_value(const counted_value& other) : live(other.live) { ++*live; }
  counted_value& operator=(const counted_value&) = delete;
  ~counted_value() { --*live; }
  int* live;
};

int living_threads() {
  int n = 0;
  green::core::scheduler::here()->threads().for_each(
      [&](green::core::green_thread&) { ++n; });
  return n;
}

// A green thread that a timer starts; counts those that live.
class late_starter final : public green::core::spawned<void (*)()> {
 public:
  explicit late_starter(int& live)
      : spawned(*green::core::scheduler::here(), [] {}), guard_(live) {}
  void start_at(green::core::deadline when) {
    home().timers().arm(alarm_, when);
    adopt(green::core::site::current());
  }

 private:
  struct alarm : green::core::timer {
    explicit alarm(late_starter& s) noexcept : timer(&alarm::ring), owner(s) {}
    static void ring(timer& t) { static_cast<alarm&>(t).owner.make_ready(); }
    late_starter& owner;
  };

  alarm alarm_{*this};
  const counted_value guard_;
};

// Starts `body` on virtual time, lets it wait, ends main, and tells how many
// guards and green threads are left.
int left_after(const std::function<task<>(counted_value)>& body) {
  int live = 0;
  run_virtual([&]() -> task<> {
    green::spawn(body, counted_value(live));
    co_await green::sleep();
    co_await green::sleep();
  });
  return live + living_threads() +
         static_cast<int>(green::core::scheduler::here()->timers().size());
}

// Waits, whatever comes.
template <class Wait>
task<> stubborn(counted_value guard, Wait wait) {
  for (;;) {
    try {
      co_await wait();
    } catch (const killed&) {
      ++*guard.live;
      --*guard.live;
    }
  }
}

}  // namespace

TEST_CASE("run gives the result or throws the exception of its function") {
  CHECK(green::run([] { return 1; }) == 1);
  CHECK(green::run([]() -> task<std::string> { co_return "two"; }) == "two");
  CHECK_THROWS_WITH_AS(green::run([]() -> task<> {
                         co_await green::sleep();
                         throw std::runtime_error("three");
                       }),
                       "three", std::runtime_error);
}

TEST_CASE("one thread may run again and again") {
  for (int i = 0; i < 100; ++i) {
    const int same = green::run([i]() -> task<int> {
      co_await green::sleep();
      co_return i;
    });
    CHECK(same == i);
  }
}

TEST_CASE("run inside of run is a logic_error") {
  green::run([]() -> task<> {
    CHECK_THROWS_AS(green::run([] {}), std::logic_error);
    co_await green::sleep();
    CHECK_THROWS_AS(green::run([] {}), std::logic_error);
  });
  CHECK(green::run([] { return 4; }) == 4);
}

TEST_CASE("those who wait are unwound when main ends") {
  permits p;
  socket_pair pair;
  SUBCASE("sleep") {
    CHECK(left_after(
              [](counted_value) -> task<> { co_await green::sleep(1h); }) == 0);
  }
  SUBCASE("a wait queue with a deadline") {
    CHECK(left_after(
              [&](counted_value) -> task<> { co_await p.acquire(1h); }) == 0);
    CHECK_FALSE(p.somebody_waits());
  }
  SUBCASE("recv") {
    CHECK(left_after([&](counted_value) -> task<> {
            char byte = 0;
            co_await green::recv(pair.a.get(), &byte, 1, 0);
          }) == 0);
  }
  SUBCASE("yield, for ever") {
    CHECK(left_after([](counted_value) -> task<> {
            for (;;) co_await green::sleep();
          }) == 0);
  }
}

TEST_CASE("those that were spawned last are ended, or never start") {
  bool ran = false;
  int live = 0;
  green::run([&]() -> task<> {
    for (int i = 0; i < 1000; ++i) {
      green::spawn([](counted_value) -> task<> { co_await green::sleep(1h); },
                   counted_value(live));
    }
    green::spawn_later(
        1h, [&ran](counted_value) { ran = true; }, counted_value(live));
    co_return;
  });
  CHECK_FALSE(ran);
  CHECK(live == 0);
}

TEST_CASE("one whose time to start comes as main ends is forgotten") {
  int live = 0;
  std::thread([&] {
    green::run([&]() -> task<> {
      auto* const late = new late_starter(live);
      late->start_at(1ns);
      late->unref();
      while (green::core::scheduler::here()->timers().next() >=
             green::core::now()) {
      }
      co_return;
    });
    CHECK(live == 0);
  }).join();
}

TEST_CASE("the killed have time to clean up, with awaits") {
  numbers log;
  run_virtual([&]() -> task<> {
    green::spawn([&]() -> task<> {
      bool killed_here = false;
      try {
        co_await green::sleep(1h);
      } catch (const killed&) {
        killed_here = true;
      }
      if (killed_here) co_await green::sleep(900ms);
      log.push_back(1);
    });
    co_await green::sleep();
    log.push_back(0);
  });
  CHECK(log == numbers{0, 1});
}

TEST_CASE("cleaning up may join others that end too") {
  numbers log;
  run_virtual([&]() -> task<> {
    const auto worker = green::spawn([&]() -> task<> {
      try {
        co_await green::sleep(1h);
      } catch (const killed&) {
        log.push_back(1);
      }
    });
    green::spawn([&log, worker]() -> task<> {
      bool ending = false;
      try {
        co_await green::sleep(1h);
      } catch (const killed&) {
        ending = true;
      }
      if (ending) co_await worker.join();
      log.push_back(2);
    });
    co_await green::sleep();
  });
  CHECK(log == numbers{1, 2});
}

TEST_CASE("those that catch every kill are destroyed where they stand") {
  permits p;
  socket_pair pair;
  SUBCASE("in a sleep") {
    CHECK(left_after([](counted_value c) {
            return stubborn(c, [] { return green::sleep(1h); });
          }) == 0);
  }
  SUBCASE("in a wait queue") {
    CHECK(left_after([&](counted_value c) {
            return stubborn(c, [&] { return p.acquire(); });
          }) == 0);
    CHECK_FALSE(p.somebody_waits());
  }
  SUBCASE("in a wait queue with a deadline") {
    CHECK(left_after([&](counted_value c) {
            return stubborn(c, [&] { return p.acquire(1h); });
          }) == 0);
    CHECK_FALSE(p.somebody_waits());
  }
  SUBCASE("in a wait that no kill ends") {
    CHECK(left_after([&](counted_value c) {
            return stubborn(c, [&] {
              return p.acquire(tests::never, permits::wait::mode::deferred);
            });
          }) == 0);
  }
}

TEST_CASE("those that catch every kill in recv or a yield loop end too") {
  socket_pair pair;
  int live = 0;
  char byte = 0;
  green::run([&]() -> task<> {
    for (int i = 0; i < 3; ++i) {
      green::spawn(
          [&](counted_value c) {
            return stubborn(
                c, [&] { return green::recv(pair.a.get(), &byte, 1, 0); });
          },
          counted_value(live));
    }
    green::spawn(
        [](counted_value c) {
          return stubborn(c, [] { return green::sleep(); });
        },
        counted_value(live));
    co_await green::sleep();
  });
  CHECK(live == 0);
  CHECK(living_threads() == 0);
  // The kernel has forgotten the buffer.
  CHECK(::send(pair.b.get(), "x", 1, 0) == 1);
  green::run([]() -> task<> { co_await green::sleep(1ms); });
  CHECK(byte == 0);
}

TEST_CASE("a destructor may spawn while all is ending") {
  struct spawns_at_end {
    ~spawns_at_end() {
      green::spawn([](counted_value) {}, counted_value(*live));
      green::spawn_later(1h, [](counted_value) {}, counted_value(*live));
    }
    int* live;
  };
  int live = 0;
  SUBCASE("of one that ends by the kill") {
    run_virtual([&]() -> task<> {
      green::spawn([&]() -> task<> {
        const spawns_at_end guard{&live};
        co_await green::sleep(1h);
      });
      co_await green::sleep();
    });
  }
  SUBCASE("of one that is destroyed where it stands") {
    run_virtual([&]() -> task<> {
      green::spawn([&]() -> task<> {
        const spawns_at_end guard{&live};
        co_await stubborn(counted_value(live), [] { return green::sleep(1h); });
      });
      co_await green::sleep();
    });
  }
  CHECK(live == 0);
  CHECK(living_threads() == 0);
  CHECK(green::core::scheduler::here()->timers().empty());
}

TEST_CASE("what was linked to an end runs though main ends at once") {
  constexpr int links = 1000;
  int ran = 0;
  int live = 0;
  std::thread([&] {
    green::run([&]() -> task<> {
      const auto g = green::spawn([] {});
      co_await g.join();
      for (int i = 0; i < links; ++i) {
        g.link([&ran, guard = counted_value(live)] { ++ran; });
      }
      const auto waits =
          green::spawn([]() -> task<> { co_await green::sleep(1h); });
      co_await green::sleep();
      for (int i = 0; i < links; ++i) {
        waits.link([&ran, guard = counted_value(live)] { ++ran; });
      }
    });
    CHECK(ran == 2 * links);
  }).join();
  CHECK(live == 0);
}

TEST_CASE("a link that runs last of all may spawn: that is ended too") {
  int live = 0;
  run_virtual([&]() -> task<> {
    const auto waits =
        green::spawn([]() -> task<> { co_await green::sleep(1h); });
    co_await green::sleep();
    for (int i = 0; i < 500; ++i) {
      waits.link([&live] {
        green::spawn([](counted_value) -> task<> { co_await green::sleep(1h); },
                     counted_value(live));
      });
    }
  });
  CHECK(live == 0);
  CHECK(living_threads() == 0);
}

TEST_CASE("green threads of a thread that never ran end with the thread") {
  int live = 0;
  bool ran = false;
  std::thread([&] {
    green::spawn([&ran](counted_value) { ran = true; }, counted_value(live));
    CHECK(live == 1);
  }).join();
  CHECK(live == 0);
  CHECK_FALSE(ran);
}

TEST_CASE("an error that nobody took is reported, those of main are thrown") {
  std::vector<std::string> reported;
  const auto before = green::set_error_handler(
      [&](const green::unhandled_error& e) { reported.push_back(e.message); });
  CHECK_THROWS_AS(green::run([]() -> task<> {
                    green::spawn([] { throw std::runtime_error("lonely"); });
                    co_await green::sleep();
                    throw std::logic_error("main");
                  }),
                  std::logic_error);
  green::set_error_handler(before);
  CHECK(reported == std::vector<std::string>{"std::runtime_error: lonely"});
}

TEST_CASE("exit on a green thread ends the process around those that wait") {
  struct unwound {
    ~unwound() { std::abort(); }
  };
  const auto exits = [] {
    green::run([]() -> task<> {
      const auto waits = []() -> task<> {
        const unwound never;
        co_await green::sleep(1h);
      };
      const auto waiting = green::spawn(waits);
      co_await green::sleep();
      std::exit(0);
    });
  };
  CHECK(tests::dying_words(exits) == "");
}
