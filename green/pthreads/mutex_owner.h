// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

namespace green::pthreads {

/// The green thread that holds a mutex, as the C library knows the OS thread
/// alone. A mutex that is neither robust nor shared by processes has two words
/// that the C library leaves zero: they hold the owner and the number of green
/// waiters. The owners of other mutexes stand in a table of the hub's thread.
class mutex_owner {
 public:
  explicit mutex_owner(pthread_mutex_t& mutex) noexcept : mutex_(mutex) {}

  static constexpr int recursive = 1, errorcheck = 2;  // its type
  int type() const noexcept { return kind() & 3; }
  bool robust() const noexcept { return (kind() & robust_bit) != 0; }
  /// Does it hold the words in itself?
  bool has_words() const noexcept {
    return (kind() & (robust_bit | shared_bit)) == 0;
  }
  /// May only its owner unlock it?
  bool asks_for_owner() const noexcept {
    return robust() || type() == recursive || type() == errorcheck;
  }
  /// Was it locked more than once?
  bool locked_again() const noexcept {
    return type() == recursive && mutex_.__data.__count > 1;
  }

  /// The number of the owner, if green knows it; else 0.
  std::uint64_t get() const noexcept {
    if (!has_words()) [[unlikely]]
      return get_from_table();
    // Who unlocks by the original leaves the word as it was.
    const word known = owner().load(std::memory_order_relaxed);
    return locked() ? reinterpret_cast<std::uint64_t>(known) : 0;
  }
  /// The caller has locked it, or is about to.
  void set_caller() {
    if (!has_words()) [[unlikely]]
      return set_in_table();
    owner().store(reinterpret_cast<word>(caller()), std::memory_order_relaxed);
  }
  void clear() noexcept {
    if (!has_words()) [[unlikely]]
      return clear_in_table();
    owner().store(nullptr, std::memory_order_relaxed);
  }

  /// pthread_mutex_trylock has given ENOTRECOVERABLE. glibc 2.36 then leaves
  /// the mutex locked, so that nobody else would learn it.
  void free_unrecoverable() const noexcept;

  /// With words: counts the green threads that wait.
  void add_waiters(int number) const noexcept { waiters().fetch_add(number); }
  bool has_waiters() const noexcept {
    return has_words() && waiters().load() != nullptr;
  }

  /// The caller's number as an owner.
  static std::uint64_t caller() noexcept;

 private:
  static constexpr int robust_bit = 16, inherit_bit = 32, shared_bit = 128;

  std::uint64_t get_from_table() const noexcept;
  void set_in_table();
  void clear_in_table() noexcept;

  int kind() const noexcept { return mutex_.__data.__kind; }
  bool locked() const noexcept {
    return std::atomic_ref(mutex_.__data.__lock)
               .load(std::memory_order_relaxed) != 0;
  }
  // The words are pointers by type, and numbers here.
  using word = __pthread_internal_list*;
  std::atomic_ref<word> owner() const noexcept {
    return std::atomic_ref(mutex_.__data.__list.__prev);
  }
  std::atomic_ref<word> waiters() const noexcept {
    return std::atomic_ref(mutex_.__data.__list.__next);
  }

  pthread_mutex_t& mutex_;
};

}  // namespace green::pthreads
