// SPDX-License-Identifier: MIT
//
// Awaits several things at the same time: all of them, or the first.
//
//   green::event ready;
//   auto one = []() -> green::task<int> { co_return 1; };
//   auto two = []() -> green::task<std::string> { co_return "two"; };
//   auto [n, s] = co_await green::when_all(one(), two());
//   auto first = co_await green::when_any(ready.wait(), green::sleep(10ms));
//   std::printf("%d %s %zu\n", n, s.c_str(), first.index());
//   std::vector<green::task<int>> many;
//   for (int i = 0; i < 10; ++i) many.push_back(one());
//   std::vector<int> ones = co_await green::when_all(many);
//
// A kill or timeout kills all that is awaited, and is thrown when all have
// ended; complete results win over it (docs/contract.md). All run on the hub
// and thread of the one that awaits, each in a green thread of its own.
#pragma once

#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/joins/awaited_branch.h"
#include "green/joins/waits.h"

namespace green {

/// A range of awaitables. A range that makes them on the way is read first.
template <class Range>
concept when_range = std::ranges::input_range<Range> && !when_operand<Range> &&
                     when_operand<std::ranges::range_reference_t<Range>>;

/// The range itself, or a vector of the awaitables that it makes.
template <class Range>
using held_range = std::conditional_t<
    std::is_lvalue_reference_v<std::ranges::range_reference_t<Range>>, Range,
    std::vector<std::ranges::range_value_t<Range>>>;

/// Makes a held_range.
template <class Range>
decltype(auto) hold_range(Range&& range) {
  if constexpr (std::is_same_v<held_range<Range>, Range>) {
    return std::forward<Range>(range);
  } else {
    held_range<Range> all;
    for (auto&& awaitable : range) {
      all.push_back(std::forward<decltype(awaitable)>(awaitable));
    }
    return all;
  }
}

/// Awaits all. Returns the std::tuple of their results, with std::monostate for
/// void and std::reference_wrapper for a reference. The first exception kills
/// the rest and is thrown; later ones are reported as unhandled. It ends when
/// all have ended, so that they may use variables of the caller.
///
/// Takes tasks and every other awaitable. An rvalue that can be moved is moved
/// in. A variable is used where it is, and a task of that kind is consumed. An
/// rvalue that cannot be moved (green::sleep(1s), g.join()) must be awaited in
/// the same expression.
template <when_operand... A>
when_all_wait<A...> when_all(A&&... awaitables) {
  return when_all_wait<A...>(std::forward<A>(awaitables)...);
}
/// The same for a range. Returns the std::vector of the results, or nothing if
/// they are void.
template <when_range Range>
auto when_all(Range&& range) {
  return when_all_range<held_range<Range>>(
      hold_range(std::forward<Range>(range)));
}

/// Awaits all until the first ends, kills the others, and waits for their ends.
/// Returns the first result, in a std::variant whose index is its place, with
/// std::monostate for void. A result wins over an exception. If there is no
/// result, the first exception is thrown. The rest is as for when_all.
///
/// A loser may have its own result before the kill reaches it. A result that is
/// not void wins over one that is, so that a wait beside a sleep loses nothing.
/// The item of a queue that lost is the queue's next again; a permit or a lock
/// is given back. Other results that lost, as descriptors, are in `others`:
///
///   auto first = co_await when_any(accept(a, 0, 0), accept(b, 0, 0));
///   use(first.index(), std::visit(std::identity(), first));
///   if (auto& fd = std::get<0>(first.others)) use(0, *fd);
///   if (auto& fd = std::get<1>(first.others)) use(1, *fd);
template <when_operand... A>
when_any_wait<A...> when_any(A&&... awaitables) {
  return when_any_wait<A...>(std::forward<A>(awaitables)...);
}
/// The same for a range. Returns a pair: `auto [index, value]`. Throws
/// std::invalid_argument if the range is empty.
template <when_range Range>
auto when_any(Range&& range) {
  return when_any_range<held_range<Range>>(
      hold_range(std::forward<Range>(range)));
}

}  // namespace green
