// SPDX-License-Identifier: MIT
#include "green/core/failures.h"

#include "green/core/fork_mutex.h"

namespace green::core {

namespace {

// Neither is ever destroyed: handles may be static.
fork_mutex& lock() noexcept {
  static fork_mutex one;
  return one;
}
constinit list<green_thread> failed;

}  // namespace

failures::all::all() noexcept : threads(failed) { lock().lock(); }
failures::all::~all() { lock().unlock(); }

void failures::add(green_thread& thread) noexcept {
  const all every;
  every.threads.push_back(thread);
}

void failures::remove(green_thread& thread) noexcept {
  const all every;
  if (thread.linked()) thread.list_hook::unlink();
}

void failures::forget(const scheduler& hub) noexcept {
  for_each(hub, [](green_thread& t) { t.list_hook::unlink(); });
}

}  // namespace green::core
