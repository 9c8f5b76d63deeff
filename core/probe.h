// SPDX-License-Identifier: MIT
#pragma once

/// Marks a place for tracers: a nop, and a note in the ELF file that has the
/// probe's name and says where its arguments are. The format is that of
/// SystemTap's <sys/sdt.h>, which gdb, perf and bpftrace know.
///
/// The arguments are objects in memory, of up to 8 bytes. They are not loaded,
/// so that a probe that nobody uses is the nop alone.
///
/// gold does not link a note whose function it has discarded as unused. gdb
/// needs _.stapsdt.base, which a linker may discard, too. So a byte of
/// .init.green_probes refers to both, and no linker discards that.
#define GREEN_PROBE(name, first, second, third)                           \
  asm volatile(                                                           \
      "990: nop\n"                                                        \
      ".pushsection .note.stapsdt, \"?\", \"note\"\n"                     \
      ".balign 4\n"                                                       \
      ".4byte 992f-991f, 994f-993f, 3\n"                                  \
      "991: .asciz \"stapsdt\"\n"                                         \
      "992: .balign 4\n"                                                  \
      "993: .dc.a 990b, _.stapsdt.base, 0\n"                              \
      ".asciz \"green\", \"" #name                                        \
      "\", \"%c1@%0 %c3@%2 %c5@%4\"\n"                                    \
      "994: .balign 4\n"                                                  \
      ".popsection\n"                                                     \
      ".pushsection .init.green_probes, \"aR\"\n"                         \
      ".reloc ., BFD_RELOC_NONE, 990b\n"                                  \
      ".reloc ., BFD_RELOC_NONE, _.stapsdt.base\n"                        \
      ".space 1\n"                                                        \
      ".popsection\n"                                                     \
      ".ifndef _.stapsdt.base\n"                                          \
      ".pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, " \
      "comdat\n"                                                          \
      ".weak _.stapsdt.base\n"                                            \
      ".hidden _.stapsdt.base\n"                                          \
      "_.stapsdt.base: .space 1\n"                                        \
      ".size _.stapsdt.base, 1\n"                                         \
      ".popsection\n"                                                     \
      ".endif"                                                            \
      :                                                                   \
      : "m"(first), "n"(sizeof(decltype(first))), "m"(second),            \
        "n"(sizeof(decltype(second))), "m"(third),                        \
        "n"(sizeof(decltype(third))))
