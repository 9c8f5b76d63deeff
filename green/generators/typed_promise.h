// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

#include "green/generators/promise.h"

namespace green {

template <class Ref, class V = void>
class generator;

/// [range.elementsof], which C++20 lacks: `co_yield green::elements_of(g)`.
template <class Range>
class elements_of {
 public:
  /// Refers to the range, which has to live until the co_yield returns.
  explicit constexpr elements_of(Range&& all) noexcept
      : range(std::forward<Range>(all)) {}

  Range&& range;
};
template <class Range>
elements_of(Range&&) -> elements_of<Range>;

template <class T>
inline constexpr bool is_generator = false;
template <class Ref, class V>
inline constexpr bool is_generator<generator<Ref, V>> = true;

/// The type to which co_yield of a generator converts.
template <class Reference>
using yielded_by = std::conditional_t<std::is_reference_v<Reference>, Reference,
                                      const Reference&>;

/// elements_of of C++23, in a program that has it.
template <class Elements>
concept std_elements_of = requires(Elements& e) {
  e.range;
  e.allocator;
};

/// The promise of a generator.
template <class Yielded, class Value>
class typed_generator_promise : public generator_promise<Yielded> {
  using base = generator_promise<Yielded>;

 public:
  auto yield_value(Yielded element) noexcept {
    return typename base::yield_wait(std::addressof(element));
  }
  auto yield_value(const std::remove_reference_t<Yielded>& element)
    requires std::is_rvalue_reference_v<Yielded> &&
             std::constructible_from<std::remove_cvref_t<Yielded>,
                                     const std::remove_reference_t<Yielded>&>
  {
    return typename base::copy_wait(element);
  }
  template <class Range>
  elements_wait yield_value(elements_of<Range> all) {
    return elements<Range>(all.range);
  }
  template <template <class, class> class Elements, class Range, class Any>
    requires std_elements_of<Elements<Range, Any>>
  elements_wait yield_value(Elements<Range, Any> all) {
    return elements<Range>(all.range);
  }

 private:
  using inner = generator<Yielded, Value>;

  template <class Range>
  static elements_wait elements(std::remove_reference_t<Range>& all) {
    using range = std::remove_cvref_t<Range>;
    if constexpr (!is_generator<range>) {
      return elements_wait(each(all).owner_);
    } else if constexpr (!std::is_same_v<typename range::yielded, Yielded>) {
      return elements_wait(each_of(all).owner_);
    } else if constexpr (std::is_lvalue_reference_v<Range>) {
      return elements_wait(all.owner_);
    } else {
      return elements_wait(std::move(all.owner_));
    }
  }

  // As the original, and a copy where the original takes no lvalue.
  template <class Element>
  static constexpr bool converts = std::convertible_to<Element, Yielded>;
  template <class Element>
  static constexpr bool may_yield =
      converts<Element> ||
      (std::is_rvalue_reference_v<Yielded> &&
       std::constructible_from<std::remove_cvref_t<Yielded>, Element>);
  template <class Element>
  using given = std::conditional_t<converts<Element>, Yielded,
                                   std::remove_cvref_t<Yielded>>;

  template <std::ranges::input_range Range>
    requires may_yield<std::ranges::range_reference_t<Range>>
  static inner each(Range& all) {
    auto end = std::ranges::end(all);
    for (auto it = std::ranges::begin(all); it != end; ++it) {
      co_yield static_cast<given<std::ranges::range_reference_t<Range>>>(*it);
    }
  }
  template <class Generator>
    requires may_yield<typename Generator::reference>
  static inner each_of(Generator& all) {
    // g++ 12 takes no co_await of a template's there without (void).
    for (auto it = co_await all.begin(); it != all.end(); (void)co_await ++it) {
      co_yield static_cast<given<typename Generator::reference>>(*it);
    }
  }
};

}  // namespace green
