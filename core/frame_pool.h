// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <new>

namespace green::core {

/// Memory for coroutine frames and green threads, from free lists by size. Each
/// OS thread has its own lists. Another thread than the allocating one may free
/// the memory.
class frame_pool {
 public:
  static void* allocate(std::size_t size) {
    const std::size_t index = class_of(size);
    if (index < classes) {
      if (block* free = lists_[index].head) {
        lists_[index].head = free->next;
        --lists_[index].length;
        return free;
      }
    }
    return allocate_slow(size);
  }

  static void release(void* memory, std::size_t size) noexcept {
    const std::size_t index = class_of(size);
    if (index < classes && lists_[index].length < lists_[index].limit) {
      block* free = static_cast<block*>(memory);
      free->next = lists_[index].head;
      lists_[index].head = free;
      ++lists_[index].length;
      return;
    }
    release_slow(memory, size);
  }

  /// Gives the memory in this thread's free lists back to the system.
  static void trim() noexcept;

 private:
  // The system's allocator adds a word to a block and rounds that up. So the
  // blocks are a word smaller than a multiple of the granule.
  static constexpr std::size_t granule = 16;
  static constexpr std::size_t word = sizeof(void*);
  static constexpr std::size_t classes = 129;  // frames of up to 2 KiB

  static constexpr std::size_t class_of(std::size_t size) noexcept {
    return (size + word + granule - 1) / granule;
  }
  static constexpr std::size_t size_of(std::size_t index) noexcept {
    return index * granule - word;
  }

  struct block {
    block* next;
  };
  struct free_list {
    block* head;
    unsigned length;
    unsigned limit;  // 0 until the thread's first slow allocation
  };

  static void* allocate_slow(std::size_t size);
  static void release_slow(void* memory, std::size_t size) noexcept;
  static void open_lists() noexcept;

  static inline constinit thread_local free_list lists_[classes] = {};
};

/// Base of a class whose objects are allocated from the frame pool. Objects of
/// more than the usual alignment are left to the system.
struct pooled {
  static void* operator new(std::size_t size) {
    return frame_pool::allocate(size);
  }
  static void* operator new(std::size_t size, std::align_val_t alignment) {
    return ::operator new(size, alignment);
  }
  static void operator delete(void* memory, std::size_t size) noexcept {
    frame_pool::release(memory, size);
  }
  // clang 16 to 18 has no global one with the size unless it is told to.
  static void operator delete(void* memory, std::size_t,
                              std::align_val_t alignment) noexcept {
    ::operator delete(memory, alignment);
  }
};

}  // namespace green::core
