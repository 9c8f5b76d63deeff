// SPDX-License-Identifier: MIT
// The facts of --check as bytes.
#include <type_traits>
#include <utility>

#include "tools/greenify/archive.h"
#include "tools/greenify/bytes.h"
#include "tools/greenify/check.h"

namespace greenify {

template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, mistake>
void members(A& a, T& x) {
  a(x.at), a(x.rule), a(x.name), a(x.text);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, check_facts::function>
void members(A& a, T& x) {
  a(x.name), a(x.on_hub), a(x.coroutine), a(x.plain);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, check_facts::call>
void members(A& a, T& x) {
  a(x.caller), a(x.callee), a(x.at);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, check_facts::hold>
void members(A& a, T& x) {
  a(x.caller), a(x.at), a(x.original), a(x.advice);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, check_facts>
void members(A& a, T& x) {
  a(x.functions), a(x.calls), a(x.holds), a(x.mistakes), a(x.errors);
  a(x.files);
}

std::string pack_check(const check_facts& found) { return to_bytes(found); }

check_facts unpack_check(const std::string& bytes) {
  return from_bytes<check_facts>(bytes);
}

}  // namespace greenify
