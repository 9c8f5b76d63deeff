// SPDX-License-Identifier: MIT
#include "green/patcher/owners.h"

#include <algorithm>
#include <unordered_map>

#include "green/core/of_os_thread.h"

namespace green::patcher::owners {

namespace {

struct owner {
  const fiber* who;
  unsigned times;
};

using owner_table = std::unordered_map<const void*, owner>;

owner_table* table() noexcept { return core::of_os_thread<owner_table>(); }

}  // namespace

claim look(const void* lock, bool taken, const fiber* me) noexcept {
  owner_table* const all = table();
  if (all == nullptr) return claim::nobody;
  const auto found = all->find(lock);
  if (found == all->end()) return claim::nobody;
  if (!taken) {  // unlocked past the hooks, or another one
    all->erase(found);
    return claim::nobody;
  }
  return found->second.who == me ? claim::mine : claim::others;
}

bool has_any(const fiber& me) noexcept {
  const owner_table* const all = table();
  return all != nullptr && std::ranges::any_of(*all, [&me](const auto& entry) {
           return entry.second.who == &me;
         });
}

void locked(const void* lock, const fiber& me) {
  owner_table* const all = table();
  if (all == nullptr) return;
  ++all->try_emplace(lock, owner{&me, 0}).first->second.times;
}

void unlocked(const void* lock) noexcept {
  owner_table* const all = table();
  if (all == nullptr) return;
  const auto found = all->find(lock);
  if (found != all->end() && --found->second.times == 0) all->erase(found);
}

}  // namespace green::patcher::owners
