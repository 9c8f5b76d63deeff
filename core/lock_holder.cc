// SPDX-License-Identifier: MIT
#include "green/core/lock_holder.h"

#include "green/core/assert.h"
#include "green/core/living.h"
#include "green/core/wait_graph.h"

namespace green::core {

namespace {

// A green thread has its id. An OS thread outside of any has the address of an
// object of its own, which no id reaches.
std::uint64_t this_os_thread() noexcept {
  thread_local const char mine = 0;
  return reinterpret_cast<std::uint64_t>(&mine);
}

green_thread* current() noexcept {
  const scheduler* const hub = scheduler::here();
  return hub == nullptr ? nullptr : hub->current();
}

constexpr const char* os_thread = "an OS thread, outside of green threads";

}  // namespace

std::uint64_t lock_holder::caller() noexcept {
  const green_thread* const here = current();
  return here != nullptr ? here->id() : this_os_thread();
}

std::string lock_holder::name_of_caller() {
  const green_thread* const here = current();
  return here != nullptr ? here->name_and_place() : os_thread;
}

void lock_holder::set_caller() noexcept {
  if (const green_thread* const here = current()) return set(*here);
  home_.store(nullptr, std::memory_order_relaxed);
  id_.store(this_os_thread(), std::memory_order_relaxed);
}

green_thread* lock_holder::known_to(scheduler* asking) const noexcept {
  const scheduler* const home = home_.load(std::memory_order_relaxed);
  if (home == nullptr || home != asking) return nullptr;
  return find_thread(*asking, id());
}

void lock_holder::describe(std::string& out, scheduler* asking) const {
  const scheduler* const home = home_.load(std::memory_order_relaxed);
  if (home == nullptr) {
    out += os_thread;
    return;
  }
  const green_thread* const known = known_to(asking);
  if (known != nullptr) {
    out += known->name();
    return;
  }
  out += "greenlet-" + std::to_string(id());
  out += home == asking ? " (has ended" : " (of another hub";
  out += spawned_at(spawned_at_.load(std::memory_order_relaxed)) + ")";
}

// Builds with NDEBUG do not know which green threads of other hubs live.
bool lock_holder::has_ended() const noexcept {
  const scheduler* const home = home_.load(std::memory_order_relaxed);
  if (id() == 0 || home == nullptr) return false;
  if (home == scheduler::here()) {
    return known_to(scheduler::here()) == nullptr;
  }
  return !living::has(id());
}

void lock_holder::expect_orphan(const char* kind,
                                const void* lock) const noexcept {
  if (has_ended()) return;
  scheduler* const here = scheduler::here();
  const green_thread* const known = known_to(here);
  std::string words = kind;
  words += " " + address_of(lock) + " was unlocked by another than its owner: ";
  words += "by " + name_of_caller() + ", but ";
  if (id() == 0) {
    words += "nobody holds it";
  } else if (known != nullptr) {
    words += "it is held by " + known->name_and_place();
  } else {
    words += "it is held by ";
    describe(words, here);
  }
  contract_broken(words);
}

void describe_holder(std::string& out, const green_thread& asking,
                     const lock_holder& holder) {
  if (holder.id() == 0) return;
  out += ", held by ";
  holder.describe(out, &asking.home());
}

}  // namespace green::core
