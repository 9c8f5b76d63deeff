// SPDX-License-Identifier: MIT
#include "green/hub/wiped_on_fork.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <new>

namespace green::hub {

namespace {

std::size_t page_size() noexcept {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

// A kernel that does not know the advice leaves the page as it is. Then only
// the handlers of fork(3) notice a fork.
void* make_wiped_page() {
  void* const page = ::mmap(nullptr, page_size(), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::bad_alloc();
  ::madvise(page, page_size(), MADV_WIPEONFORK);
  return page;
}

void free_wiped_page(void* page) noexcept { ::munmap(page, page_size()); }

}  // namespace green::hub
