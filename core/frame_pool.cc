// SPDX-License-Identifier: MIT
#include "green/core/frame_pool.h"

#include <new>

#include "green/core/system.h"

namespace green::core {

namespace {

constexpr unsigned blocks_kept = 4096;

// Gives the thread's free lists back when the thread ends.
struct lists_guard {
  bool open = false;
  bool over = false;
  ~lists_guard() {
    frame_pool::trim();
    over = true;
  }
};

thread_local lists_guard guard;

}  // namespace

void frame_pool::open_lists() noexcept {
  if (guard.open || guard.over) return;
  guard.open = true;
  if (under_asan()) return;  // it sees a use after free in the system's memory
  for (free_list& list : lists_) list.limit = blocks_kept;
}

void* frame_pool::allocate_slow(std::size_t size) {
  open_lists();
  return ::operator new(size_of(class_of(size)));
}

void frame_pool::release_slow(void* memory, std::size_t) noexcept {
  ::operator delete(memory);
}

void frame_pool::trim() noexcept {
  for (std::size_t i = 0; i < classes; ++i) {
    while (block* free = lists_[i].head) {
      lists_[i].head = free->next;
      ::operator delete(free);
    }
    lists_[i].length = 0;
    if (guard.open) lists_[i].limit = 0;
  }
  guard.open = false;
}

}  // namespace green::core
