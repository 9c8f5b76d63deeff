// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace benchmarks {

/// What is wrong with the command line, in one line.
struct bad_usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A whole text as a number within [low, high].
template <class Number>
Number parse_number(std::string_view what, std::string_view text, Number low,
                    Number high) {
  Number value = {};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !(value >= low && value <= high)) {
    throw bad_usage(fmt::format("{}: not a number from {} to {}: '{}'", what,
                                low, high, text));
  }
  return value;
}

/// The parts of a text between commas; none may be empty.
inline std::vector<std::string> parse_list(std::string_view what,
                                           std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (parts.back().empty()) {
      throw bad_usage(fmt::format("{}: an empty part", what));
    }
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

/// A command line from which options are taken by name; what is left over must
/// be the positional arguments.
class arguments {
 public:
  arguments(int argc, char** argv) : left_(argv + 1, argv + argc) {}

  bool flag(std::string_view name) {
    bool found = false;
    std::erase_if(left_, [&](const std::string& argument) {
      const bool here = argument == name;
      found = found || here;
      return here;
    });
    return found;
  }

  /// The value of `--name VALUE` or `--name=VALUE`, the last one given.
  std::optional<std::string> value(std::string_view name) {
    std::optional<std::string> result;
    for (auto it = left_.begin(); it != left_.end();) {
      if (*it == name) {
        it = left_.erase(it);
        if (it == left_.end()) {
          throw bad_usage(fmt::format("{} needs a value", name));
        }
        result = *it;
        it = left_.erase(it);
      } else if (it->starts_with(name) && it->size() > name.size() &&
                 (*it)[name.size()] == '=') {
        result = it->substr(name.size() + 1);
        it = left_.erase(it);
      } else {
        ++it;
      }
    }
    return result;
  }

  template <class Number>
  std::optional<Number> number(std::string_view name, Number low, Number high) {
    const auto text = value(name);
    if (!text) return std::nullopt;
    return parse_number<Number>(name, *text, low, high);
  }

  /// What is left; an option among it was not known.
  std::vector<std::string> positional() const {
    for (const std::string& argument : left_) {
      if (argument.starts_with("-")) {
        throw bad_usage(fmt::format("unknown option: {}", argument));
      }
    }
    return left_;
  }

 private:
  std::vector<std::string> left_;
};

}  // namespace benchmarks
