// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/list.h"

namespace green::core {

/// The green threads of all hubs that ended with an error, in the order of
/// their ends. A green thread stays here while somebody has a handle of it and
/// its hub lives. Any thread may call these functions.
class failures {
 public:
  static void add(list_hook& thread) noexcept;
  static void remove(list_hook& thread) noexcept;
  /// Calls f with each. f may unlink it, but must not drop a handle.
  template <class F>
  static void for_each(F&& f) {
    const locked_list all;
    all.threads.for_each(f);
  }

 private:
  struct locked_list {
    locked_list() noexcept;
    locked_list(const locked_list&) = delete;
    locked_list& operator=(const locked_list&) = delete;
    ~locked_list();
    list<list_hook>& threads;
  };
};

}  // namespace green::core
