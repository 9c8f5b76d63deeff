// SPDX-License-Identifier: MIT
#include "green/hub/helper_list.h"

#include <pthread.h>

#include <memory>
#include <mutex>

#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"
#include "green/core/system.h"

namespace green::hub {

namespace {

// Never destroyed, because a helper may outlive static objects.
constinit core::fork_mutex lock;
constinit core::immortal<core::list<known_helper>> helpers;

// The stacks of helpers, where these objects lie, may be used anew in a child.
void forget_all() noexcept { std::construct_at(&helpers.value); }
[[maybe_unused]] const int watched =
    ::pthread_atfork(nullptr, nullptr, forget_all);

}  // namespace

known_helper::known_helper() noexcept : os_thread_(core::thread_id()) {
  const std::lock_guard guard(lock);
  helpers.value.push_back(*this);
}

known_helper::~known_helper() {
  const std::lock_guard guard(lock);
  if (linked()) unlink();
}

void known_helper::begin(const char* what) noexcept {
  since_.store(core::steady_now(), std::memory_order_relaxed);
  does_.store(what, std::memory_order_relaxed);
}

std::vector<known_helper::state> known_helper::all() {
  std::vector<state> found;
  const std::lock_guard guard(lock);
  helpers.value.for_each([&found](known_helper& one) {
    found.push_back({one.os_thread_, one.does_.load(std::memory_order_relaxed),
                     one.since_.load(std::memory_order_relaxed)});
  });
  return found;
}

}  // namespace green::hub
