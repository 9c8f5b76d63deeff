// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <vector>

namespace green::patcher {

/// The values that a fiber has for the keys of pthread_key_create(3).
class key_values {
 public:
  key_values() noexcept = default;
  key_values(const key_values&) = delete;
  key_values& operator=(const key_values&) = delete;
  /// Destroys the values that are left on a thread of the system, which knows
  /// the destructors of all keys. If no thread can be started, the values are
  /// leaked, in sight of a sanitizer.
  ~key_values();

  /// Null if there is no value.
  const void* get(pthread_key_t key) const noexcept;
  /// Throws std::bad_alloc.
  void set(pthread_key_t key, const void* value);
  /// The end of a thread: calls the destructors of the values, as often as
  /// PTHREAD_DESTRUCTOR_ITERATIONS says. To be called on the fiber. Keys that
  /// were made before anything was patched are left to the destructor.
  void destroy_all();

 private:
  struct kept {
    unsigned key_made = 0;  // which key of that number it belongs to
    const void* value = nullptr;
  };

  bool destroy_round();

  std::vector<kept> values_;
};

/// The C library has made a key, or deleted it. From any thread.
void note_key(pthread_key_t key, void (*destroy)(void*)) noexcept;
void note_deleted_key(pthread_key_t key) noexcept;

}  // namespace green::patcher
