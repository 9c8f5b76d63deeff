// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "green/choices/case.h"
#include "green/core/deadline.h"
#include "green/core/join_set.h"

namespace green {

/// The handles that iwait was given, and their ends.
template <class Greenlet>
struct awaited_ends {
  explicit awaited_ends(std::vector<Greenlet> handles)
      : all(std::move(handles)) {
    for (const Greenlet& g : all) ends.add(g.state());
  }

  const std::vector<Greenlet> all;
  core::join_set ends;
};

/// next of iwait.
template <class Greenlet>
class [[nodiscard("co_await it")]] next_ended_wait final
    : public core::join_set::next_wait {
 public:
  explicit next_ended_wait(
      awaited_ends<Greenlet>& from,
      core::deadline until = core::deadline::never()) noexcept
      : next_wait(from.ends, until), from_(&from) {}

  std::optional<Greenlet> await_resume() {
    const std::size_t next = next_wait::await_resume();
    if (next == core::join_set::none) return std::nullopt;
    return from_->all[next];
  }

 private:
  awaited_ends<Greenlet>* from_;
};

/// What iwait gives: the greenlets that have ended, one by one.
template <class Greenlet>
class ended_greenlets {
  using state = awaited_ends<Greenlet>;

 public:
  using ended_case =
      choice_case<next_ended_wait<Greenlet>, state*, std::optional<Greenlet>>;

  /// Of these greenlets.
  ended_greenlets(std::vector<Greenlet> all, core::deadline until)
      : state_(std::make_unique<state>(std::move(all))), until_(until) {}

  /// The next one that has ended. None after the last, or when iwait's deadline
  /// has passed first. Several green threads may call it at the same time.
  next_ended_wait<Greenlet> next() {
    return next_ended_wait<Greenlet>(*state_, until_);
  }
  /// The same with another deadline.
  next_ended_wait<Greenlet> next(core::deadline until) {
    return next_ended_wait<Greenlet>(*state_, until);
  }
  /// next, without a deadline, as a case of choose.
  ended_case next_case() noexcept { return ended_case(state_.get()); }

 private:
  std::unique_ptr<state> state_;
  core::deadline until_;
};

}  // namespace green
