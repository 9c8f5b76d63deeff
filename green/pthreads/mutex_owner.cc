// SPDX-License-Identifier: MIT
#include "green/pthreads/mutex_owner.h"

#include <linux/futex.h>
#include <unistd.h>

#include <climits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "green/core/assert.h"
#include "green/core/green_thread.h"
#include "green/core/lock_holder.h"
#include "green/core/of_os_thread.h"
#include "green/core/parking_lot.h"
#include "green/hub/futex.h"

namespace green::pthreads {

static_assert(sizeof(__pthread_internal_list) == 2 * sizeof(std::uint64_t));

namespace {

using owner_table = std::unordered_map<pthread_mutex_t*, std::uint64_t>;

owner_table* table() noexcept { return core::of_os_thread<owner_table>(); }

// The C library keeps a list of the robust mutexes of an OS thread. A pointer
// to a node has the address of its second word, and a flag.
using node = __pthread_internal_list;

node* node_at(const node* pointer) noexcept {
  constexpr std::uintptr_t flag = 1;
  const auto second = reinterpret_cast<std::uintptr_t>(pointer) & ~flag;
  return reinterpret_cast<node*>(second - sizeof(node*));
}

// Leaves the mutex as the kernel leaves that of an OS thread that has ended.
void leave_dead(pthread_mutex_t& mutex) noexcept {
  node& mine = mutex.__data.__list;
  GREEN_ASSERT(
      mine.__prev != nullptr && node_at(node_at(mine.__prev)->__next) == &mine,
      "the C library's list of robust mutexes is another");
  node_at(mine.__next)->__prev = mine.__prev;
  node_at(mine.__prev)->__next = mine.__next;
  mine.__prev = mine.__next = nullptr;
  const auto bits = static_cast<unsigned>(FUTEX_WAITERS);
  const std::atomic_ref lock(mutex.__data.__lock);
  int seen = lock.load();
  int dead = 0;
  do {
    dead = static_cast<int>((static_cast<unsigned>(seen) & bits) |
                            static_cast<unsigned>(FUTEX_OWNER_DIED));
  } while (!lock.compare_exchange_weak(seen, dead));
  hub::wake_futex(&mutex.__data.__lock, 1, true);
  core::parking_lot::wake(reinterpret_cast<std::uintptr_t>(&mutex), false);
}

// A local of a green thread that has locked a robust mutex.
const char robust_key = 0;

struct robust_end final : core::green_thread::local_value {
  explicit robust_end(std::uint64_t thread) : id(thread) { key = &robust_key; }
  ~robust_end() override {
    owner_table* const all = table();
    if (all == nullptr) return;
    std::vector<pthread_mutex_t*> held;
    std::erase_if(*all, [&](const auto& entry) {
      const bool mine =
          entry.second == id && mutex_owner(*entry.first).robust();
      if (mine) held.push_back(entry.first);
      return mine;
    });
    for (pthread_mutex_t* mutex : held) leave_dead(*mutex);
  }

  std::uint64_t id;
};

void watch_end_of_caller() {
  const core::scheduler* const hub = core::scheduler::here();
  core::green_thread* const me = hub == nullptr ? nullptr : hub->current();
  if (me == nullptr) return;
  bool watched = false;
  me->locals().for_each([&watched](core::green_thread::local_value& value) {
    watched = watched || value.key == &robust_key;
  });
  if (!watched) me->locals().push_back(*new robust_end(me->id()));
}

}  // namespace

std::uint64_t mutex_owner::caller() noexcept {
  return core::lock_holder::caller();
}

std::uint64_t mutex_owner::get_from_table() const noexcept {
  owner_table* const all = table();
  if (all == nullptr) return 0;
  const auto found = all->find(&mutex_);
  if (found == all->end()) return 0;
  constexpr int owner_bits = FUTEX_TID_MASK;
  const bool taken =
      (std::atomic_ref(mutex_.__data.__lock).load() & owner_bits) != 0;
  if (taken) return found->second;
  all->erase(found);
  return 0;
}

void mutex_owner::set_in_table() {
  owner_table* const all = table();
  if (all == nullptr) return;
  // The kernel itself hands a mutex on that inherits priorities.
  if (robust() && (kind() & inherit_bit) == 0) watch_end_of_caller();
  (*all)[&mutex_] = caller();
}

void mutex_owner::clear_in_table() noexcept {
  if (owner_table* const all = table()) all->erase(&mutex_);
}

void mutex_owner::free_unrecoverable() const noexcept {
  const std::atomic_ref lock(mutex_.__data.__lock);
  constexpr int owner_bits = FUTEX_TID_MASK;
  if ((lock.load() & owner_bits) != ::gettid()) return;
  lock.store(0);
  hub::wake_futex(&mutex_.__data.__lock, INT_MAX, true);
}

}  // namespace green::pthreads
