// SPDX-License-Identifier: MIT
//
// Values as bytes, for processes of one program. A class takes part by a
// function members(a, x), which calls a(x.member) for each member. It stands in
// the namespace greenify, before it is needed.
#pragma once

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace greenify {

class writer {
 public:
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const std::string& text) {
    (*this)(text.size());
    bytes += text;
  }
  template <class A, class B>
  void operator()(const std::pair<A, B>& both) {
    (*this)(both.first);
    (*this)(both.second);
  }
  template <class... T>
  void operator()(const std::tuple<T...>& all) {
    std::apply([&](const auto&... one) { ((*this)(one), ...); }, all);
  }
  template <class Range>
    requires requires(const Range& r) { r.begin(), r.end(), r.size(); }
  void operator()(const Range& range) {
    (*this)(range.size());
    for (const auto& one : range) (*this)(one);
  }
  template <class T>
    requires requires(writer& w, const T& t) { members(w, t); }
  void operator()(const T& fact) {
    members(*this, fact);
  }

  std::string bytes;
};

class reader {
 public:
  explicit reader(const std::string& bytes) : bytes_(bytes) {}
  bool at_end() const { return at_ == bytes_.size(); }

  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(T& value) {
    std::memcpy(&value, take(sizeof value), sizeof value);
  }
  void operator()(std::string& text) {
    std::size_t size = 0;
    (*this)(size);
    text.assign(take(size), size);
  }
  template <class A, class B>
  void operator()(std::pair<A, B>& both) {
    (*this)(const_cast<std::remove_const_t<A>&>(both.first));
    (*this)(both.second);
  }
  template <class... T>
  void operator()(std::tuple<T...>& all) {
    std::apply([&](auto&... one) { ((*this)(one), ...); }, all);
  }
  template <class Range>
    requires requires(Range& r) { r.begin(), r.end(), r.size(); }
  void operator()(Range& range) {
    std::size_t size = 0;
    (*this)(size);
    while (size-- > 0) {
      typename Range::value_type one;
      (*this)(one);
      range.insert(range.end(), std::move(one));
    }
  }
  template <class T>
    requires requires(reader& r, T& t) { members(r, t); }
  void operator()(T& fact) {
    members(*this, fact);
  }

 private:
  const char* take(std::size_t size) {
    if (size > bytes_.size() - at_) {
      throw std::runtime_error("the facts of a process ended too soon");
    }
    at_ += size;
    return bytes_.data() + at_ - size;
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
};

template <class T>
std::string to_bytes(const T& value) {
  writer to;
  to(value);
  return std::move(to.bytes);
}

/// The value of to_bytes(). Throws std::runtime_error for any other bytes.
template <class T>
T from_bytes(const std::string& bytes) {
  T found;
  reader from(bytes);
  from(found);
  if (!from.at_end()) {
    throw std::runtime_error("the facts of a process have too many bytes");
  }
  return found;
}

}  // namespace greenify
