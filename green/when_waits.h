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

#include "green/awaited_child.h"
#include "green/children.h"
#include "green/core/unawaited.h"
#include "green/kept_result.h"

namespace green {

/// What when_any gives of several awaitables: the std::variant of the first
/// result. In a tie, when others had their results too before the kill reached
/// them, those are in `others`, so that no descriptor and no item is lost.
template <class... T>
class first_result : public std::variant<T...> {
 public:
  using rest = std::tuple<std::optional<T>...>;

  first_result(std::variant<T...> first, rest late)
      : std::variant<T...>(std::move(first)), others(std::move(late)) {}

  rest others;
};

/// What when_any gives of a range: `auto [index, value] = ...`. `others` is as
/// for several awaitables.
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
class children_of : public children_wait {
 protected:
  template <class Given>
  using child_of = awaited_child<typename operand<Given>::expression>;
  using numbers = std::index_sequence_for<A...>;
  template <std::size_t I>
  using result =
      typename std::tuple_element_t<I, std::tuple<child_of<A>...>>::result;

  children_of(const char* what, policy rule, A&&... awaitables)
      : children_wait(what, rule), awaitables_(std::forward<A>(awaitables)...) {
    std::apply([](auto&... a) { (core::leave_unawaited(a), ...); },
               awaitables_);
  }
  ~children_of() = default;

  std::span<child> make_children() override {
    make(numbers());
    return children_;
  }

  template <std::size_t I>
  auto take() {
    return take_result<result<I>>(*children_[I].thread);
  }

  std::array<child, sizeof...(A)> children_;

 private:
  template <std::size_t... I>
  void make(std::index_sequence<I...>) {
    ((children_[I].thread =
          child_of<A>::make(std::get<I>(awaitables_), spawned_from())),
     ...);
  }

  std::tuple<typename operand<A>::held...> awaitables_;
};

template <class... A>
class [[nodiscard]] when_all_wait final : public children_of<A...> {
  using base = children_of<A...>;

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
class [[nodiscard]] when_any_wait final : public children_of<A...> {
  using base = children_of<A...>;
  static_assert(sizeof...(A) != 0, "when_any of nothing would never end");

 public:
  explicit when_any_wait(A&&... awaitables)
      : base("when_any", base::policy::any, std::forward<A>(awaitables)...) {}

  auto await_resume() {
    const auto& first = this->finish_any();
    return results(std::size_t(&first - this->children_.data()),
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
      } else if (this->children_[N].has_value()) {
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
class children_of_range : public children_wait {
  using element = std::ranges::range_reference_t<Held>;
  using child_type = awaited_child<typename operand<element>::expression>;

 protected:
  using result = typename child_type::result;
  using kept = kept_result_t<result>;

  template <class Range>
  children_of_range(const char* what, policy rule, Range&& range)
      : children_wait(what, rule), range_(std::forward<Range>(range)) {
    for (auto& awaitable : range_) core::leave_unawaited(awaitable);
  }
  ~children_of_range() = default;

  std::span<child> make_children() override {
    const auto count = std::size_t(std::ranges::distance(range_));
    if (count == 0 && needs_one()) {
      throw std::invalid_argument("when_any of nothing would never end");
    }
    children_ = std::make_unique<child[]>(count);
    all_ = {children_.get(), count};
    auto next = all_.begin();
    for (auto& awaitable : range_) {
      (next++)->thread = child_type::make(awaitable, spawned_from());
    }
    return all_;
  }

  static kept take(const child& c) { return take_result<result>(*c.thread); }

  std::span<child> all_;

 private:
  Held range_;
  std::unique_ptr<child[]> children_;
};

template <class Held>
class [[nodiscard]] when_all_range final : public children_of_range<Held> {
  using base = children_of_range<Held>;

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
class [[nodiscard]] when_any_range final : public children_of_range<Held> {
  using base = children_of_range<Held>;

 public:
  explicit when_any_range(Held&& range)
      : base("when_any", base::policy::any, std::forward<Held>(range)) {}

  first_element<typename base::kept> await_resume() {
    const auto& first = this->finish_any();
    typename first_element<typename base::kept>::rest others;
    for (const auto& c : this->all_) {
      if (&c == &first || !c.has_value()) continue;
      others.emplace_back(std::size_t(&c - this->all_.data()), base::take(c));
    }
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
