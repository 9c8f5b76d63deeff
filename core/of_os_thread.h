// SPDX-License-Identifier: MIT
#pragma once

namespace green::core {

/// The object that each OS thread has one of, made on first use. Null once the
/// end of the thread has destroyed it: other objects of the thread may still
/// ask for it then.
template <class T>
T* of_os_thread() noexcept {
  static constinit thread_local bool gone = false;
  struct holder {
    holder() noexcept = default;
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;
    ~holder() { gone = true; }

    T value;
  };
  static thread_local holder mine;
  return gone ? nullptr : &mine.value;
}

}  // namespace green::core
