// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

namespace green::hub {

/// Makes a page of zeros that is zero again in a child of any fork, by
/// MADV_WIPEONFORK of madvise(2). A child that shares its parent's memory, as a
/// child of vfork does, shares the page. Throws std::bad_alloc.
void* make_wiped_page();
void free_wiped_page(void* page) noexcept;

/// A value that is zero in a child of fork.
template <class T>
class wiped_on_fork {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(std::is_trivially_default_constructible_v<T>);

 public:
  explicit wiped_on_fork(T value) : value_(static_cast<T*>(make_wiped_page())) {
    *value_ = value;
  }
  wiped_on_fork(const wiped_on_fork&) = delete;
  wiped_on_fork& operator=(const wiped_on_fork&) = delete;
  ~wiped_on_fork() { free_wiped_page(value_); }

  T& operator*() const noexcept { return *value_; }

 private:
  T* const value_;
};

}  // namespace green::hub
