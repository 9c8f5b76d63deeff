// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/list.h"

namespace green::pthreads {

/// A green thread that is counted in the memory of a lock while it waits. In a
/// child of fork no such thread exists, and the lock forgets it.
class waiter_count : private core::list_hook {
 public:
  waiter_count();
  waiter_count(const waiter_count&) = delete;
  waiter_count& operator=(const waiter_count&) = delete;

  bool counted() const noexcept { return counted_; }
  /// With the waiters of the lock locked.
  void begin() noexcept {
    change(1);
    counted_ = true;
  }

 protected:
  ~waiter_count();
  /// To be called by the destructor of the derived class.
  void end() noexcept {
    if (counted_) change(-1);
    counted_ = false;
  }

 private:
  friend class core::list<waiter_count>;
  static void forget_all() noexcept;
  static const int error_of_watch_;

  virtual void change(int by) noexcept = 0;

  bool counted_ = false;
};

}  // namespace green::pthreads
