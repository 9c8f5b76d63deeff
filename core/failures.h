// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"

namespace green::core {

/// The green threads that have ended with an error, for as long as somebody
/// has a handle and their hub lives. From any thread.
class failures {
 public:
  static void add(green_thread& thread) noexcept;
  static void remove(green_thread& thread) noexcept;
  /// Of a hub that ends.
  static void forget(const scheduler& hub) noexcept;
  /// Calls f with those of a hub, in the order of their ends. f drops no
  /// handle.
  template <class F>
  static void for_each(const scheduler& hub, F&& f) {
    const all every;
    every.threads.for_each([&](green_thread& t) {
      if (&t.home() == &hub) f(t);
    });
  }

 private:
  // Holds the lock while it lives.
  struct all {
    all() noexcept;
    ~all();
    list<green_thread>& threads;
  };
};

}  // namespace green::core
