// SPDX-License-Identifier: MIT
//
// Mirrors <stab.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: LAST_UNUSED_STAB_CODE N_BCOMM N_BINCL N_BROWS
//   N_BSLINE N_CATCH N_DEFD N_DSLINE N_ECOML N_ECOMM N_EHDECL N_EINCL N_ENTRY
//   N_EXCL N_FNAME N_FUN N_GSYM N_LBRAC N_LCSYM N_LENG N_LSYM N_M2C N_MAIN
//   N_MOD2 N_NBBSS N_NBDATA N_NBLCS N_NBSTS N_NBTEXT N_NOMAP N_NSYMS N_OBJ
//   N_OPT N_PC N_PSYM N_RBRAC N_RSYM N_SCOPE N_SLINE N_SO N_SOL N_SSYM N_STSYM
//   and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <stab.h>  // the original

namespace green {

using ::LAST_UNUSED_STAB_CODE;
using ::N_BCOMM;
using ::N_BINCL;
using ::N_BROWS;
using ::N_BSLINE;
using ::N_CATCH;
using ::N_DEFD;
using ::N_DSLINE;
using ::N_ECOML;
using ::N_ECOMM;
using ::N_EHDECL;
using ::N_EINCL;
using ::N_ENTRY;
using ::N_EXCL;
using ::N_FNAME;
using ::N_FUN;
using ::N_GSYM;
using ::N_LBRAC;
using ::N_LCSYM;
using ::N_LENG;
using ::N_LSYM;
using ::N_M2C;
using ::N_MAIN;
using ::N_MOD2;
using ::N_NBBSS;
using ::N_NBDATA;
using ::N_NBLCS;
using ::N_NBSTS;
using ::N_NBTEXT;
using ::N_NOMAP;
using ::N_NSYMS;
using ::N_OBJ;
using ::N_OPT;
using ::N_PC;
using ::N_PSYM;
using ::N_RBRAC;
using ::N_RSYM;
using ::N_SCOPE;
using ::N_SLINE;
using ::N_SO;
using ::N_SOL;
using ::N_SSYM;
using ::N_STSYM;

}  // namespace green
