// SPDX-License-Identifier: MIT
#include "green/pool.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/vector_of.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::pool;
using tests::vector_of;

namespace {

green::task<> sleeps(std::chrono::milliseconds time) {
  co_await green::sleep(time);
}

green::task<int> gives(int n) {
  co_await green::sleep(1ms);
  co_return n;
}

// Sleeps that many ms, and gives them.
green::task<int> late(int ms) {
  co_await green::sleep(std::chrono::milliseconds(ms));
  co_return ms;
}

}  // namespace

TEST_CASE("J10: map gives results in the order of the items") {
  tests::run_virtual([]() -> green::task<> {
    pool p(3);
    const auto start = green::core::now();
    const std::vector<int> times{30, 10, 20};
    CHECK(co_await p.map(late, times) == times);
    CHECK(tests::since(start) == 30ms);
    CHECK(p.free_count() == 3);
  });
}

TEST_CASE("map keeps to the bound, and takes any range and function") {
  tests::run_virtual([]() -> green::task<> {
    pool p(3);
    std::size_t most = 0;
    auto counts = [&](int n) -> green::task<int> {
      most = std::max(most, p.size());
      co_await green::sleep(1ms);
      co_return n* n;
    };
    const auto squares = co_await p.map(counts, std::views::iota(0, 100));
    CHECK(most == 3);
    CHECK(squares.size() == 100);
    CHECK(squares[99] == 99 * 99);
    const std::array names{std::string("a"), std::string("bcd")};
    CHECK(co_await p.map(&std::string::size, names) ==
          vector_of(std::size_t{1}, std::size_t{3}));
    const int raw[] = {1, 2};
    auto plain = [](int n) { return n + 1; };
    CHECK(co_await p.map(plain, raw) == vector_of(2, 3));
    CHECK((co_await p.map(plain, std::vector<int>())).empty());
    int sum = 0;
    auto adds = [&](int n) { sum += n; };
    co_await p.map(adds, raw);  // nothing to give
    CHECK(sum == 3);
    std::vector<std::chrono::milliseconds> times{1ms, 2ms};
    auto naps = [](std::chrono::milliseconds t) { return green::sleep(t); };
    co_await p.map(naps, times);  // awaited, though it is no task
  });
}

TEST_CASE("map moves items and results that cannot be copied") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    std::vector<std::unique_ptr<int>> items;
    for (int i = 0; i < 5; ++i) items.push_back(std::make_unique<int>(i));
    auto twice =
        [](std::unique_ptr<int> n) -> green::task<std::unique_ptr<int>> {
      co_await green::sleep(1ms);
      *n *= 2;
      co_return n;
    };
    const auto results = co_await p.map(twice, std::move(items));
    REQUIRE(results.size() == 5);
    for (int i = 0; i < 5; ++i) CHECK(*results[std::size_t(i)] == 2 * i);
    std::vector<int> targets{1, 2};
    auto refers = [&](std::size_t i) -> int& { return targets[i]; };
    auto found = co_await p.map(refers, std::views::iota(0u, 2u));
    CHECK(&found[1].get() == &targets[1]);
    auto odd = [](int n) { return n % 2 == 1; };
    CHECK(co_await p.map(odd, vector_of(1, 2, 3)) ==
          vector_of(true, false, true));
  });
}

TEST_CASE("the first error of a map kills the rest and is thrown") {
  tests::run_virtual([]() -> green::task<> {
    pool p(3);
    int begun = 0, killed = 0;
    auto fails = [&](int n) -> green::task<> {
      ++begun;
      try {
        co_await green::sleep(std::chrono::milliseconds(n));
      } catch (const green::killed&) {
        ++killed;
        throw;
      }
      throw std::runtime_error(std::to_string(n));
    };
    const auto start = green::core::now();
    std::string what;
    try {
      co_await p.map(fails, vector_of(1000, 50, 1000, 1000, 1000));
    } catch (const std::runtime_error& e) {
      what = e.what();
    }
    CHECK(what == "50");
    CHECK(tests::since(start) == 50ms);
    CHECK(begun == 3);
    CHECK(killed == 2);
    CHECK(p.free_count() == 3);
  });
}

TEST_CASE("a map that fails does not wait for others' places") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    auto other = co_await p.spawn(sleeps, 1h);
    auto fails = [](int) -> green::task<> {
      co_await green::sleep(10ms);
      throw std::runtime_error("failed");
    };
    auto waits = [&]() -> green::task<> { co_await p.spawn(sleeps, 1h); };
    auto maps = [&]() -> green::task<> {
      co_await p.map(fails, vector_of(1, 2));
    };
    auto mapper = green::spawn(maps);
    co_await green::sleep(1ms);
    auto ahead = green::spawn(waits);  // the freed place is not the map's
    const auto start = green::core::now();
    co_await mapper.join();
    CHECK(tests::since(start) <= 10ms);
    CHECK_THROWS_AS(mapper.rethrow(), std::runtime_error);
    co_await p.kill();
    co_await ahead.join();
    co_await p.kill();
    CHECK(p.free_count() == 2);
  });
}

TEST_CASE("a kill or timeout of a map kills its items") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    int cleaned = 0;
    auto item = [&](int) -> green::task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      co_await green::sleep(20ms);
      ++cleaned;
    };
    auto maps = [&]() -> green::task<> {
      co_await p.map(item, vector_of(1, 2, 3));
    };
    auto mapper = green::spawn(maps);
    co_await green::sleep(1ms);
    auto start = green::core::now();
    co_await mapper.kill();
    CHECK(mapper.was_killed());
    CHECK(tests::since(start) == 20ms);
    CHECK(cleaned == 2);
    bool expired = false;
    try {
      co_await green::with_timeout(10ms, maps);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(cleaned == 4);
    CHECK(p.empty());
    CHECK(p.free_count() == 2);
  });
}

TEST_CASE("the items of a map can be killed as members of the pool") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    auto maps = [&]() -> green::task<> {
      co_await p.map(late, vector_of(1000, 1000, 1000));
    };
    auto mapper = green::spawn(maps);
    co_await green::sleep(1ms);
    co_await p.kill();
    co_await mapper.join();
    CHECK_THROWS_AS(mapper.rethrow(), green::greenlet_exit);
    CHECK(p.free_count() == 2);
  });
}

TEST_CASE("J8: a member maps over its own full pool") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    auto outer = [&]() -> green::task<std::vector<int>> {
      co_return co_await p.map(late, vector_of(3, 1, 2));
    };
    auto g = co_await p.spawn(outer);
    CHECK(co_await g.get() == vector_of(3, 1, 2));
    std::vector<int> order;
    auto streams = [&]() -> green::task<> {
      auto results = p.imap_unordered(late, vector_of(3, 1, 2));
      while (auto result = co_await results.next()) order.push_back(*result);
    };
    auto h = co_await p.spawn(streams);
    co_await h.get();
    CHECK(order == vector_of(3, 1, 2));
    CHECK(p.free_count() == 1);
  });
}

TEST_CASE("J10: imap in the order of the items, imap_unordered of their ends") {
  tests::run_virtual([]() -> green::task<> {
    pool p(3);
    std::vector<int> order;
    auto ordered = p.imap(late, vector_of(30, 10, 20));
    while (auto result = co_await ordered.next()) order.push_back(*result);
    CHECK(order == vector_of(30, 10, 20));
    order.clear();
    auto unordered = p.imap_unordered(late, vector_of(30, 10, 20));
    while (auto result = co_await unordered.next()) order.push_back(*result);
    CHECK(order == vector_of(10, 20, 30));
    CHECK_FALSE((co_await unordered.next()).has_value());
    CHECK(p.free_count() == 3);
  });
}

TEST_CASE("imap looks ahead as far as it may, and no farther") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    int begun = 0;
    auto counts = [&](int n) -> green::task<int> {
      ++begun;
      co_await green::sleep(1ms);
      co_return n;
    };
    auto results = p.imap(counts, std::views::iota(0));  // without an end
    co_await green::sleep(1s);
    CHECK(begun == 2);
    for (int i = 0; i < 10; ++i) CHECK(*co_await results.next() == i);
    co_await green::sleep(1s);
    CHECK(begun == 12);
    co_await results.stop();
    CHECK(p.empty());
    begun = 0;
    auto farther = p.imap_unordered(counts, std::views::iota(0), 5);
    co_await green::sleep(1s);
    CHECK(begun == 5);
    CHECK((co_await farther.next()).has_value());
    co_await green::sleep(1s);
    CHECK(begun == 6);
  });
}

TEST_CASE("imap throws an item's error in its turn, and goes on") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    auto odd_fails = [](int n) -> green::task<int> {
      co_await green::sleep(1ms);
      if (n % 2 == 1) throw std::runtime_error(std::to_string(n));
      co_return n;
    };
    auto results = p.imap(odd_fails, std::views::iota(0, 4));
    std::string got;
    for (bool more = true; more;) {
      try {
        const auto result = co_await results.next();
        more = result.has_value();
        if (more) got += std::to_string(*result) + " ";
      } catch (const std::runtime_error& e) {
        got += std::string("error ") + e.what() + " ";
      }
    }
    CHECK(got == "0 error 1 2 error 3 ");
  });
}

TEST_CASE("imap that is dropped kills its items") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    int killed = 0;
    auto item = [&](int n) -> green::task<int> {
      try {
        co_await green::sleep(n * 1ms);
      } catch (const green::killed&) {
        ++killed;
        throw;
      }
      co_return n;
    };
    {
      auto results = p.imap_unordered(item, vector_of(1, 1000, 1000), 3);
      CHECK(*co_await results.next() == 1);
      co_await green::sleep(5ms);
    }
    co_await p.join();
    CHECK(killed == 2);
    CHECK(p.free_count() == 2);
    {
      auto unused = p.imap(item, vector_of(1));
    }  // not even begun
    co_await green::sleep(5ms);
    CHECK(p.empty());
  });
}

TEST_CASE("what goes wrong in the range of an imap is thrown at the end") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    auto bad = [](int n) {
      if (n == 2) throw std::domain_error("bad item");
      return n;
    };
    auto range = std::views::iota(0, 5) | std::views::transform(bad);
    auto results = p.imap(late, range);
    CHECK(*co_await results.next() == 0);
    CHECK(*co_await results.next() == 1);
    bool thrown = false;
    try {
      co_await results.next();
    } catch (const std::domain_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK_FALSE((co_await results.next()).has_value());
    CHECK(p.free_count() == 2);
    bool thrown_by_map = false;
    try {
      co_await p.map(late, range);
    } catch (const std::domain_error&) {
      thrown_by_map = true;
    }
    CHECK(thrown_by_map);
    CHECK(p.free_count() == 2);
  });
}

TEST_CASE("a next that is killed takes no result") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    auto results = p.imap(late, vector_of(10, 20));
    auto takes = [&]() -> green::task<> { co_await results.next(); };
    auto taker = green::spawn(takes);
    co_await green::sleep(1ms);
    co_await taker.kill();
    bool expired = false;
    try {
      const green::timeout limit(1ms);
      co_await results.next();
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(*co_await results.next() == 10);
    CHECK(*co_await results.next() == 20);
    CHECK_FALSE((co_await results.next()).has_value());
  });
}

TEST_CASE("several may take from one imap") {
  tests::run_virtual([]() -> green::task<> {
    pool p(4);
    auto results = p.imap(late, vector_of(1, 2, 3, 4, 5, 6, 7, 8));
    int taken = 0, sum = 0;
    auto takes = [&]() -> green::task<> {
      while (auto result = co_await results.next()) {
        ++taken;
        sum += *result;
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 3; ++i) all.push_back(green::spawn(takes));
    co_await green::joinall(all);
    CHECK(taken == 8);
    CHECK(sum == 36);
  });
}

TEST_CASE("a pool may go before its members, its map and its imap") {
  tests::run_virtual([]() -> green::task<> {
    auto p = std::make_unique<pool>(1);
    auto g = co_await p->spawn(gives, 3);
    auto waiting = p->spawn(gives, 4);
    auto results = p->imap(late, vector_of(1, 2));
    p.reset();
    CHECK(co_await g.get() == 3);
    CHECK(co_await (co_await std::move(waiting)).get() == 4);
    CHECK(*co_await results.next() == 1);
    CHECK(*co_await results.next() == 2);
  });
}

TEST_CASE("a hub that ends in the middle of a map and an imap") {
  pool p(2);
  tests::run_virtual([&]() -> green::task<> {
    auto maps = [&]() -> green::task<> {
      co_await p.map(late, vector_of(1000, 1000, 1000));
    };
    auto streams = [&]() -> green::task<> {
      auto results = p.imap(late, vector_of(1000, 1000));
      co_await results.next();
    };
    green::spawn(maps);
    green::spawn(streams);
    co_await green::sleep(1ms);
  });
  CHECK(p.empty());
  CHECK(p.free_count() == 2);
}
