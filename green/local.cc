// SPDX-License-Identifier: MIT
#include "green/local.h"

#include <atomic>
#include <cstdint>

namespace green {

namespace {

using values = core::local_values;

std::atomic<std::uintptr_t> keys_ever = 0;

// Serves code that runs outside of any green thread.
thread_local values of_thread;

struct cleaner {
  ~cleaner() {
    while (core::green_thread::local_value* v = of_thread.pop_front()) delete v;
  }
};

values& current_values() {
  core::scheduler* const here = core::scheduler::here();
  if (here != nullptr && here->current() != nullptr) {
    return here->current()->locals();
  }
  static thread_local cleaner at_end_of_thread;
  (void)at_end_of_thread;
  return of_thread;
}

}  // namespace

local_base::local_base() noexcept
    : key_(reinterpret_cast<const void*>(++keys_ever)) {}

local_base::local_value* local_base::find() const noexcept {
  local_value* found = nullptr;
  current_values().for_each([&](local_value& v) {
    if (v.key == key_) found = &v;
  });
  return found;
}

void local_base::keep(local_value& made) const noexcept {
  made.key = key_;
  current_values().push_back(made);
}

void local_base::reset() const noexcept {
  local_value* const found = find();
  if (found == nullptr) return;
  current_values().remove(*found);
  delete found;
}

}  // namespace green
