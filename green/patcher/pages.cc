// SPDX-License-Identifier: MIT
#include "green/patcher/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace green::patcher {

std::size_t page_size() noexcept {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

int open_page::open(void** place) noexcept {
  const auto offset = reinterpret_cast<std::uintptr_t>(place) % page_size();
  void* const page = reinterpret_cast<char*>(place) - offset;
  if (page == page_) return error_;
  close();
  page_ = page;
  error_ =
      ::mprotect(page, page_size(), PROT_READ | PROT_WRITE) == 0 ? 0 : errno;
  return error_;
}

void open_page::close() noexcept {
  if (page_ != nullptr && error_ == 0) {
    ::mprotect(page_, page_size(), PROT_READ);
  }
  page_ = nullptr;
}

}  // namespace green::patcher
