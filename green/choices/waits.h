// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "green/choices/arms.h"
#include "green/core/choice.h"

namespace green {

/// choose of a fixed number of cases. Given are their types, as those of
/// forwarding references.
template <class... Given>
class [[nodiscard("co_await it")]] choose_wait final
    : public core::choice_wait {
  static_assert((otherwise_case<Given> + ... + 0) <= 1,
                "choose takes one otherwise, because a second one would never "
                "be chosen");
  using numbers = std::index_sequence_for<Given...>;

 public:
  using result = std::variant<typename arm_of<Given>::kept...>;

  explicit choose_wait(Given&&... given)
      : arms_(std::forward<Given>(given)...) {
    gather(numbers());
  }

  result await_resume() { return take_from<0>(finish()); }

 private:
  static constexpr std::size_t waits = (waiting_case<Given> + ... + 0);
  static constexpr std::size_t alarms =
      sizeof...(Given) - waits - (otherwise_case<Given> + ... + 0);

  template <std::size_t... I>
  void gather(std::index_sequence<I...>) noexcept {
    cases all;
    auto place = places_.begin();
    auto alarm = alarms_.begin();
    const auto add = [&](auto& arm, std::size_t index) {
      if constexpr (requires { arm.place(); }) {
        arm.place().index = index;
        *place++ = &arm.place();
      } else if constexpr (requires { arm.alarm(); }) {
        arm.alarm().index = index;
        *alarm++ = &arm.alarm();
      } else {
        all.otherwise = index;
      }
    };
    (add(std::get<I>(arms_), I), ...);
    by_queue_ = places_;
    all.places = places_;
    all.by_queue = by_queue_;
    all.alarms = alarms_;
    consists_of(all);
  }

  bool taken_at_once(std::size_t index) noexcept override {
    bool late = false;
    const auto look = [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((I == index ? void(late = std::get<I>(arms_).taken_at_once()) : void()),
       ...);
    };
    look(numbers());
    return late;
  }

  template <std::size_t I>
  result take_from(std::size_t index) {
    if constexpr (I + 1 < sizeof...(Given)) {
      if (index != I) return take_from<I + 1>(index);
    }
    return result(std::in_place_index<I>, std::get<I>(arms_).take());
  }

  std::tuple<arm_of<Given>...> arms_;
  std::array<core::choice_place*, waits> places_;
  std::array<core::choice_place*, waits> by_queue_;
  std::array<core::choice_alarm*, alarms> alarms_;
};

/// choose of a range of cases. Those of a container that is an rvalue are moved
/// out.
template <class Range>
class [[nodiscard("co_await it")]] choose_range_wait final
    : public core::choice_wait {
  using element = std::ranges::range_reference_t<Range>;
  static constexpr bool moves = !std::is_lvalue_reference_v<Range> &&
                                !std::ranges::view<std::remove_cvref_t<Range>>;
  using arm = waiting_arm<
      std::conditional_t<moves, std::remove_reference_t<element>, element>>;

 public:
  using result = std::pair<std::size_t, typename arm::kept>;

  explicit choose_range_wait(Range&& range) {
    for (auto&& each : range) {
      arms_.emplace_back(static_cast<typename arm::given&&>(each));
    }
    if (arms_.empty()) {
      throw std::invalid_argument("choose of nothing would wait for ever");
    }
    for (arm& a : arms_) {
      a.place().index = places_.size();
      places_.push_back(&a.place());
    }
    by_queue_ = places_;
    cases all;
    all.places = places_;
    all.by_queue = by_queue_;
    consists_of(all);
  }

  result await_resume() {
    const std::size_t index = finish();
    return result(index, arms_[index].take());
  }

 private:
  bool taken_at_once(std::size_t index) noexcept override {
    return arms_[index].taken_at_once();
  }

  std::deque<arm> arms_;  // they stay where they are
  std::vector<core::choice_place*> places_;
  std::vector<core::choice_place*> by_queue_;
};

}  // namespace green
