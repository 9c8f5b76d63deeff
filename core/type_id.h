// SPDX-License-Identifier: MIT
#pragma once

#include <source_location>
#include <string>

namespace green::core {

/// A type's identity and name, as std::type_info has them. This one is there
/// without run-time type information, too (-fno-rtti).
class type_id {
 public:
  template <class T>
  static type_id of() noexcept {
    return type_id(&mark_of<T>, function_of<T>());
  }

  bool operator==(const type_id& other) const noexcept {
    return mark_ == other.mark_;
  }
  /// The name of the type as the source writes it.
  std::string name() const;

 private:
  type_id(const char* mark, const char* function) noexcept
      : mark_(mark), function_(function) {}

  // Writable, as a linker may give two constants one place.
  template <class T>
  static inline char mark_of = 0;

  template <class T>
  static const char* function_of() noexcept {
    return std::source_location::current().function_name();
  }

  const char* mark_;
  const char* function_;
};

}  // namespace green::core
