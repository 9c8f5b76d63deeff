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

using owner_table = std::unordered_map<const void*, owner>;

struct table_of_thread {
  table_of_thread() noexcept = default;
  table_of_thread(const table_of_thread&) = delete;
  table_of_thread& operator=(const table_of_thread&) = delete;
  ~table_of_thread() { gone = true; }

  owner_table all;
  static constinit thread_local bool gone;
};
constinit thread_local bool table_of_thread::gone = false;

// Null at the very end of a thread. A lock may still be given back then.
owner_table* table() noexcept {
  static thread_local table_of_thread mine;
  return table_of_thread::gone ? nullptr : &mine.all;
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
