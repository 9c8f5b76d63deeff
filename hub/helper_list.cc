// SPDX-License-Identifier: MIT
#include "green/hub/helper_list.h"

#include <memory>
#include <mutex>

#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"
#include "green/core/system.h"

namespace green::hub {

namespace {

struct helper_list {
  core::fork_mutex lock;
  core::list<known_helper> helpers;

  // Never destroyed, because a helper may outlive static objects.
  static helper_list& here() noexcept {
    static core::immortal<helper_list> one;
    return one.value;
  }
};

}  // namespace

known_helper::known_helper() noexcept : os_thread_(core::thread_id()) {
  helper_list& known = helper_list::here();
  const std::lock_guard guard(known.lock);
  known.helpers.push_back(*this);
}

known_helper::~known_helper() {
  helper_list& known = helper_list::here();
  const std::lock_guard guard(known.lock);
  if (linked()) unlink();
}

void known_helper::begin(const char* what) noexcept {
  since_.store(core::steady_now(), std::memory_order_relaxed);
  does_.store(what, std::memory_order_relaxed);
}

std::vector<known_helper::state> known_helper::all() {
  std::vector<state> found;
  helper_list& known = helper_list::here();
  const std::lock_guard guard(known.lock);
  known.helpers.for_each([&found](known_helper& one) {
    found.push_back({one.os_thread_, one.does_.load(std::memory_order_relaxed),
                     one.since_.load(std::memory_order_relaxed)});
  });
  return found;
}

// Their stacks, where these objects lie, may be used anew.
void known_helper::forget_all() noexcept {
  std::construct_at(&helper_list::here().helpers);
}

}  // namespace green::hub
