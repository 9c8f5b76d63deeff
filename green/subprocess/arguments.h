// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace green::subprocess {

/// The words of a command: `{"ls", "-l"}`, a single word, or a vector. No
/// constructor takes an initializer_list: g++ 12 has no room for its array in
/// a co_await.
class arguments {
 public:
  /// Of words, each convertible to a string.
  template <std::convertible_to<std::string>... Word>
    requires(sizeof...(Word) > 0)
  arguments(const Word&... words) : words_{std::string(words)...} {}
  /// Of a vector of words.
  arguments(std::vector<std::string> words) noexcept
      : words_(std::move(words)) {}

  /// The words.
  const std::vector<std::string>& words() const noexcept { return words_; }

 private:
  std::vector<std::string> words_;
};

/// A variable of an environment.
class variable {
 public:
  /// NAME=VALUE
  variable(std::string name, std::string value)
      : name_(std::move(name)), value_(std::move(value)) {}

  /// The name.
  const std::string& name() const noexcept { return name_; }
  /// The value.
  const std::string& value() const noexcept { return value_; }

 private:
  std::string name_;
  std::string value_;
};

/// The whole environment of a child: `{{"HOME", "/"}, {"LANG", "C"}}` of up to
/// eight variables, a map, or the current one with changes:
/// `environment::current().set("LANG", "C").unset("DISPLAY")`.
class environment {
 public:
  using one = const variable&;

  environment() = default;
  /// Of these variables.
  environment(one a) { add({&a}); }
  environment(one a, one b) { add({&a, &b}); }
  environment(one a, one b, one c) { add({&a, &b, &c}); }
  environment(one a, one b, one c, one d) { add({&a, &b, &c, &d}); }
  environment(one a, one b, one c, one d, one e) { add({&a, &b, &c, &d, &e}); }
  environment(one a, one b, one c, one d, one e, one f) {
    add({&a, &b, &c, &d, &e, &f});
  }
  environment(one a, one b, one c, one d, one e, one f, one g) {
    add({&a, &b, &c, &d, &e, &f, &g});
  }
  environment(one a, one b, one c, one d, one e, one f, one g, one h) {
    add({&a, &b, &c, &d, &e, &f, &g, &h});
  }
  /// Of the variables of a map.
  template <std::same_as<std::map<std::string, std::string>> Map>
  explicit environment(Map variables) : variables_(std::move(variables)) {}

  /// A copy of the process's own.
  static environment current();

  /// Adds a variable, or changes it.
  environment& set(std::string name, std::string value) {
    variables_.insert_or_assign(std::move(name), std::move(value));
    return *this;
  }
  /// Removes a variable.
  environment& unset(const std::string& name) {
    variables_.erase(name);
    return *this;
  }

  /// All variables.
  const std::map<std::string, std::string>& variables() const noexcept {
    return variables_;
  }

 private:
  void add(std::initializer_list<const variable*> all) {
    for (const variable* v : all) set(v->name(), v->value());
  }

  std::map<std::string, std::string> variables_;
};

}  // namespace green::subprocess
