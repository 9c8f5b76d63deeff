// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <initializer_list>
#include <ranges>
#include <utility>
#include <vector>

#include "green/core/join_set.h"
#include "green/core/sleep.h"
#include "green/error_handler.h"
#include "green/handle.h"
#include "green/hub/loop_exit.h"
#include "green/spawning.h"

namespace green {

using hub::loop_exit;

/// Waits for a duration, never less. sleep(0s) lets all others run first.
inline core::sleep_wait sleep(deadline until) {
  return core::sleep_wait(until);
}
inline core::yield_wait sleep() { return {}; }

/// The green thread that runs this; an empty handle outside of any.
any_greenlet getcurrent() noexcept;

/// Waits until all have ended, or the deadline has passed: those that have
/// ended, in the order of their ending. With raise_error, throws the first
/// error as soon as it comes.
template <class Greenlet>
task<std::vector<Greenlet>> joinall(std::vector<Greenlet> all,
                                    deadline until = deadline::never(),
                                    bool raise_error = false) {
  core::join_set ends;
  for (const Greenlet& g : all) ends.add(g.state());
  std::vector<Greenlet> ended;
  while (ended.size() < all.size()) {
    const std::size_t next = co_await ends.next(until);
    if (next == core::join_set::none) break;
    ended.push_back(all[next]);
    if (raise_error) ended.back().rethrow();
  }
  co_return ended;
}

template <std::ranges::input_range Range>
auto joinall(const Range& range, deadline until = deadline::never(),
             bool raise_error = false) {
  using handle = std::ranges::range_value_t<Range>;
  return joinall(
      std::vector<handle>(std::ranges::begin(range), std::ranges::end(range)),
      until, raise_error);
}

/// Kills all and waits until they are dead, or the deadline has passed.
template <class Greenlet>
task<> killall(std::vector<Greenlet> all, deadline until = deadline::never()) {
  for (const Greenlet& g : all) g.kill_nowait();
  co_await joinall(std::move(all), until);
}

template <std::ranges::input_range Range>
auto killall(const Range& range, deadline until = deadline::never()) {
  using handle = std::ranges::range_value_t<Range>;
  return killall(
      std::vector<handle>(std::ranges::begin(range), std::ranges::end(range)),
      until);
}

}  // namespace green
