// SPDX-License-Identifier: MIT
// The note by which copies of green find each other, and nothing of green.
#include <cstdint>

extern "C" {

[[gnu::visibility("hidden"), gnu::used]] std::uint32_t claimer_claim = 0;

int claim() { return claimer_claim = 1; }
int release() { return claimer_claim = 0; }
}

__asm__(
    ".pushsection .note.green, \"a\", %note\n"
    ".balign 4\n"
    ".long 6, 8, 1\n"
    ".asciz \"green\"\n"
    ".balign 4\n"
    ".quad claimer_claim - .\n"
    ".popsection");
