// SPDX-License-Identifier: MIT
#include "green/local.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::local;

namespace {

// Counts those that live.
struct counted {
  counted() { ++alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --alive; }

  int value = 0;
  static inline std::atomic<int> alive = 0;
};

}  // namespace

TEST_CASE("I15: each green thread has its own, made on first use") {
  tests::run_virtual([]() -> green::task<> {
    local<int> x;
    CHECK_FALSE(x.has_value());
    CHECK(*x == 0);
    *x = 1;
    auto other = [&]() -> green::task<> {
      CHECK_FALSE(x.has_value());
      CHECK(*x == 0);
      *x = 2;
      co_await green::sleep(10ms);
      CHECK(*x == 2);
    };
    auto g = green::spawn(other);
    auto h = green::spawn(other);
    co_await green::sleep(5ms);
    CHECK(*x == 1);
    co_await g.get();
    co_await h.get();
    CHECK(*x == 1);
  });
}

TEST_CASE("I15: it is destroyed with its green thread, however that ends") {
  tests::run_virtual([]() -> green::task<> {
    local<counted> x;
    auto uses = [&](bool fails) -> green::task<> {
      x->value = 7;
      co_await green::sleep(10ms);
      CHECK(x->value == 7);
      if (fails) throw std::runtime_error("expected");
    };
    auto ends = green::spawn(uses, false);
    auto fails = green::spawn(uses, true);
    auto dies = green::spawn(uses, false);
    auto never_begins = green::spawn(uses, false);
    co_await never_begins.kill();
    co_await green::sleep(1ms);
    CHECK(counted::alive == 3);
    co_await dies.kill();
    CHECK(counted::alive == 2);
    co_await ends.join();
    co_await fails.join();
    CHECK(counted::alive == 0);  // though the handles live
    CHECK_THROWS_AS(fails.rethrow(), std::runtime_error);
    const green::timeout limit(5ms);
    try {
      co_await uses(false);
    } catch (const green::timed_out&) {
    }
    CHECK(counted::alive == 1);  // of this green thread, which goes on
  });
  CHECK(counted::alive == 0);
}

TEST_CASE("it may be made by a factory") {
  tests::run_virtual([]() -> green::task<> {
    int made = 0;
    local<std::string> name([&] { return "number " + std::to_string(++made); });
    struct fixed {
      explicit fixed(int n) : number(n) {}
      fixed(const fixed&) = delete;
      int number;
    };
    local<fixed> number([] { return fixed(4); });  // neither default nor copy
    auto uses = [&](int n) {
      CHECK(*name == "number " + std::to_string(n));
      CHECK(*name == "number " + std::to_string(n));
      CHECK(number->number == 4);
    };
    co_await green::spawn(uses, 1).get();
    co_await green::spawn(uses, 2).get();
    uses(3);
  });
}

TEST_CASE("a factory that throws leaves nothing behind") {
  tests::run_virtual([]() -> green::task<> {
    bool broken = true;
    local<int> x([&] {
      if (broken) throw std::runtime_error("not yet");
      return 5;
    });
    CHECK_THROWS_AS(*x, std::runtime_error);
    CHECK_FALSE(x.has_value());
    broken = false;
    CHECK(*x == 5);
    co_return;
  });
}

TEST_CASE("reset destroys it, and the next use makes it anew") {
  tests::run_virtual([]() -> green::task<> {
    local<counted> x;
    x.reset();
    x->value = 3;
    CHECK(counted::alive == 1);
    x.reset();
    CHECK(counted::alive == 0);
    CHECK(x->value == 0);
    co_return;
  });
  CHECK(counted::alive == 0);
}

TEST_CASE("many locals of one green thread are told apart") {
  tests::run_virtual([]() -> green::task<> {
    std::vector<std::unique_ptr<local<int>>> all;
    for (int i = 0; i < 50; ++i) {
      all.push_back(std::make_unique<local<int>>());
      **all.back() = i;
    }
    for (int i = 0; i < 50; ++i) CHECK(**all[std::size_t(i)] == i);
    co_return;
  });
}

TEST_CASE("a local may go while green threads have values of it") {
  tests::run_virtual([]() -> green::task<> {
    std::optional<local<counted>> x(std::in_place);
    auto uses = [&]() -> green::task<> {
      (*x)->value = 1;
      co_await green::sleep(10ms);
    };
    auto g = green::spawn(uses);
    co_await green::sleep(1ms);
    // At the same address, but another: nobody has a value of it.
    x.reset();
    x.emplace();
    CHECK(counted::alive == 1);
    CHECK_FALSE(x->has_value());
    auto sees = [&]() -> green::task<> {
      CHECK((*x)->value == 0);
      co_return;
    };
    co_await green::spawn(sees).get();
    x.reset();
    co_await g.get();
    CHECK(counted::alive == 0);
  });
}

TEST_CASE("a value may use other locals while it is destroyed") {
  struct uses_other {
    explicit uses_other(const local<counted>& o) : other(&o) {}
    uses_other(const uses_other&) = delete;
    ~uses_other() { (*other)->value = 1; }
    const local<counted>* other;
  };
  const local<counted> inner;
  const local<uses_other> outer([&] { return uses_other(inner); });
  tests::run_virtual([&]() -> green::task<> {
    (void)*outer;
    co_return;
  });
  CHECK(counted::alive == 0);
}

TEST_CASE("outside of green threads each OS thread has its own") {
  local<counted> x;
  x->value = 1;
  tests::run_virtual([&]() -> green::task<> {
    CHECK(x->value == 0);
    x->value = 2;
    co_return;
  });
  CHECK(x->value == 1);
  std::thread([&] {
    CHECK_FALSE(x.has_value());
    x->value = 3;
    CHECK(counted::alive == 2);
  }).join();
  CHECK(counted::alive == 1);
  CHECK(x->value == 1);
  x.reset();
  CHECK(counted::alive == 0);
}

TEST_CASE("one local serves two hubs") {
  local<int> x;
  auto hub = [&] {
    green::run([&]() -> green::task<> {
      auto counts = [&](int n) -> green::task<> {
        for (int i = 0; i < n; ++i) {
          ++*x;
          co_await green::sleep(0s);
        }
        CHECK(*x == n);
      };
      std::vector<green::greenlet<>> all;
      for (int n = 1; n < 50; ++n) all.push_back(green::spawn(counts, n));
      co_await green::joinall(all);
    });
  };
  std::thread other(hub);
  hub();
  other.join();
}
