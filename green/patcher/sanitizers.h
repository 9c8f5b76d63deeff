// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

// Functions of the sanitizers' runtimes. They are null in a program without a
// sanitizer, so the same object file serves both.
extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** fake_stack,
                                                  const void* bottom,
                                                  std::size_t size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* fake_stack,
                                                   const void** bottom,
                                                   std::size_t* size);
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* at,
                                                 std::size_t size);
[[gnu::weak]] void __lsan_register_root_region(const void* at,
                                               std::size_t size);
[[gnu::weak]] void __lsan_unregister_root_region(const void* at,
                                                 std::size_t size);
[[gnu::weak]] void* __tsan_get_current_fiber();
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}
