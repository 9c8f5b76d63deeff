// SPDX-License-Identifier: MIT
#pragma once

#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/awaited_child.h"
#include "green/when_waits.h"

namespace green {

/// A range of awaitables; those that it makes on the way are gathered first.
template <class Range>
concept when_range = std::ranges::input_range<Range> && !when_operand<Range> &&
                     when_operand<std::ranges::range_reference_t<Range>>;

template <class Range>
using held_range = std::conditional_t<
    std::is_lvalue_reference_v<std::ranges::range_reference_t<Range>>, Range,
    std::vector<std::ranges::range_value_t<Range>>>;

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

/// Awaits all at once, each in a green thread of its own: the std::tuple of
/// their results, std::monostate for void, std::reference_wrapper for a
/// reference. The first exception kills the rest and is thrown. A kill or
/// timeout kills all; but results that are complete in spite of it are given
/// first. Ends only when every one has ended, so they may use what lives in the
/// coroutine that awaits. Later exceptions are reported as unhandled.
///
/// Takes tasks and every other awaitable. What can be moved is moved in, a name
/// is used where it is (a task is consumed); a temporary that cannot be moved
/// (green::sleep(1s), g.join()) must be awaited in the same expression.
template <when_operand... A>
when_all_wait<A...> when_all(A&&... awaitables) {
  return when_all_wait<A...>(std::forward<A>(awaitables)...);
}
/// The same for a range: the std::vector of the results, or nothing for void.
template <when_range Range>
auto when_all(Range&& range) {
  return when_all_range<held_range<Range>>(
      hold_range(std::forward<Range>(range)));
}

/// Awaits all at once until the first ends, kills the others, and gives the
/// first result, as a std::variant whose index tells whose, when they have
/// ended. A result wins over an exception and over a kill that came too late:
/// an exception is thrown when there is no result at all, the first one. For
/// void it is std::monostate. The rest is as for when_all.
///
/// The kill may find a result that came meanwhile. It is in `others`, where
/// who waits for an item, a descriptor or a permit must look, or lose it:
///
///   auto first = co_await when_any(q.get(), green::sleep(1s));
///   if (first.index() == 0) use(std::get<0>(first));
///   if (auto& item = std::get<0>(first.others)) use(*item);
template <when_operand... A>
when_any_wait<A...> when_any(A&&... awaitables) {
  return when_any_wait<A...>(std::forward<A>(awaitables)...);
}
/// The same for a range: `auto [index, value]`. Of an empty one:
/// std::invalid_argument.
template <when_range Range>
auto when_any(Range&& range) {
  return when_any_range<held_range<Range>>(
      hold_range(std::forward<Range>(range)));
}

}  // namespace green
