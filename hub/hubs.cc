// SPDX-License-Identifier: MIT
#include "green/hub/hubs.h"

#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/spin_lock.h"
#include "green/hub/alone.h"
#include "green/hub/loop.h"

namespace green::hub {

namespace {

struct registry {
  core::spin_lock lock;
  std::vector<loop*> hubs;
  std::vector<loop*> left;  // in the parent: nobody will destroy them here
};

// Never destroyed: threads may end after static objects do.
registry& all() {
  static registry& r = *new registry;
  return r;
}

pid_t fork_unlocked() {
  const core::fork_mutex::all held;
  return ::fork();
}

void in_child(registry& r, loop* mine) noexcept {
  forget_bystanders();
  for (loop* hub : r.hubs) {
    if (hub != mine) hub->leave_to_parent();
  }
  r.left.swap(r.hubs);
  if (mine == nullptr) return;
  std::erase(r.left, mine);
  r.hubs.push_back(mine);
  mine->start_anew();
}

}  // namespace

void hubs::add(loop& hub) {
  const std::lock_guard guard(all().lock);
  all().hubs.push_back(&hub);
}

void hubs::remove(loop& hub) noexcept {
  const std::lock_guard guard(all().lock);
  std::erase(all().hubs, &hub);
}

pid_t fork() {
  auto* const mine = static_cast<loop*>(core::scheduler::here());
  if (mine != nullptr && mine->running() && mine->current() == nullptr) {
    errno = ENOTSUP;
    return -1;
  }
  const std::lock_guard guard(all().lock);
  const pid_t pid = fork_unlocked();
  if (pid == 0) in_child(all(), mine);
  return pid;
}

}  // namespace green::hub
