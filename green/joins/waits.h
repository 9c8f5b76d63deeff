// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "green/core/unawaited.h"
#include "green/joins/awaited_branch.h"
#include "green/joins/branches.h"
#include "green/joins/kept_result.h"

namespace green {

/// Can the result R of an awaited A go back where it came from?
template <class A, class R>
concept gives_back =
    requires(A& a, kept_result_t<R>& result) { a.give_back(result); };

/// Gives back the result of a branch that lost when_any. False when that is not
/// possible, or not now.
template <class R, class A>
bool give_back(A& awaitable, core::green_thread& ended) noexcept {
  if constexpr (gives_back<A, R>) {
    if constexpr (std::is_void_v<R>) {
      std::monostate nothing;
      awaitable.give_back(nothing);
    } else {
      auto& value = *static_cast<core::result_of<R>&>(ended).value();
      try {
        awaitable.give_back(value);
      } catch (...) {
        return false;  // the value is as it was
      }
    }
    return true;
  } else {
    return false;
  }
}

/// The result of when_any of several awaitables: the std::variant of the first
/// result. Others may also have had results before the kill reached them. Such
/// results as cannot go back are in `others`.
template <class... T>
class first_result : public std::variant<T...> {
 public:
  using rest = std::tuple<std::optional<T>...>;

  first_result(std::variant<T...> first, rest late)
      : std::variant<T...>(std::move(first)), others(std::move(late)) {}

  rest others;
};

/// The result of when_any of a range: `auto [index, value] = ...`. `others` is
/// as for several awaitables.
template <class T>
class first_element {
 public:
  using rest = std::vector<std::pair<std::size_t, T>>;

  first_element(std::size_t i, T v, rest late)
      : index(i), value(std::move(v)), others(std::move(late)) {}

  template <std::size_t I>
  auto& get() & noexcept {
    if constexpr (I == 0) {
      return index;
    } else {
      return value;
    }
  }
  template <std::size_t I>
  auto&& get() && noexcept {
    return std::move(this->template get<I>());
  }

  std::size_t index;
  T value;
  rest others;
};

/// The green threads of a fixed number of awaitables.
template <class... A>
class branches_of : public branches_wait {
 protected:
  template <class Given>
  using branch_of = awaited_branch<typename operand<Given>::expression>;
  using numbers = std::index_sequence_for<A...>;
  template <std::size_t I>
  using result =
      typename std::tuple_element_t<I, std::tuple<branch_of<A>...>>::result;

  branches_of(const char* what, policy rule, A&&... awaitables)
      : branches_wait(what, rule), awaitables_(std::forward<A>(awaitables)...) {
    std::apply([](auto&... a) { (core::leave_unawaited(a), ...); },
               awaitables_);
  }
  ~branches_of() = default;

  std::span<branch> make_branches() override {
    make(numbers());
    return branches_;
  }

  template <std::size_t I>
  auto take() {
    return take_result<result<I>>(*branches_[I].thread);
  }
  template <std::size_t I>
  bool take_back() noexcept {
    return give_back<result<I>>(std::get<I>(awaitables_), *branches_[I].thread);
  }

  std::array<branch, sizeof...(A)> branches_;

 private:
  template <std::size_t... I>
  void make(std::index_sequence<I...>) {
    ((branches_[I].thread =
          branch_of<A>::make(std::get<I>(awaitables_), spawned_from()),
      branches_[I].gives = !std::is_void_v<result<I>>),
     ...);
  }

  std::tuple<typename operand<A>::held...> awaitables_;
};

template <class... A>
class [[nodiscard("co_await it")]] when_all_wait final
    : public branches_of<A...> {
  using base = branches_of<A...>;

 public:
  explicit when_all_wait(A&&... awaitables)
      : base("when_all", base::policy::all, std::forward<A>(awaitables)...) {}

  auto await_resume() {
    this->finish_all();
    return results(typename base::numbers());
  }

 private:
  template <std::size_t... I>
  auto results(std::index_sequence<I...>) {
    return std::tuple<kept_result_t<typename base::template result<I>>...>{
        this->template take<I>()...};
  }
};

template <class... A>
class [[nodiscard("co_await it")]] when_any_wait final
    : public branches_of<A...> {
  using base = branches_of<A...>;
  static_assert(sizeof...(A) != 0, "when_any of nothing would never end");

 public:
  explicit when_any_wait(A&&... awaitables)
      : base("when_any", base::policy::any, std::forward<A>(awaitables)...) {}

  auto await_resume() {
    const auto& first = this->finish_any();
    return results(std::size_t(&first - this->branches_.data()),
                   typename base::numbers());
  }

 private:
  template <std::size_t... I>
  auto results(std::size_t first, std::index_sequence<I...>) {
    using given =
        first_result<kept_result_t<typename base::template result<I>>...>;
    std::optional<typename given::variant> value;
    typename given::rest others;
    const auto put = [&]<std::size_t N>(std::in_place_index_t<N> place) {
      if (N == first) {
        value.emplace(place, this->template take<N>());
      } else if (this->branches_[N].has_value() &&
                 !this->template take_back<N>()) {
        std::get<N>(others).emplace(this->template take<N>());
      }
    };
    (put(std::in_place_index<I>), ...);
    return given(std::move(*value), std::move(others));
  }
};

/// The green threads of a range of awaitables. Held is a container, or a
/// reference to one.
template <class Held>
class branches_of_range : public branches_wait {
  using element = std::ranges::range_reference_t<Held>;
  using branch_type = awaited_branch<typename operand<element>::expression>;

 protected:
  using result = typename branch_type::result;
  using kept = kept_result_t<result>;

  template <class Range>
  branches_of_range(const char* what, policy rule, Range&& range)
      : branches_wait(what, rule), range_(std::forward<Range>(range)) {
    for (auto& awaitable : range_) core::leave_unawaited(awaitable);
  }
  ~branches_of_range() = default;

  std::span<branch> make_branches() override {
    const auto count = std::size_t(std::ranges::distance(range_));
    if (count == 0 && needs_one()) {
      throw std::invalid_argument("when_any of nothing would never end");
    }
    branches_ = std::make_unique<branch[]>(count);
    all_ = {branches_.get(), count};
    auto next = all_.begin();
    for (auto& awaitable : range_) {
      (next++)->thread = branch_type::make(awaitable, spawned_from());
    }
    return all_;
  }

  static kept take(const branch& c) { return take_result<result>(*c.thread); }

  /// Calls f(place) for each other branch whose result does not go back.
  template <class F>
  void each_other(const branch& winner, F&& f) {
    std::size_t place = 0;
    for (auto& awaitable : range_) {
      const branch& c = all_[place++];
      if (&c == &winner || !c.has_value()) continue;
      if (!give_back<result>(awaitable, *c.thread)) f(place - 1);
    }
  }

  std::span<branch> all_;

 private:
  Held range_;
  std::unique_ptr<branch[]> branches_;
};

template <class Held>
class [[nodiscard("co_await it")]] when_all_range final
    : public branches_of_range<Held> {
  using base = branches_of_range<Held>;

 public:
  explicit when_all_range(Held&& range)
      : base("when_all", base::policy::all, std::forward<Held>(range)) {}

  auto await_resume() {
    this->finish_all();
    if constexpr (!std::is_void_v<typename base::result>) {
      std::vector<typename base::kept> results;
      results.reserve(this->all_.size());
      for (const auto& c : this->all_) results.push_back(base::take(c));
      return results;
    }
  }
};

template <class Held>
class [[nodiscard("co_await it")]] when_any_range final
    : public branches_of_range<Held> {
  using base = branches_of_range<Held>;

 public:
  explicit when_any_range(Held&& range)
      : base("when_any", base::policy::any, std::forward<Held>(range)) {}

  first_element<typename base::kept> await_resume() {
    const auto& first = this->finish_any();
    typename first_element<typename base::kept>::rest others;
    this->each_other(first, [&](std::size_t place) {
      others.emplace_back(place, base::take(this->all_[place]));
    });
    return {std::size_t(&first - this->all_.data()), base::take(first),
            std::move(others)};
  }
};

}  // namespace green

template <class T>
struct std::tuple_size<green::first_element<T>>
    : std::integral_constant<std::size_t, 2> {};
template <std::size_t I, class T>
struct std::tuple_element<I, green::first_element<T>> {
  using type = std::conditional_t<I == 0, std::size_t, T>;
};
