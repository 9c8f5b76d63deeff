// SPDX-License-Identifier: MIT
//
// Go's select: waits for several things, of which exactly one happens.
//
//   green::queue<int> jobs;
//   green::channel<int> results;
//   green::event stop;
//   auto answer = results.put_case(42);
//   auto chosen = co_await green::choose(jobs.get_case(), answer,
//                                        stop.wait_case(), 1s);
//   if (chosen.index() == 0) std::printf("job %d\n", std::get<0>(chosen));
//   if (chosen.index() == 3) std::puts("nothing for a second");
//   auto now = co_await green::choose(jobs.get_case(), green::otherwise);
//   if (now.index() == 1) std::puts("no job is there");
//
// A kill or timeout is thrown, unless a case has happened before. Nothing is
// taken or put then (docs/contract.md). The cases may be served on any thread.
// when_any of when.h starts all that it is given, and so is for calls. choose
// starts nothing.
#pragma once

#include <ranges>
#include <utility>
#include <vector>

#include "green/choices/arms.h"
#include "green/choices/waits.h"
#include "green/core/deadline.h"
#include "green/greenlet.h"
#include "green/greenlets/ended.h"

namespace green {

/// The case that happens when no other is ready. So choose does not wait, as
/// Go's select with a default.
inline constexpr otherwise_t otherwise{};

/// A range of cases of one type.
template <class Range>
concept choose_range = std::ranges::input_range<Range> &&
                       waiting_case<std::ranges::range_reference_t<Range>>;

template <class... A>
concept choose_operands = sizeof...(A) != 0 && (choose_operand<A> && ...);
template <class... A>
concept choose_ranges = sizeof...(A) == 1 && (choose_range<A> && ...);

/// Waits until one of the cases can happen, and lets that one happen. Returns
/// its result in a std::variant whose index is its place, with std::monostate
/// for void. If several are ready, each has its turn when choose is called
/// again and again.
///
/// get_case, next_case and put_case are those of queues and channels. Others
/// are get_case of an async_result or greenlet, join_case of a handle,
/// wait_case of an event, and acquire_case of a semaphore. A duration or a
/// point in time is a case, too, and `otherwise` is one.
///
/// A case is ready if its function would not wait. If that function throws, so
/// does choose. Thus a closed queue is ready: get_case and put_case throw
/// queue_closed, and next_case gives an empty optional.
///
/// put_case keeps its value until the value is put. If another case happens, or
/// choose throws, a put_case that is a variable has the value again. That of a
/// temporary put_case is gone, as that of a put that throws.
///
/// At the start all queues of the cases are locked for a moment, at the same
/// time. Therefore a choice that waits for nothing but others has seen all of
/// them as they were together.
template <class... A>
  requires choose_operands<A...>
choose_wait<A...> choose(A&&... cases) {
  return choose_wait<A...>(std::forward<A>(cases)...);
}
/// The same for a range. Returns a pair: `auto [index, value]`. Throws
/// std::invalid_argument if the range is empty.
template <choose_range Range>
choose_range_wait<Range> choose(Range&& cases) {
  return choose_range_wait<Range>(std::forward<Range>(cases));
}
/// What is no case does not compile.
template <class... A>
  requires(!choose_operands<A...> && !choose_ranges<A...>)
choose_wait<core::deadline> choose(A&&...) {
  static_assert(sizeof...(A) != 0,
                "choose of nothing would wait for ever: give it a case, as in "
                "choose(q.get_case(), 1s)");
  static_assert(sizeof...(A) == 0,
                "choose takes cases, deadlines and green::otherwise: write "
                "q.get_case() in place of q.get()");
  return choose_wait<core::deadline>(core::deadline::never());
}

/// gevent.iwait: gives the greenlets one by one, each when it has ended, in the
/// order of their ends. `next` gives none after the last one, or once the
/// deadline has passed.
///
///   auto ended = green::iwait(all, 5s);
///   while (auto g = co_await ended.next()) use(*g);
template <class Greenlet>
ended_greenlets<Greenlet> iwait(std::vector<Greenlet> all,
                                deadline until = deadline::never()) {
  return ended_greenlets<Greenlet>(std::move(all), until);
}
/// The same for iwait({a, b}), whatever the results of the greenlets are.
inline ended_greenlets<any_greenlet> iwait(greenlet_list all,
                                           deadline until = deadline::never()) {
  return green::iwait(std::move(all).handles(), until);
}
template <std::ranges::input_range Range>
auto iwait(const Range& range, deadline until = deadline::never()) {
  using handle = std::ranges::range_value_t<Range>;
  return green::iwait(
      std::vector<handle>(std::ranges::begin(range), std::ranges::end(range)),
      until);
}

}  // namespace green
