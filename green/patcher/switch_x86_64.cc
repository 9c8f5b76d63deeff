// SPDX-License-Identifier: MIT
#if defined(__x86_64__) && defined(__LP64__)

#include <cstdint>

#include "green/patcher/switch.h"

namespace green::patcher {

namespace {

// `pop; jmp` and not `ret`, which the processor would predict to return to
// where the other stack was called from (11 ns against 5).
[[gnu::naked, gnu::noinline, gnu::used]] void* switch_stacks(context*, context,
                                                             void*) {
  asm("pushq %rbp\n\t"
      "pushq %rbx\n\t"
      "pushq %r15\n\t"
      "pushq %r14\n\t"
      "pushq %r13\n\t"
      "pushq %r12\n\t"
      "subq $8, %rsp\n\t"
      "stmxcsr (%rsp)\n\t"
      "fnstcw 4(%rsp)\n\t"
      "movq %rsp, (%rdi)\n\t"
      "movq %rsi, %rsp\n\t"
      "ldmxcsr (%rsp)\n\t"
      "fldcw 4(%rsp)\n\t"
      "addq $8, %rsp\n\t"
      "popq %r12\n\t"
      "popq %r13\n\t"
      "popq %r14\n\t"
      "popq %r15\n\t"
      "popq %rbx\n\t"
      "popq %rbp\n\t"
      "movq %rdx, %rax\n\t"
      "popq %rcx\n\t"
      "notrack jmp *%rcx");
}

// The outermost frame: an unwinder ends here.
[[gnu::naked, gnu::noinline, gnu::used]] void begin_stack() {
  asm(".cfi_undefined rip\n\t"
      "endbr64\n\t"
      "movq %rax, %rdi\n\t"
      "xorl %ebp, %ebp\n\t"
      "callq *%rbx\n\t"
      "ud2");
}

// What switch_stacks leaves, from the lowest address on.
struct saved {
  std::uint32_t mxcsr;
  std::uint16_t x87;
  std::uint16_t unused;
  std::uint64_t r12, r13, r14, r15, rbx, rbp;
  std::uint64_t next;
};

}  // namespace

void* switch_context(context& from, context to, void* passed) noexcept {
  return switch_stacks(&from, to, passed);
}

context make_context(void* top, void (*entry)(void*)) noexcept {
  const auto end = reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15};
  saved& first = *reinterpret_cast<saved*>(end - sizeof(saved));
  first = {};
  asm("stmxcsr %0\n\tfnstcw %1" : "=m"(first.mxcsr), "=m"(first.x87));
  first.rbx = reinterpret_cast<std::uint64_t>(entry);
  first.next = reinterpret_cast<std::uint64_t>(&begin_stack);
  return &first;
}

bool can_switch() noexcept {
  std::uint64_t shadow = 0;
  asm volatile("rdsspq %0" : "+r"(shadow));  // does nothing where there is none
  return shadow == 0;
}

}  // namespace green::patcher

#endif
