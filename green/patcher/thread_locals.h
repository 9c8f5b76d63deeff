// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "green/patcher/object.h"

namespace green::patcher {

/// The thread-locals that one fiber has, as a thread would. Each followed
/// object has a block of thread-locals on the hub's thread. While the fiber
/// runs, its values lie in these blocks, and the thread's own values are kept
/// aside. While it waits, its values lie here.
///
/// So the address of a thread-local is the same for all fibers of a hub. Code
/// that gives such an address to another thread must be left out.
class thread_locals {
 public:
  /// The values to begin with: those of a new thread, or the calling thread's.
  enum class start : bool { fresh, copied };

  /// Follows an object, if it has thread-locals and is not left out. To be
  /// called by one thread at a time, for an object that stays loaded.
  static void follow(const object& o);
  /// From now on follow() ignores objects of this name. Their thread-locals
  /// stay those of the hub's thread. From any thread.
  static void leave_out(std::string name);

  /// To be called on the thread of the fiber's hub. Throws std::bad_alloc.
  explicit thread_locals(start how);
  thread_locals(const thread_locals&) = delete;
  thread_locals& operator=(const thread_locals&) = delete;
  ~thread_locals();

  // Around a switch, on the thread of the fiber's hub:

  /// Puts its values into the blocks.
  void enter() noexcept;
  /// Takes its values out of the blocks. An object that is followed since
  /// enter() is taken for one that the fiber has loaded.
  void leave() noexcept;

  // For its hooks:

  /// Does the address lie in one of the blocks?
  bool holds(const void* address) const noexcept;
  /// The place of that address while the fiber waits; any other address as it
  /// is.
  void* parked(void* address) const noexcept;
  /// The reverse of parked().
  void* live(void* address) const noexcept;
  /// From now on enter() and leave() do nothing, as the values stay here. Or
  /// again as before.
  void set_aside(bool yes) noexcept;

  /// Will call destroy(object) at the end of the fiber. Throws std::bad_alloc.
  void at_end(void (*destroy)(void*), void* object);
  /// Calls all that at_end was given, the last first. To be called on the
  /// fiber.
  void destroy_all();

 private:
  struct destruction {
    void (*destroy)(void*);
    void* object;
  };

  void grow();

  std::byte* values_ = nullptr;
  std::size_t size_ = 0;
  bool aside_ = false;
  std::vector<destruction> at_end_;
};

}  // namespace green::patcher
