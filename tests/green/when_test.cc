// SPDX-License-Identifier: MIT
#include "green/when.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "green/core/permits.h"
#include "green/error_handler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/operation.h"
#include "green/pool.h"
#include "green/sys/socket.h"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/awaitables.h"
#include "tests/support/vector_of.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using green::when_all;
using green::when_any;
using tests::dies_slowly;
using tests::fails;
using tests::late;
using tests::only_lvalue;
using tests::text;
using tests::unhandled;

TEST_CASE("when_all gives a tuple of all results") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    auto [number, nothing, words] =
        co_await when_all(late(20), green::sleep(10ms), text(30));
    static_assert(std::is_same_v<decltype(number), int>);
    static_assert(std::is_same_v<decltype(nothing), std::monostate>);
    CHECK(number == 20);
    CHECK(words == "text");
    CHECK(tests::since(start) == 30ms);
    const auto none = co_await when_all();
    static_assert(std::is_same_v<decltype(none), const std::tuple<>>);
  });
}

TEST_CASE("when_all of a range gives a vector") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::vector<task<int>> all;
    for (int ms : {30, 10, 20}) all.push_back(late(ms));
    const auto results = co_await when_all(std::move(all));
    CHECK(results == std::vector{30, 10, 20});
    CHECK(tests::since(start) == 30ms);
    std::array<task<>, 2> nothing{fails(1), fails(2)};
    bool thrown = false;
    try {
      co_await when_all(nothing);
      static_assert(std::is_void_v<
                    green::core::await_result_t<decltype(when_all(nothing))>>);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
    auto made = std::views::iota(1, 4) | std::views::transform(late);
    CHECK(co_await when_all(made) == tests::vector_of(1, 2, 3));
    CHECK((co_await when_all(std::vector<task<int>>())).empty());
  });
}

TEST_CASE("when_all takes every kind of awaitable, named or not") {
  tests::run_virtual([]() -> task<> {
    green::core::permits none(0);
    auto g = green::spawn(late, 5);
    auto named = late(1);
    auto nap = green::sleep(3ms);
    only_lvalue odd;
    auto [a, b, c, d, e, f, h] =
        co_await when_all(named, nap, g.join(), g.join(1s), g.get(), odd,
                          green::with_timeout(1s, late, 2));
    CHECK(a == 1);
    CHECK(d);
    CHECK(e == 5);
    CHECK(h == 2);
    auto later = when_all(late(1), text(2));  // awaited by its name
    auto [i, j] = co_await later;
    CHECK(i == 1);
    CHECK(j == "text");
    auto nested = co_await when_all(when_all(late(1), late(2)),
                                    when_any(late(3), late(4)));
    CHECK(std::get<1>(std::get<0>(nested)) == 2);
    CHECK(std::get<0>(std::get<1>(nested)) == 3);
  });
}

TEST_CASE("results that cannot be copied, or are references") {
  tests::run_virtual([]() -> task<> {
    auto owns = []() -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(4);
    };
    int here = 0;
    auto refers = [&]() -> task<int&> { co_return here; };
    auto [owned, referred] = co_await when_all(owns(), refers());
    CHECK(*owned == 4);
    CHECK(&referred.get() == &here);
    auto first = co_await when_any(owns(), green::sleep(1h));
    CHECK(*std::get<0>(first) == 4);
    std::vector<task<std::unique_ptr<int>>> all;
    all.push_back(owns());
    CHECK(*(co_await when_all(all))[0] == 4);
  });
}

TEST_CASE("when_all with system calls") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  green::run([&]() -> task<> {
    char buffer[8];
    auto [got, sent] = co_await when_all(green::recv(ends[0], buffer, 8, 0),
                                         green::send(ends[1], "abc", 3, 0));
    CHECK(got == 3);
    CHECK(sent == 3);
    green::threadpool tp(2);
    auto twice = [](int n) { return 2 * n; };
    auto [one, two] = co_await when_all(tp.apply(twice, 1), tp.apply(twice, 2));
    CHECK(one == 2);
    CHECK(two == 4);
  });
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE(
    "the first error kills the rest, and is thrown when they have ended") {
  tests::run_virtual([]() -> task<> {
    std::string log;
    const auto start = green::core::now();
    std::string what;
    try {
      co_await when_all(dies_slowly(log), fails(10), fails(1000));
    } catch (const std::runtime_error& e) {
      what = e.what();
    }
    CHECK(what == "after 10");
    CHECK(log == "killed cleaned ");
    CHECK(tests::since(start) == 60ms);
  });
}

TEST_CASE("further errors of when_all are reported, not lost") {
  unhandled errors;
  tests::run_virtual([]() -> task<> {
    bool thrown = false;
    try {
      co_await when_all(fails(10), fails(10), fails(1000));
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
  });
  CHECK(errors.count == 1);
}

TEST_CASE("a kill of when_all kills all, waits for them, and goes on") {
  tests::run_virtual([]() -> task<> {
    std::string log;
    bool went_on = false;
    auto waits = [&]() -> task<> {
      co_await when_all(dies_slowly(log), late(1), green::sleep(1h));
      went_on = true;
    };
    auto g = green::spawn(waits);
    co_await green::sleep(10ms);
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK_FALSE(went_on);
    CHECK(log == "killed cleaned ");
    CHECK(tests::since(start) == 50ms);
  });
}

TEST_CASE("a timeout of when_all") {
  tests::run_virtual([]() -> task<> {
    bool expired = false;
    const auto start = green::core::now();
    const green::timeout limit(20ms);
    try {
      co_await when_all(late(10), late(1000));
    } catch (const green::timed_out& e) {
      expired = e.from(limit);
    }
    CHECK(expired);
    CHECK(tests::since(start) == 20ms);
  });
}

TEST_CASE("a kill before the wait starts nothing") {
  tests::run_virtual([]() -> task<> {
    bool ran = false;
    auto runs = [&]() -> task<> {
      ran = true;
      co_return;
    };
    auto waits = [&]() -> task<> {
      green::getcurrent().kill_nowait();
      co_await when_all(runs(), runs());
    };
    co_await green::spawn(waits).join();
    CHECK_FALSE(ran);
  });
}

TEST_CASE("results that are complete when the kill comes are delivered") {
  tests::run_virtual([]() -> task<> {
    int got = 0;
    bool killed = false;
    auto waits = [&]() -> task<> {
      auto [a, b] = co_await when_all(late(10), late(20));
      got = a + b;
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        killed = true;
      }
    };
    auto g = green::spawn(waits);
    // At 20 ms the last child ends first, then this kill comes.
    co_await green::sleep(0s);
    co_await green::sleep(20ms);
    co_await g.kill();
    CHECK(got == 30);
    CHECK(killed);
  });
}

TEST_CASE("a child that gives its result in spite of the kill completes it") {
  tests::run_virtual([]() -> task<> {
    auto stubborn = []() -> task<int> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      co_return 7;
    };
    int got = 0;
    auto waits = [&]() -> task<> {
      auto [a, b] = co_await when_all(stubborn(), stubborn());
      got = a + b;
      co_await green::sleep(1h);
    };
    auto g = green::spawn(waits);
    co_await green::sleep(1ms);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(got == 14);
  });
}

TEST_CASE("an error that came before the kill is thrown, the kill later") {
  tests::run_virtual([]() -> task<> {
    std::string log, children;
    auto waits = [&]() -> task<> {
      try {
        co_await when_all(fails(10), dies_slowly(children));
      } catch (const std::runtime_error&) {
        log += "error ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed";
      }
    };
    auto g = green::spawn(waits);
    co_await green::sleep(20ms);
    g.kill_nowait();
    co_await g.join();
    CHECK(log == "error killed");
  });
}

TEST_CASE("a child that is killed from outside is missed") {
  tests::run_virtual([]() -> task<> {
    green::any_greenlet victim;
    auto exposes = [&]() -> task<> {
      victim = green::getcurrent();
      co_await green::sleep(1h);
    };
    auto kills = [&]() -> task<> {
      co_await green::sleep(1ms);
      co_await victim.kill();
    };
    bool thrown = false;
    try {
      co_await when_all(exposes(), kills(), green::sleep(1h));
    } catch (const green::greenlet_exit&) {
      thrown = true;
    }
    CHECK(thrown);
  });
}

TEST_CASE("children are spawned, and wait, where when_all is awaited") {
  tests::run_virtual([]() -> task<> {
    green::any_greenlet child;
    auto exposes = [&]() -> task<> {
      child = green::getcurrent();
      co_await green::sleep(2ms);
    };
    std::string parent_waits, child_waits;
    const green::any_greenlet parent = green::getcurrent();
    auto looks = [&]() -> task<> {
      co_await green::sleep(1ms);
      parent_waits = parent.state().describe_wait();
      parent.state().home().threads().for_each([&](auto& t) {
        const std::string what = t.describe_wait();
        if (what.starts_with("sleep(5 ms")) child_waits = what;
      });
    };
    const auto line = std::to_string(__LINE__ + 1);
    co_await when_all(exposes(), looks(), green::sleep(6ms));
    CHECK(parent_waits.starts_with("when_all (3 of 3 left) at "));
    CHECK(std::to_string(child.state().spawned_at().line()) == line);
    CHECK(child_waits.find("when_test.cc:" + line) != std::string::npos);
  });
}

TEST_CASE("a deadlock ends when_all with loop_exit") {
  auto waits = []() -> task<> {
    co_await when_all(green::sleep(green::deadline::never()),
                      green::sleep(green::deadline::never()));
  };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
}

TEST_CASE("a deadlock behind a child that survives a kill") {
  auto survives = [](int times) -> task<> {
    for (int i = 0; i < times; ++i) {
      try {
        co_await green::sleep(green::deadline::never());
      } catch (const green::killed&) {
      }
    }
    co_await green::sleep(green::deadline::never());
  };
  auto waits = [&]() -> task<> {
    co_await when_all(survives(2), green::sleep(green::deadline::never()));
  };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
}

TEST_CASE("a hub ends children that will not die, before their parent") {
  std::string log;
  struct guard {
    std::string& log;
    const char* name;
    ~guard() { log += name; }
  };
  const auto never_dies = [&](const std::string& parents) -> task<> {
    guard here{log, "child "};
    for (;;) {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += parents;
      }
    }
  };
  const auto parent = [&]() -> task<> {
    guard here{log, "parent"};
    const std::string mine(30, '.');  // on the heap
    co_await when_all(never_dies(mine), green::sleep(1h));
  };
  tests::run_virtual([&]() -> task<> {
    green::spawn(parent);
    co_await green::sleep(1ms);
  });
  CHECK(log.ends_with("child parent"));
}

TEST_CASE("on a second hub") {
  auto hub = [] {
    green::run([]() -> task<> {
      for (int i = 0; i < 100; ++i) {
        auto first = co_await when_any(late(1), green::sleep(1h));
        CHECK(first.index() == 0);
      }
    });
  };
  std::thread other(hub);
  hub();
  other.join();
}
