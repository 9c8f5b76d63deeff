// SPDX-License-Identifier: MIT
// Values that may be absent, of several types, or owned.
#include <any>
#include <bit>
#include <cassert>
#include <compare>
#include <concepts>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>
#include <version>

struct shape {
  virtual ~shape() = default;
  virtual double area() const = 0;
};

struct square : shape {
  explicit square(double side) : side_(side) {}
  double area() const override { return side_ * side_; }
  std::partial_ordering operator<=>(const square& other) const {
    return side_ <=> other.side_;
  }

 private:
  double side_;
};

template <std::integral T>
std::optional<T> half(T number) {
  if (number % 2 != 0) return std::nullopt;
  return number / 2;
}

int main() {
  const std::unique_ptr<shape> one = std::make_unique<square>(2);
  const std::shared_ptr<shape> two = std::make_shared<square>(3);
  const std::weak_ptr<shape> seen = two;
  std::variant<int, std::string> either = 1;
  either = std::string("text");
  const auto size = std::visit(
      [](const auto& v) {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, int>) return 4;
        return 0;
      },
      either);
  const auto [a, b] = std::make_tuple(half(4), half(5));
  std::pmr::monotonic_buffer_resource room;
  std::pmr::vector<int> numbers({1, 2}, &room);
  const std::any anything = std::string("x");
  const std::function<int(int)> twice = std::bind_front(std::plus<>(), 1);
  const shape& first = *one;
  assert(std::has_single_bit(4u) && std::type_index(typeid(first)).name());
  try {
    if (b.has_value()) throw std::runtime_error("odd");
  } catch (const std::exception&) {
    std::rethrow_exception(std::current_exception());
  }
  return std::exchange(numbers[0], twice(*a)) + size + int(two->area()) +
         int(std::source_location::current().line()) +
         (seen.expired() ? EXIT_FAILURE : EXIT_SUCCESS) +
         int(std::any_cast<std::string>(anything).size());
}
