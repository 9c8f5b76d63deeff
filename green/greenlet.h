// SPDX-License-Identifier: MIT
//
// gevent's greenlets: green threads with a handle, to join, kill and link.
//
//   auto work = [](int n) -> green::task<int> {
//     co_await green::sleep(10ms);
//     co_return n;
//   };
//   green::greenlet<int> one = green::spawn(work, 1);
//   auto later = green::spawn_later(1s, work, 2);
//   int n = co_await one.get();       // its value, or throws its exception
//   co_await later.kill();            // returns when it is dead
//   std::vector<green::greenlet<int>> all = {one, later};
//   auto ended = co_await green::joinall(all, 5s);
//
// A kill or timeout of the one that waits is thrown, and leaves the greenlet
// alone (docs/contract.md). A handle may be used from any thread, but name,
// set_name and link only on the greenlet's own.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <ranges>
#include <utility>
#include <vector>

#include "green/core/join_set.h"
#include "green/core/sleep.h"
#include "green/error_handler.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawning.h"
#include "green/hub/loop_exit.h"

namespace green {

using hub::loop_exit;

/// gevent.sleep: waits for a duration, or until a point in time; never less.
/// sleep(0s), and sleep(), let all others that are ready run first.
inline core::sleep_wait sleep(deadline until) {
  return core::sleep_wait(until);
}
inline core::yield_wait sleep() { return {}; }
/// gevent's sleep(0.5), for which <unistd.h>'s sleep would take 0, does not
/// compile.
template <std::floating_point Seconds>
core::yield_wait sleep(Seconds) {
  static_assert(!std::floating_point<Seconds>,
                "sleep takes a duration: write green::sleep(500ms), with using "
                "namespace std::chrono_literals");
  return {};
}

/// gevent.getcurrent: the green thread that calls it. From a thread that runs
/// none, an empty handle.
any_greenlet getcurrent() noexcept;

/// gevent.joinall: the greenlets, in braces. A std::initializer_list cannot
/// stand in an expression that g++ 12 awaits.
class greenlet_list {
 public:
  /// Handles of any types.
  template <std::derived_from<any_greenlet>... Greenlets>
  greenlet_list(const Greenlets&... all) {
    handles_.reserve(sizeof...(all));
    (handles_.push_back(all), ...);
  }

  /// The same handles.
  std::vector<any_greenlet> handles() && { return std::move(handles_); }

 private:
  std::vector<any_greenlet> handles_;
};

/// A number of greenlets, which is no bool.
template <class N>
concept greenlet_count = std::integral<N> && !std::same_as<N, bool>;

/// gevent.joinall: waits until all, or `count`, have ended, or the deadline has
/// passed. Returns those that have ended, in the order of their ends. With
/// raise_error, throws the first error as soon as it comes.
template <class Greenlet, greenlet_count Count>
task<std::vector<Greenlet>> joinall(std::vector<Greenlet> all, deadline until,
                                    Count count, bool raise_error = false) {
  core::join_set ends;
  for (const Greenlet& g : all) ends.add(g.state());
  std::vector<Greenlet> ended;
  while (ended.size() < static_cast<std::size_t>(count)) {
    const std::size_t next = co_await ends.next(until);
    if (next == core::join_set::none) break;
    ended.push_back(all[next]);
    if (raise_error) ended.back().rethrow();
  }
  co_return ended;
}
template <class Greenlet>
task<std::vector<Greenlet>> joinall(std::vector<Greenlet> all,
                                    deadline until = deadline::never(),
                                    bool raise_error = false) {
  const std::size_t count = all.size();
  return green::joinall(std::move(all), until, count, raise_error);
}

/// The same for joinall({a, b}), whatever the results of the greenlets are.
template <greenlet_count Count>
task<std::vector<any_greenlet>> joinall(greenlet_list all, deadline until,
                                        Count count, bool raise_error = false) {
  return green::joinall(std::move(all).handles(), until, count, raise_error);
}
inline task<std::vector<any_greenlet>> joinall(
    greenlet_list all, deadline until = deadline::never(),
    bool raise_error = false) {
  return green::joinall(std::move(all).handles(), until, raise_error);
}

/// The same for a range.
template <std::ranges::input_range Range, greenlet_count Count>
auto joinall(const Range& range, deadline until, Count count,
             bool raise_error = false) {
  using handle = std::ranges::range_value_t<Range>;
  return green::joinall(
      std::vector<handle>(std::ranges::begin(range), std::ranges::end(range)),
      until, count, raise_error);
}
template <std::ranges::input_range Range>
auto joinall(const Range& range, deadline until = deadline::never(),
             bool raise_error = false) {
  using handle = std::ranges::range_value_t<Range>;
  return green::joinall(
      std::vector<handle>(std::ranges::begin(range), std::ranges::end(range)),
      until, raise_error);
}

/// gevent.killall: kills all, and waits until they are dead or the deadline has
/// passed.
template <class Greenlet>
task<> killall(std::vector<Greenlet> all, deadline until = deadline::never()) {
  for (const Greenlet& g : all) g.kill_nowait();
  co_await green::joinall(std::move(all), until);
}

/// The same for killall({a, b}).
inline task<> killall(greenlet_list all, deadline until = deadline::never()) {
  return green::killall(std::move(all).handles(), until);
}

template <std::ranges::input_range Range>
auto killall(const Range& range, deadline until = deadline::never()) {
  using handle = std::ranges::range_value_t<Range>;
  return green::killall(
      std::vector<handle>(std::ranges::begin(range), std::ranges::end(range)),
      until);
}

}  // namespace green
