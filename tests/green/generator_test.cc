// SPDX-License-Identifier: MIT
#include "green/generator"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>
#include <version>

#include "green/green.h"
#include "green/greenlet.h"
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

template <class G>
auto all_of(G g) -> task<std::vector<typename G::next_type>> {
  std::vector<typename G::next_type> all;
  while (auto each = co_await g.next()) all.push_back(std::move(*each));
  co_return all;
}

using ints = std::vector<int>;

// The types are those of the standard.
static_assert(std::is_same_v<generator<int>::reference, int&&>);
static_assert(std::is_same_v<generator<int>::yielded, int&&>);
static_assert(std::is_same_v<generator<int&>::reference, int&>);
static_assert(std::is_same_v<generator<const int&>::yielded, const int&>);
using views = generator<std::string_view, std::string>;
static_assert(std::is_same_v<views::reference, std::string_view>);
static_assert(std::is_same_v<views::yielded, const std::string_view&>);
static_assert(std::is_same_v<views::iterator::value_type, std::string>);
static_assert(std::is_same_v<
              decltype(std::declval<generator<int>&>().begin().await_resume()),
              generator<int>::iterator>);
static_assert(std::is_same_v<
              decltype(std::declval<generator<int>&>().next().await_resume()),
              std::optional<int>>);
static_assert(!std::is_copy_constructible_v<generator<int>>);
static_assert(!std::is_default_constructible_v<generator<int>>);
static_assert(std::is_nothrow_move_constructible_v<generator<int>>);
static_assert(!std::is_copy_constructible_v<generator<int>::iterator>);
static_assert(std::is_move_assignable_v<generator<int>::iterator>);
static_assert(!std::ranges::range<generator<int>>);

}  // namespace

#ifdef __cpp_lib_generator
#include <generator>

namespace {

// With a library that has it, the original is the judge.
template <class... Parameters>
constexpr bool mirrored =
    std::is_same_v<
        std::ranges::range_reference_t<std::generator<Parameters...>>,
        typename generator<Parameters...>::reference> &&
    std::is_same_v<std::ranges::range_value_t<std::generator<Parameters...>>,
                   typename generator<Parameters...>::iterator::value_type>;
static_assert(mirrored<int>);
static_assert(mirrored<int&>);
static_assert(mirrored<const int&>);
static_assert(mirrored<std::string_view, std::string>);

}  // namespace
#endif

TEST_CASE("the loop of the contract gives each element") {
  const ints given = green::run([]() -> task<ints> {
    ints all;
    auto g = count(1, 4);
    for (auto it = co_await g.begin(); it != g.end(); co_await ++it) {
      all.push_back(*it);
    }
    CHECK_FALSE(co_await g.next());
    co_return all;
  });
  CHECK(given == ints{1, 2, 3});
}

TEST_CASE("next gives each element, and then none") {
  green::run([]() -> task<> {
    auto g = count(0, 2);
    CHECK(co_await g.next() == std::optional(0));
    CHECK(co_await g.next() == std::optional(1));
    CHECK(co_await g.next() == std::nullopt);
    CHECK(co_await g.next() == std::nullopt);
    auto none = count(0, 0);
    const auto it = co_await none.begin();
    CHECK(it == none.end());
  });
}

TEST_CASE("begin of one that has begun goes on, and it++ is awaited too") {
  green::run([]() -> task<> {
    auto g = count(0, 5);
    CHECK(*co_await g.next() == 0);
    auto it = co_await g.begin();
    CHECK(*it == 1);
    co_await it++;
    CHECK(*it == 2);
    auto moved = std::move(g);
    auto other = std::move(it);
    CHECK(*co_await ++other == 3);
    CHECK(*co_await moved.next() == 4);
    CHECK_FALSE(co_await moved.next());
  });
}

TEST_CASE("the body awaits, and runs only when it is asked") {
  tests::virtual_time time;
  strings log;
  auto body = [&]() -> generator<int> {
    log.push_back("begins");
    co_await green::sleep(1s);
    co_yield 1;
    co_await green::sleep(1s);
    log.push_back("ends");
  };
  green::run([&]() -> task<> {
    auto g = body();
    co_await green::sleep(1s);
    CHECK(log.empty());
    auto other = green::spawn([&]() -> task<> {
      co_await green::sleep(1500ms);
      log.push_back("another");
    });
    CHECK(co_await g.next() == std::optional(1));
    CHECK(log == strings{"begins"});
    CHECK_FALSE(co_await g.next());
    CHECK(log == strings{"begins", "another", "ends"});
    co_await other.join();
  });
}

TEST_CASE("elements that cannot be copied are moved out") {
  auto body = []() -> generator<std::unique_ptr<int>> {
    auto one = std::make_unique<int>(1);
    co_yield std::move(one);
    co_yield std::make_unique<int>(2);
  };
  green::run([&]() -> task<> {
    auto g = body();
    std::unique_ptr<int> first = std::move(*co_await g.next());
    auto it = co_await g.begin();
    std::unique_ptr<int> second = *it;
    CHECK(*first + *second == 3);
  });
}

TEST_CASE("an lvalue is copied where a value is wanted") {
  auto body = [](std::string& mine) -> generator<std::string> {
    co_yield mine;
    mine += "!";
    co_yield std::as_const(mine);
  };
  green::run([&]() -> task<> {
    std::string mine = "a long enough string to be allocated";
    auto g = body(mine);
    CHECK((co_await g.next())->size() == 36);
    CHECK(mine.size() == 36);
    CHECK((co_await g.next())->size() == 37);
    CHECK(mine.size() == 37);
  });
}

TEST_CASE("of references it lends the objects themselves") {
  auto body = [](ints& lent) -> generator<int&> {
    for (int& each : lent) co_yield each;
  };
  green::run([&]() -> task<> {
    ints lent{1, 2, 3};
    auto g = body(lent);
    (co_await g.next())->get() = 10;
    for (auto it = co_await g.begin(); it != g.end(); co_await ++it) *it *= 2;
    CHECK(lent == ints{10, 4, 6});
  });
}

TEST_CASE("a view is given as its value") {
  auto body = []() -> views {
    const std::string kept = "kept";
    co_yield kept;
    co_yield "text";
  };
  const strings all =
      green::run([&]() -> task<strings> { return all_of(body()); });
  CHECK(all == strings{"kept", "text"});
}

TEST_CASE("elements_of gives those of a generator and of ranges") {
  auto body = []() -> generator<int> {
    co_yield 0;
    co_yield elements_of(count(1, 3));
    co_yield elements_of(count(0, 0));
    auto begun = count(2, 5);
    CHECK(*co_await begun.next() == 2);
    co_yield elements_of(begun);
    const ints five{5, 6};
    co_yield elements_of(five);
    auto seven = std::make_unique<int>(7);
    co_yield elements_of(std::views::single(*seven));
    co_yield elements_of(std::views::iota(8, 10));
  };
  const ints all = green::run([&]() -> task<ints> { return all_of(body()); });
  CHECK(all == ints{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("elements_of converts the elements of another type") {
  auto words = []() -> generator<const char*> {
    co_yield "one";
    co_await green::sleep();
    co_yield "two";
  };
  auto body = [&]() -> generator<std::string> {
    co_yield elements_of(words());
    auto named = words();
    co_yield elements_of(named);
  };
  const strings all =
      green::run([&]() -> task<strings> { return all_of(body()); });
  CHECK(all == strings{"one", "two", "one", "two"});
}

namespace {

// As std::ranges::elements_of of C++23.
template <class Range, class Allocator>
struct standard_elements_of {
  Range range;
  Allocator allocator;
};

struct tree {
  int value = 0;
  std::unique_ptr<tree> left{}, right{};

  generator<const int&> in_order() const {
    if (left) co_yield elements_of(left->in_order());
    co_yield value;
    if (right) co_yield elements_of(right->in_order());
  }
};

generator<int> down(int depth, int elements) {
  if (depth != 0) {
    co_yield elements_of(down(depth - 1, elements));
  } else {
    for (int i = 0; i != elements; ++i) co_yield i;
  }
}

}  // namespace

TEST_CASE("elements_of of C++23 may stand in the place of green's") {
  auto body = []() -> generator<int> {
    using allocator = std::allocator<std::byte>;
    co_yield standard_elements_of<generator<int>&&, allocator>{count(0, 2), {}};
    const ints more{2, 3};
    co_yield standard_elements_of<const ints&, allocator>{more, {}};
  };
  const ints all = green::run([&]() -> task<ints> { return all_of(body()); });
  CHECK(all == ints{0, 1, 2, 3});
}

TEST_CASE("a recursion gives the elements in order") {
  auto leaf = [](int n) { return std::make_unique<tree>(tree{n}); };
  tree root{4};
  root.left = leaf(2);
  root.left->left = leaf(1);
  root.left->right = leaf(3);
  root.right = leaf(5);
  green::run([&]() -> task<> {
    int expected = 0;
    auto g = root.in_order();
    for (auto it = co_await g.begin(); it != g.end(); co_await ++it) {
      CHECK(*it == ++expected);
    }
    CHECK(expected == 5);
  });
}

TEST_CASE("a deep recursion is resumed, ended and dropped on a bounded stack") {
  green::run([]() -> task<> {
    int sum = 0;
    auto g = down(100'000, 3);
    for (auto it = co_await g.begin(); it != g.end(); co_await ++it) sum += *it;
    CHECK(sum == 3);
    auto dropped = down(100'000, 3);
    CHECK(co_await dropped.next() == std::optional(0));
  });
}

TEST_CASE("the stack stands at the same place after a million elements") {
  auto place = [] {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  };
  auto body = [&](std::uintptr_t& deepest) -> generator<int> {
    for (int i = 0; i != 1'000'000; ++i) {
      co_yield i;
      deepest = std::min(deepest, place());
    }
  };
  green::run([&]() -> task<> {
    const std::uintptr_t first = place();
    std::uintptr_t deepest = first;
    int given = 0;
    auto g = body(deepest);
    for (auto it = co_await g.begin(); it != g.end(); co_await ++it) ++given;
    CHECK(given == 1'000'000);
    CHECK(first - deepest < 16'384);
  });
}

TEST_CASE("elements that are there at once let others run") {
  green::run([]() -> task<> {
    bool ran = false;
    const auto other = green::spawn([&] { ran = true; });
    auto endless = []() -> generator<int> {
      for (;;) co_yield 0;
    };
    auto g = endless();
    while (!ran) co_await g.next();
    // A generator without elements does the same.
    bool again = false;
    const auto another = green::spawn([&] { again = true; });
    auto none = count(0, 0);
    while (!again) co_await none.next();
    co_await other.join();
    co_await another.join();
  });
}
