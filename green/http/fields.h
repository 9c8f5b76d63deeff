// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace green::http {

/// The fields of a message's head (RFC 9110, 5), in their order. Names compare
/// without case.
class fields {
 public:
  /// One line: "name: value".
  struct field {
    std::string name, value;
  };
  using const_iterator = std::vector<field>::const_iterator;

  fields() = default;
  /// `{{"Content-Type", "text/html"}, {"ETag", "\"17\""}}`, as by add.
  fields(std::initializer_list<field> all);

  /// Adds a field after the others. Throws std::invalid_argument for a name or
  /// a value with characters that no message may have, as a line's end.
  void add(std::string name, std::string value);
  /// Takes the place of all fields of that name.
  void set(std::string name, std::string value);
  /// Removes all fields of that name, and gives their number.
  std::size_t erase(std::string_view name) noexcept;

  /// The value of the first field of that name; null without one.
  const std::string* find(std::string_view name) const noexcept;
  /// The number of fields of that name.
  std::size_t count(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept {
    return find(name) != nullptr;
  }

  const_iterator begin() const noexcept { return all_.begin(); }
  const_iterator end() const noexcept { return all_.end(); }
  std::size_t size() const noexcept { return all_.size(); }
  bool empty() const noexcept { return all_.empty(); }

 private:
  std::vector<field> all_;
};

/// Are two names of fields, or two words as "close", equal without case?
bool same_word(std::string_view a, std::string_view b) noexcept;

}  // namespace green::http
