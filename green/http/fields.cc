// SPDX-License-Identifier: MIT
#include "green/http/fields.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace green::http {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// RFC 9110, 5.6.2.
bool in_token(char c) noexcept {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// RFC 9110, 5.5: a tab, but no other control character.
bool in_value(char c) noexcept {
  const auto code = static_cast<unsigned char>(c);
  return c == '\t' || (code >= ' ' && code != 127);
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

fields::fields(std::initializer_list<field> all) {
  for (const field& one : all) add(one.name, one.value);
}

void fields::add(std::string name, std::string value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), in_token)) {
    throw std::invalid_argument("not the name of a field: '" + name + "'");
  }
  if (!std::all_of(value.begin(), value.end(), in_value)) {
    throw std::invalid_argument("the value of the field " + name +
                                " has a control character");
  }
  all_.push_back({std::move(name), std::move(value)});
}

void fields::set(std::string name, std::string value) {
  fields one;
  one.add(std::move(name), std::move(value));
  erase(one.all_.front().name);
  all_.push_back(std::move(one.all_.front()));
}

std::size_t fields::erase(std::string_view name) noexcept {
  return std::erase_if(
      all_, [name](const field& one) { return same_word(one.name, name); });
}

const std::string* fields::find(std::string_view name) const noexcept {
  for (const field& one : all_) {
    if (same_word(one.name, name)) return &one.value;
  }
  return nullptr;
}

std::size_t fields::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      all_.begin(), all_.end(),
      [name](const field& one) { return same_word(one.name, name); }));
}

}  // namespace green::http
