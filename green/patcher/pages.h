// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace green::patcher {

/// The size of the machine's pages, in bytes.
std::size_t page_size() noexcept;

/// Opens pages that the dynamic linker has closed to writes, one at a time, and
/// closes them again.
class open_page {
 public:
  open_page() = default;
  open_page(const open_page&) = delete;
  open_page& operator=(const open_page&) = delete;
  ~open_page() { close(); }

  /// Opens the page of this place until the next call: 0, or the error of
  /// mprotect(2), such as EPERM when the page is sealed (mseal(2)).
  int open(void** place) noexcept;

 private:
  void close() noexcept;

  void* page_ = nullptr;
  int error_ = 0;
};

}  // namespace green::patcher
