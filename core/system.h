// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// All that core needs of the operating system and of the compiler's runtime.
namespace green::core {

/// Nanoseconds of CLOCK_MONOTONIC.
std::int64_t steady_now() noexcept;

/// gettid(2)
int thread_id() noexcept;

/// The address of this OS thread's errno.
int* errno_here() noexcept;

/// sched_yield(2): lets another thread go on, as the holder of a spin lock may
/// have lost its processor.
void yield_processor() noexcept;

/// Zeroed memory from the kernel, of which no allocator knows. Null when the
/// kernel refuses it.
void* map_memory(std::size_t size) noexcept;
void unmap_memory(void* memory, std::size_t size) noexcept;

/// The stack of this OS thread. All of it lies below 16 when it is not known.
struct stack_bounds {
  std::uintptr_t begin = 0, end = 0;
};
stack_bounds own_stack() noexcept;

/// The addresses to which the running functions return, the innermost first.
/// Gives their number. The first is in the caller of unwind. It takes some
/// microseconds and no memory, once it has been called.
unsigned unwind(const void** calls, unsigned most) noexcept;

/// An address in code, as its module knows it.
struct module_place {
  std::string file;    // of the module; empty when it is not known
  std::string name;    // the same, for readers
  std::string symbol;  // of the function, if other modules may call that
  std::uintptr_t offset = 0;
};
module_place module_of(std::uintptr_t address);

/// Starts a program and gives what it writes. Empty: there is no such program,
/// or it fails, or it takes longer than some seconds.
std::string output_of(const std::vector<std::string>& words);

std::string working_directory();

/// Was green compiled with AddressSanitizer, or ThreadSanitizer?
bool under_asan() noexcept;
bool under_tsan() noexcept;

}  // namespace green::core
