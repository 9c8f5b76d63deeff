// SPDX-License-Identifier: MIT
//
// Mirrors <sys/auxv.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: Elf_MIPS_ABIFlags_v0 Elf_Options
//   Elf_Options_Hw Val_GNU_MIPS_ABI_FP_64 Val_GNU_MIPS_ABI_FP_64A
//   Val_GNU_MIPS_ABI_FP_ANY Val_GNU_MIPS_ABI_FP_DOUBLE Val_GNU_MIPS_ABI_FP_MAX
//   Val_GNU_MIPS_ABI_FP_OLD_64 Val_GNU_MIPS_ABI_FP_SINGLE
//   Val_GNU_MIPS_ABI_FP_SOFT Val_GNU_MIPS_ABI_FP_XX getauxval and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/auxv.h>  // the original

#include "green/stdint.h"

namespace green {

using ::Elf_MIPS_ABIFlags_v0;
using ::Elf_Options;
using ::Elf_Options_Hw;
using ::getauxval;
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
