// SPDX-License-Identifier: MIT
#include "green/patcher/owners.h"

#include <algorithm>
#include <unordered_map>

namespace green::patcher::owners {

namespace {

struct owner {
  const fiber* who;
  unsigned times;
};

// Never destroyed, as a mutex may be unlocked at the very end of a thread.
std::unordered_map<const void*, owner>& table() {
  static thread_local auto& mine = *new std::unordered_map<const void*, owner>;
  return mine;
}

}  // namespace

bool asks_for_owner(const pthread_mutex_t& mutex) noexcept {
  const int type = mutex.__data.__kind & 3;
  return type == PTHREAD_MUTEX_RECURSIVE_NP ||
         type == PTHREAD_MUTEX_ERRORCHECK_NP;
}

claim look(const pthread_mutex_t& mutex, const fiber* me) noexcept {
  return look(&mutex, mutex.__data.__lock != 0, me);
}

claim look(const void* lock, bool taken, const fiber* me) noexcept {
  const auto found = table().find(lock);
  if (found == table().end()) return claim::nobody;
  if (!taken) {  // unlocked past the hooks, or another one
    table().erase(found);
    return claim::nobody;
  }
  return found->second.who == me ? claim::mine : claim::others;
}

bool has_any(const fiber& me) noexcept {
  return std::ranges::any_of(
      table(), [&me](const auto& entry) { return entry.second.who == &me; });
}

void locked(const void* lock, const fiber& me) {
  owner& entry = table().try_emplace(lock, owner{&me, 0}).first->second;
  ++entry.times;
}

void unlocked(const void* lock) noexcept {
  const auto found = table().find(lock);
  if (found != table().end() && --found->second.times == 0) {
    table().erase(found);
  }
}

}  // namespace green::patcher::owners
