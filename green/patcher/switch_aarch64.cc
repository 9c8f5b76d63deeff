// SPDX-License-Identifier: MIT
#if defined(__aarch64__) && defined(__LP64__)

#include <cstdint>

#include "green/patcher/switch.h"

extern "C" {
void* green_patcher_switch(void** from, void* to, void* passed) noexcept;
void green_patcher_begin() noexcept;
}

// The way back is the same on either stack, and so unwinders find it at each
// instruction. `ret`, as a jump to what is no landing pad faults where those
// are enforced. The first return address leads to green_patcher_begin, which
// g++ cannot have as a naked function on this machine.
asm(R"(
    .macro green_patcher_save first, second, offset
    stp \first, \second, [sp, #\offset]
    .cfi_rel_offset \first, \offset
    .cfi_rel_offset \second, \offset + 8
    .endm

    .text
    .balign 16
    .globl green_patcher_switch
    .hidden green_patcher_switch
    .type green_patcher_switch, %function
green_patcher_switch:
    .cfi_startproc
    hint #34
    .cfi_remember_state
    sub sp, sp, #176
    .cfi_adjust_cfa_offset 176
    green_patcher_save d8, d9, 0
    green_patcher_save d10, d11, 16
    green_patcher_save d12, d13, 32
    green_patcher_save d14, d15, 48
    green_patcher_save x19, x20, 64
    green_patcher_save x21, x22, 80
    green_patcher_save x23, x24, 96
    green_patcher_save x25, x26, 112
    green_patcher_save x27, x28, 128
    green_patcher_save x29, x30, 144
    mrs x9, fpcr
    str x9, [sp, #160]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldr x9, [sp, #160]
    msr fpcr, x9
    ldp d8, d9, [sp]
    ldp d10, d11, [sp, #16]
    ldp d12, d13, [sp, #32]
    ldp d14, d15, [sp, #48]
    ldp x19, x20, [sp, #64]
    ldp x21, x22, [sp, #80]
    ldp x23, x24, [sp, #96]
    ldp x25, x26, [sp, #112]
    ldp x27, x28, [sp, #128]
    ldp x29, x30, [sp, #144]
    add sp, sp, #176
    .cfi_restore_state
    mov x0, x2
    ret
    .cfi_endproc
    .size green_patcher_switch, .-green_patcher_switch
    .purgem green_patcher_save

    .balign 16
    .globl green_patcher_begin
    .hidden green_patcher_begin
    .type green_patcher_begin, %function
green_patcher_begin:
    .cfi_startproc
    .cfi_undefined x30
    hint #34
    mov x29, xzr
    mov x30, xzr
    blr x19
    brk #1
    .cfi_endproc
    .size green_patcher_begin, .-green_patcher_begin
)");

namespace green::patcher {

namespace {

// What green_patcher_switch leaves, from the lowest address on.
struct saved {
  double d[8];
  std::uint64_t x[12];  // x19 to x30
  std::uint64_t fpcr;
  std::uint64_t unused;
};
static_assert(sizeof(saved) == 176);

}  // namespace

void* switch_context(context& from, context to, void* passed) noexcept {
  return green_patcher_switch(&from, to, passed);
}

context make_context(void* top, void (*entry)(void*)) noexcept {
  const auto end = reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15};
  saved& first = *reinterpret_cast<saved*>(end - sizeof(saved));
  first = {};
  asm volatile("mrs %0, fpcr" : "=r"(first.fpcr));
  first.x[0] = reinterpret_cast<std::uint64_t>(entry);
  first.x[11] = reinterpret_cast<std::uint64_t>(&green_patcher_begin);
  return &first;
}

bool can_switch() noexcept {
  // CHKFEAT clears the bit where the guarded control stack is on, and does
  // nothing on a CPU that does not know it.
  register std::uint64_t wanted asm("x16") = 1;
  asm volatile("hint #40" : "+r"(wanted));
  return wanted != 0;
}

}  // namespace green::patcher

#endif
