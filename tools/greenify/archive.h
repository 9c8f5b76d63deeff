// SPDX-License-Identifier: MIT
//
// Facts as bytes, by which processes that parse hand them over. The cache keeps
// such bytes.
#pragma once

#include <map>
#include <string>
#include <type_traits>

#include "tools/greenify/facts.h"

namespace greenify {

// The members of places and findings, in one order for both ways (bytes.h).
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, place>
void members(A& a, T& x) {
  a(x.file), a(x.offset), a(x.line);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, finding>
void members(A& a, T& x) {
  a(x.at), a(x.how), a(x.text);
}

std::string pack(const facts& found);

/// The facts of pack's bytes. Throws std::runtime_error for any other bytes.
facts unpack(const std::string& bytes);

/// What the cache keeps for a question: bytes, and the states of the paths that
/// they come from.
struct entry {
  std::string question;
  std::map<std::string, std::string> states;
  std::string bytes;
};

std::string pack_entry(const entry& kept);

/// Throws std::runtime_error for bytes that are no entry's.
entry unpack_entry(const std::string& bytes);

}  // namespace greenify
