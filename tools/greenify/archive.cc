// SPDX-License-Identifier: MIT
#include "tools/greenify/archive.h"

#include <type_traits>
#include <utility>

#include "tools/greenify/bytes.h"

namespace greenify {

// The members of each fact, in one order for both ways. The writer and the
// reader find them by their arguments.
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, edit>
void members(A& a, T& x) {
  a(x.file), a(x.offset), a(x.length), a(x.text), a(x.order), a(x.moved_to);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, change>
void members(A& a, T& x) {
  a(x.edits), a(x.headers), a(x.findings);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, node>
void members(A& a, T& x) {
  a(x.key), a(x.name), a(x.at), a(x.is), a(x.cannot), a(x.owns), a(x.defined);
  a(x.if_task), a(x.if_empty), a(x.returns), a(x.results);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, site>
void members(A& a, T& x) {
  a(x.at), a(x.end), a(x.kind), a(x.name), a(x.caller), a(x.callees);
  a(x.awaited), a(x.soft), a(x.may_block), a(x.blocked), a(x.if_waits);
  a(x.by_hand), a(x.in_main), a(x.handlers);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, link>
void members(A& a, T& x) {
  a(x.a), a(x.b), a(x.at), a(x.text);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, handler>
void members(A& a, T& x) {
  a(x.cannot), a(x.if_waits);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, use>
void members(A& a, T& x) {
  a(x.at), a(x.callable), a(x.text), a(x.is), a(x.end);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, macro>
void members(A& a, T& x) {
  a(x.at), a(x.end), a(x.name), a(x.word), a(x.text);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, expansion>
void members(A& a, T& x) {
  a(x.macro), a(x.at), a(x.caller);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, region>
void members(A& a, T& x) {
  a(x.at), a(x.end), a(x.is), a(x.caller), a(x.lock), a(x.text);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, source::include>
void members(A& a, T& x) {
  a(x.offset), a(x.length), a(x.line_end), a(x.name), a(x.conditional);
  a(x.green);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, source>
void members(A& a, T& x) {
  a(x.includes), a(x.top);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, facts>
void members(A& a, T& x) {
  a(x.nodes), a(x.sites), a(x.links), a(x.uses), a(x.handlers), a(x.macros);
  a(x.expansions), a(x.regions), a(x.always);
  a(x.files), a(x.renamed), a(x.errors);
}
template <class A, class T>
  requires std::is_same_v<std::remove_const_t<T>, entry>
void members(A& a, T& x) {
  a(x.question), a(x.states), a(x.bytes);
}

std::string pack(const facts& found) { return to_bytes(found); }
std::string pack_entry(const entry& kept) { return to_bytes(kept); }

facts unpack(const std::string& bytes) { return from_bytes<facts>(bytes); }
entry unpack_entry(const std::string& bytes) {
  return from_bytes<entry>(bytes);
}

}  // namespace greenify
