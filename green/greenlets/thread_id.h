// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>

namespace green {

/// The id of the calling green thread. Where none runs, a number of the OS
/// thread, which is never an id.
std::uint64_t number_of_caller() noexcept;

/// [thread.thread.id]: green::thread::id.
class thread_id {
 public:
  constexpr thread_id() noexcept = default;
  /// The id of this number.
  constexpr explicit thread_id(std::uint64_t number) noexcept
      : number_(number) {}

  /// [thread.thread.id]
  friend bool operator==(thread_id a, thread_id b) noexcept;
  /// [thread.thread.id]
  friend std::strong_ordering operator<=>(thread_id a, thread_id b) noexcept;
  /// [thread.thread.id]
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(
      std::basic_ostream<Char, Traits>& out, thread_id shown);

 private:
  friend struct std::hash<thread_id>;
  std::uint64_t number_ = 0;
};

inline bool operator==(thread_id a, thread_id b) noexcept {
  return a.number_ == b.number_;
}
inline std::strong_ordering operator<=>(thread_id a, thread_id b) noexcept {
  return a.number_ <=> b.number_;
}
template <class Char, class Traits>
std::basic_ostream<Char, Traits>& operator<<(
    std::basic_ostream<Char, Traits>& out, thread_id shown) {
  return out << "green::thread::id(" << shown.number_ << ")";
}

}  // namespace green

template <>
struct std::hash<green::thread_id> {
  /// [thread.thread.id]
  std::size_t operator()(green::thread_id id) const noexcept {
    return std::hash<std::uint64_t>()(id.number_);
  }
};
