// SPDX-License-Identifier: MIT
#include "green/hub/hubs.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cerrno>
#include <mutex>
#include <optional>
#include <system_error>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"
#include "green/core/layout_for_debuggers.h"
#include "green/core/living.h"
#include "green/core/parking_lot.h"
#include "green/core/spin_lock.h"
#include "green/hub/alone.h"
#include "green/hub/loop.h"

namespace green::hub {

namespace {

struct registry {
  core::fork_mutex lock;      // guards the hubs
  core::spin_lock fork_lock;  // held while a thread forks; guards the rest
  std::vector<loop*> hubs;
  std::vector<loop*> left;  // the parent's; kept reachable, never destroyed
  std::optional<core::fork_mutex::all> held;
  bool threads_at_fork = false;  // of the process that forks
  bool forked_beside_threads = false;
};

// Never destroyed: threads may end after static objects do.
constinit core::immortal<registry> the_one;
registry& all() noexcept { return the_one.value; }

std::atomic<unsigned> forks = 0;

loop* hub_of_this_thread() noexcept {
  return static_cast<loop*>(core::scheduler::here());
}

bool in_callback(const loop& hub) noexcept {
  return hub.running() && hub.current() == nullptr;
}

// These three run around each fork(3) of the process. They hold green's locks
// meanwhile, so that none is locked in the child by a thread that it lacks.

void before_fork() noexcept {
  registry& r = all();
  r.fork_lock.lock();
  r.held.emplace();
  forks.fetch_add(1, std::memory_order_relaxed);
  r.threads_at_fork = !surely_alone() && !alone_but_for_bystanders();
}

void in_parent() noexcept {
  registry& r = all();
  r.held.reset();
  r.fork_lock.unlock();
}

void in_child() noexcept {
  registry& r = all();
  r.held.reset();
  r.forked_beside_threads |= r.threads_at_fork;
  forget_bystanders();
  loop* const mine = hub_of_this_thread();
  [[maybe_unused]] const core::green_thread* const here =
      mine == nullptr ? nullptr : mine->current();
  assert(core::living::keep_only(here == nullptr ? 0 : here->id()));
  for (loop* hub : r.hubs) {
    if (hub != mine) hub->leave_to_parent();
  }
  r.left.swap(r.hubs);
  if (mine != nullptr) {
    std::erase(r.left, mine);
    r.hubs.push_back(mine);
    in_callback(*mine) ? mine->refuse_to_start() : mine->start_anew();
  }
  core::parking_lot::forget_all();
  r.fork_lock.unlock();
}

// Watched from the load of the program on. A thread that began the watch later
// could be on its way when another one forks.
const int error_of_watch = ::pthread_atfork(before_fork, in_parent, in_child);

}  // namespace

unsigned forks_seen() noexcept { return forks.load(std::memory_order_relaxed); }

void watch_forks() {
  if (error_of_watch == 0) return;
  throw std::system_error(error_of_watch, std::generic_category(),
                          "green: pthread_atfork");
}

void loop::join_hubs() {
  watch_forks();
  const std::lock_guard guard(all().lock);
  green_layout_for_debuggers.hubs = &all().hubs;
  all().hubs.push_back(this);
}

void loop::leave_hubs() noexcept {
  const std::lock_guard guard(all().lock);
  std::erase(all().hubs, this);
}

void loop::for_each_hub(void (*f)(loop& hub, void* data), void* data) {
  const std::lock_guard guard(all().lock);
  for (loop* const hub : all().hubs) f(*hub, data);
}

pid_t fork() {
  const loop* const mine = hub_of_this_thread();
  if (mine != nullptr && in_callback(*mine)) {
    errno = ENOTSUP;
    return -1;
  }
  watch_forks();
  return ::fork();
}

bool forked_beside_threads() noexcept { return all().forked_beside_threads; }

}  // namespace green::hub
