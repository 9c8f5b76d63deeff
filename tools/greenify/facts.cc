// SPDX-License-Identifier: MIT
#include "tools/greenify/facts.h"

namespace greenify {

namespace {

template <class Set>
void unite(Set& to, const Set& from) {
  to.insert(from.begin(), from.end());
}

void keep_first(std::string& to, const std::string& from) {
  if (to.empty()) to = from;
}

}  // namespace

void change::merge(const change& other) {
  unite(edits, other.edits);
  unite(headers, other.headers);
  unite(findings, other.findings);
}

void node::merge(const node& other) {
  if (key.empty()) *this = other;
  if (other.defined && !defined) at = other.at;
  keep_first(cannot, other.cannot);
  owns = owns || other.owns;
  defined = defined || other.defined;
  returns = returns || other.returns;
  if (is == kind::function) is = other.is;
  if_task.merge(other.if_task);
  unite(if_empty, other.if_empty);
  unite(results, other.results);
}

void site::merge(const site& other) {
  unite(callees, other.callees);
  keep_first(awaited, other.awaited);
  keep_first(blocked, other.blocked);
  keep_first(caller, other.caller);
  unite(handlers, other.handlers);
  soft = soft && other.soft;
  may_block = may_block && other.may_block;
  if_waits.merge(other.if_waits);
  unite(by_hand, other.by_hand);
  in_main.merge(other.in_main);
}

site& facts::add(const site& found) {
  auto [it, fresh] = sites.try_emplace(found.key(), found);
  if (!fresh) {
    // A header that is included twice may define two functions in one text.
    const std::string& first = it->second.caller;
    if (!first.empty() && !found.caller.empty() && first != found.caller) {
      links.insert({first, found.caller, found.at, "has the text of"});
    }
    it->second.merge(found);
  }
  return it->second;
}

node& facts::add(const node& found) {
  auto [it, fresh] = nodes.try_emplace(found.key, found);
  if (!fresh) it->second.merge(found);
  return it->second;
}

void facts::merge(const facts& other) {
  for (const auto& [key, found] : other.nodes) add(found);
  for (const auto& [key, found] : other.sites) add(found);
  unite(links, other.links);
  unite(uses, other.uses);
  for (const auto& [key, found] : other.handlers) {
    handler& to = handlers[key];
    keep_first(to.cannot, found.cannot);
    to.if_waits.merge(found.if_waits);
  }
  macros.insert(other.macros.begin(), other.macros.end());
  unite(expansions, other.expansions);
  unite(regions, other.regions);
  always.merge(other.always);
  files.insert(other.files.begin(), other.files.end());
  unite(renamed, other.renamed);
  unite(errors, other.errors);
}

}  // namespace greenify
