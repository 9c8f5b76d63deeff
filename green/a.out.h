// SPDX-License-Identifier: MIT
//
// Mirrors <a.out.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: M_386 M_68010 M_68020 M_MIPS1 M_MIPS2
//   M_OLDSUN2 M_SPARC exec machine_type nlist relocation_info and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <a.out.h>  // the original

namespace green {

using ::exec;
using ::M_386;
using ::M_68010;
using ::M_68020;
using ::M_MIPS1;
using ::M_MIPS2;
using ::M_OLDSUN2;
using ::M_SPARC;
using ::machine_type;
using ::nlist;
using ::relocation_info;

}  // namespace green
