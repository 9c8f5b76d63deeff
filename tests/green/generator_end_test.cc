// SPDX-License-Identifier: MIT
// The end of a generator: exceptions, kills, early destruction.
#include "green/generator"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "green/when.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::elements_of;
using green::generator;
using green::task;
using strings = std::vector<std::string>;

namespace {

generator<int> count(int from, int to) {
  for (int i = from; i != to; ++i) co_yield i;
}

// Notes its end.
struct witness {
  explicit witness(strings& l, std::string w) : log(l), word(std::move(w)) {}
  witness(const witness&) = delete;
  witness& operator=(const witness&) = delete;
  ~witness() { log.push_back(word); }
  strings& log;
  std::string word;
};

}  // namespace

TEST_CASE("an exception leaves by begin, ++ and next, and ends it") {
  auto body = [](int elements) -> generator<int> {
    for (int i = 0; i != elements; ++i) co_yield i;
    throw std::runtime_error("oops");
  };
  green::run([&]() -> task<> {
    auto first = body(0);
    bool thrown = false;
    try {
      co_await first.begin();
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK_FALSE(co_await first.next());
    auto second = body(1);
    auto it = co_await second.begin();
    thrown = false;
    try {
      co_await ++it;
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(it == second.end());
  });
}

TEST_CASE("an exception of an inner one is thrown at the co_yield") {
  auto inner = []() -> generator<int> {
    co_yield 1;
    throw std::runtime_error("oops");
  };
  auto body = [&]() -> generator<int> {
    int next = 0;
    try {
      co_yield elements_of(inner());
    } catch (const std::runtime_error&) {
      next = 2;
    }
    co_yield next;
    co_yield elements_of(inner());
  };
  green::run([&]() -> task<> {
    auto g = body();
    CHECK(*co_await g.next() == 1);
    CHECK(*co_await g.next() == 2);
    CHECK(*co_await g.next() == 1);
    bool thrown = false;
    try {
      co_await g.next();
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
  });
}

TEST_CASE("destroyed early, it unwinds where it stands, innermost first") {
  strings log;
  auto inner = [&](std::string word) -> generator<int> {
    const witness w(log, word);
    task<> unawaited = [&]() -> task<> { co_return; }();
    co_yield 1;
    co_await unawaited;
  };
  auto body = [&](bool named) -> generator<int> {
    const witness w(log, "outer");
    auto g = inner("named");
    if (named) co_yield elements_of(g);
    co_yield elements_of(inner("inner"));
  };
  green::run([&]() -> task<> {
    {
      auto g = body(false);
      auto unbegun = body(false);
      CHECK(*co_await g.next() == 1);
    }
    CHECK(log == strings{"inner", "outer"});
    log.clear();
    {
      auto g = body(true);
      CHECK(*co_await g.next() == 1);
    }
    CHECK(log == strings{"named", "outer"});
  });
}

TEST_CASE("an inner one that outlives the outer one gives its rest") {
  auto body = [](generator<int>& lent) -> generator<int> {
    co_yield elements_of(lent);
  };
  auto nested = []() -> generator<int> { co_yield elements_of(count(0, 4)); };
  green::run([&]() -> task<> {
    auto lent = nested();
    {
      auto g = body(lent);
      CHECK(*co_await g.next() == 0);
      CHECK(*co_await g.next() == 1);
    }
    CHECK(*co_await lent.next() == 2);
    {
      auto g = body(lent);
      CHECK(*co_await g.next() == 3);
    }
    CHECK_FALSE(co_await lent.next());
  });
}

TEST_CASE("a kill is thrown at the await inside, and leaves by the step") {
  strings log;
  auto body = [&]() -> generator<int> {
    co_yield 1;
    try {
      co_await green::sleep(1h);
    } catch (const green::killed&) {
      log.push_back("inside");
      throw;
    }
  };
  auto loop = [&]() -> task<> {
    auto g = body();
    try {
      for (auto it = co_await g.begin(); it != g.end(); co_await ++it) {
      }
    } catch (const green::killed&) {
      log.push_back("outside");
    }
    CHECK_FALSE(co_await g.next());
  };
  green::run([&]() -> task<> {
    const auto g = green::spawn(loop);
    co_await green::sleep();
    co_await g.kill();
  });
  CHECK(log == strings{"inside", "outside"});
}

TEST_CASE("at a co_yield the kill is thrown outside, and nothing is lost") {
  green::run([]() -> task<> {
    int thrown = 0;
    auto loop = [&]() -> task<> {
      auto g = count(0, 3);
      CHECK(*co_await g.next() == 0);
      green::getcurrent().kill_nowait();
      try {
        co_await g.next();
      } catch (const green::killed&) {
        ++thrown;
      }
      CHECK(*co_await g.next() == 1);
    };
    co_await green::spawn(loop).join();
    CHECK(thrown == 1);
  });
}

TEST_CASE("a timeout ends the wait inside") {
  tests::virtual_time time;
  auto body = []() -> generator<int> {
    co_await green::sleep(1h);
    co_yield 1;
  };
  green::run([&]() -> task<> {
    auto g = body();
    bool late = false;
    try {
      auto next = [&] { return g.next(); };
      co_await green::with_timeout(1s, next);
    } catch (const green::timed_out&) {
      late = true;
    }
    CHECK(late);
    CHECK_FALSE(co_await g.next());
  });
}

TEST_CASE("a second await while the first goes on throws, and harms nothing") {
  green::run([]() -> task<> {
    green::event go;
    auto body = [&]() -> generator<int> {
      co_await go.wait();
      co_yield 1;
    };
    auto g = body();
    auto first = green::spawn(
        [&]() -> task<std::optional<int>> { co_return co_await g.next(); });
    co_await green::sleep();
    bool refused = false;
    try {
      co_await g.next();
    } catch (const std::logic_error&) {
      refused = true;
    }
    CHECK(refused);
    auto outer = [&]() -> generator<int> { co_yield elements_of(g); };
    auto o = outer();
    refused = false;
    try {
      co_await o.next();
    } catch (const std::logic_error&) {
      refused = true;
    }
    CHECK(refused);
    go.set();
    CHECK(co_await first.get() == std::optional(1));
    CHECK_FALSE(co_await g.next());
  });
}

TEST_CASE("it goes from green thread to green thread, and from run to run") {
  auto inner = []() -> generator<std::uint64_t> {
    for (;;) co_yield green::getcurrent().id();
  };
  auto body = [&]() -> generator<std::uint64_t> {
    co_yield elements_of(inner());
  };
  auto g = body();
  const auto ask = [&]() -> task<> {
    const auto id = co_await g.next();
    CHECK(*id == green::getcurrent().id());
  };
  green::run([&]() -> task<> {
    co_await ask();
    co_await green::spawn(ask).get();
    auto both = co_await green::when_all(g.next());
    CHECK(*std::get<0>(both) != green::getcurrent().id());
  });
  green::run(ask);
}

TEST_CASE("a generator of a green thread that is ended by force ends, too") {
  strings log;
  auto stubborn = [&]() -> generator<int> {
    const witness w(log, "body");
    for (;;) {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
    }
    co_yield 1;
  };
  tests::virtual_time time;
  auto g = stubborn();
  green::run([&]() -> task<> {
    green::spawn([&]() -> task<> { co_await g.next(); });
    co_await green::sleep();
  });
  CHECK(log == strings{"body"});
}
