// SPDX-License-Identifier: MIT
#include "green/patcher/stack.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

#include "green/core/made_once.h"
#include "green/patcher/sanitizers.h"

namespace green::patcher {

namespace {

std::size_t page() noexcept {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// An emulated kernel (qemu 7.2) takes any advice, and follows none.
bool heeds_advice(void* at) noexcept {
  static constinit core::made_once<bool> known;
  return known.get([at] { return ::madvise(at, page(), -1) != 0; });
}

// Linux 6.13 makes a page untouchable without a mapping of its own, of which a
// process has 65,530.
void guard(void* at, std::size_t size) noexcept {
  constexpr int guard_install = 102;
  if (heeds_advice(at) && ::madvise(at, size, guard_install) == 0) return;
  ::mprotect(at, size, PROT_NONE);
}

}  // namespace

std::size_t fiber_stack::rounded(std::size_t bytes) noexcept {
  constexpr std::size_t most = SIZE_MAX / 2;
  return (std::clamp(bytes, least, most) + page() - 1) & ~(page() - 1);
}

bool fiber_stack::guards(std::uintptr_t bottom, const void* address) noexcept {
  return bottom - reinterpret_cast<std::uintptr_t>(address) - 1 < page();
}

fiber_stack::fiber_stack(std::size_t bytes) : size_(rounded(bytes)) {
  void* const all =
      ::mmap(nullptr, size_ + page(), PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (all == MAP_FAILED) throw std::bad_alloc();
  // Neighbours become one mapping, in which a huge page would be touched whole.
  ::madvise(all, size_ + page(), MADV_NOHUGEPAGE);
  guard(all, page());
  bottom_ = static_cast<std::byte*>(all) + page();
  if (__lsan_register_root_region != nullptr) {
    __lsan_register_root_region(bottom_, size_);
  }
}

void fiber_stack::return_pages() const noexcept {
  constexpr std::size_t kept = std::size_t{16} * 1024;  // most never need more
  if (size_ <= kept) return;
  ::madvise(bottom_, (size_ - kept) & ~(page() - 1), MADV_DONTNEED);
}

fiber_stack::fiber_stack(fiber_stack&& other) noexcept
    : bottom_(std::exchange(other.bottom_, nullptr)), size_(other.size_) {}

fiber_stack::~fiber_stack() {
  if (bottom_ == nullptr) return;
  if (__lsan_unregister_root_region != nullptr) {
    __lsan_unregister_root_region(bottom_, size_);
  }
  if (__asan_unpoison_memory_region != nullptr) {
    __asan_unpoison_memory_region(bottom_, size_);
  }
  ::munmap(bottom_ - page(), size_ + page());
}

}  // namespace green::patcher
