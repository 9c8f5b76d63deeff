// SPDX-License-Identifier: MIT
#include "green/core/failures.h"

#include "green/core/fork_mutex.h"

namespace green::core {

namespace {

// Neither is ever destroyed, because handles may be static.
constinit fork_mutex mutex;
constinit list<list_hook> failed;

}  // namespace

failures::locked_list::locked_list() noexcept : threads(failed) {
  mutex.lock();
}
failures::locked_list::~locked_list() { mutex.unlock(); }

void failures::add(list_hook& thread) noexcept {
  const locked_list all;
  all.threads.push_back(thread);
}

void failures::remove(list_hook& thread) noexcept {
  const locked_list all;
  if (thread.linked()) thread.unlink();
}

}  // namespace green::core
