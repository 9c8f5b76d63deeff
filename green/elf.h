// SPDX-License-Identifier: MIT
//
// Mirrors <elf.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: Elf32_Addr Elf32_Chdr Elf32_Conflict
//   Elf32_Dyn Elf32_Ehdr Elf32_Half Elf32_Lib Elf32_Move Elf32_Nhdr Elf32_Off
//   Elf32_Phdr Elf32_RegInfo Elf32_Rel Elf32_Rela Elf32_Relr Elf32_Section
//   Elf32_Shdr Elf32_Sword Elf32_Sxword Elf32_Sym Elf32_Syminfo Elf32_Verdaux
//   Elf32_Verdef Elf32_Vernaux Elf32_Verneed Elf32_Versym Elf32_Word
//   Elf32_Xword Elf32_auxv_t Elf32_gptab Elf64_Addr Elf64_Chdr Elf64_Dyn
//   Elf64_Ehdr Elf64_Half Elf64_Lib Elf64_Move Elf64_Nhdr Elf64_Off Elf64_Phdr
//   Elf64_Rel Elf64_Rela Elf64_Relr Elf64_Section Elf64_Shdr Elf64_Sword
//   Elf64_Sxword Elf64_Sym Elf64_Syminfo Elf64_Verdaux Elf64_Verdef
//   Elf64_Vernaux Elf64_Verneed Elf64_Versym Elf64_Word Elf64_Xword
//   Elf64_auxv_t Elf_MIPS_ABIFlags_v0 Elf_Options Elf_Options_Hw
//   Val_GNU_MIPS_ABI_FP_64 Val_GNU_MIPS_ABI_FP_64A Val_GNU_MIPS_ABI_FP_ANY
//   Val_GNU_MIPS_ABI_FP_DOUBLE Val_GNU_MIPS_ABI_FP_MAX
//   Val_GNU_MIPS_ABI_FP_OLD_64 Val_GNU_MIPS_ABI_FP_SINGLE
//   Val_GNU_MIPS_ABI_FP_SOFT Val_GNU_MIPS_ABI_FP_XX and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <elf.h>  // the original

#include "green/stdint.h"

namespace green {

using ::Elf32_Addr;
using ::Elf32_auxv_t;
using ::Elf32_Chdr;
using ::Elf32_Conflict;
using ::Elf32_Dyn;
using ::Elf32_Ehdr;
using ::Elf32_gptab;
using ::Elf32_Half;
using ::Elf32_Lib;
using ::Elf32_Move;
using ::Elf32_Nhdr;
using ::Elf32_Off;
using ::Elf32_Phdr;
using ::Elf32_RegInfo;
using ::Elf32_Rel;
using ::Elf32_Rela;
using ::Elf32_Relr;
using ::Elf32_Section;
using ::Elf32_Shdr;
using ::Elf32_Sword;
using ::Elf32_Sxword;
using ::Elf32_Sym;
using ::Elf32_Syminfo;
using ::Elf32_Verdaux;
using ::Elf32_Verdef;
using ::Elf32_Vernaux;
using ::Elf32_Verneed;
using ::Elf32_Versym;
using ::Elf32_Word;
using ::Elf32_Xword;
using ::Elf64_Addr;
using ::Elf64_auxv_t;
using ::Elf64_Chdr;
using ::Elf64_Dyn;
using ::Elf64_Ehdr;
using ::Elf64_Half;
using ::Elf64_Lib;
using ::Elf64_Move;
using ::Elf64_Nhdr;
using ::Elf64_Off;
using ::Elf64_Phdr;
using ::Elf64_Rel;
using ::Elf64_Rela;
using ::Elf64_Relr;
using ::Elf64_Section;
using ::Elf64_Shdr;
using ::Elf64_Sword;
using ::Elf64_Sxword;
using ::Elf64_Sym;
using ::Elf64_Syminfo;
using ::Elf64_Verdaux;
using ::Elf64_Verdef;
using ::Elf64_Vernaux;
using ::Elf64_Verneed;
using ::Elf64_Versym;
using ::Elf64_Word;
using ::Elf64_Xword;
using ::Elf_MIPS_ABIFlags_v0;
using ::Elf_Options;
using ::Elf_Options_Hw;
using ::Val_GNU_MIPS_ABI_FP_64;
using ::Val_GNU_MIPS_ABI_FP_64A;
using ::Val_GNU_MIPS_ABI_FP_ANY;
using ::Val_GNU_MIPS_ABI_FP_DOUBLE;
using ::Val_GNU_MIPS_ABI_FP_MAX;
using ::Val_GNU_MIPS_ABI_FP_OLD_64;
using ::Val_GNU_MIPS_ABI_FP_SINGLE;
using ::Val_GNU_MIPS_ABI_FP_SOFT;
using ::Val_GNU_MIPS_ABI_FP_XX;

}  // namespace green
