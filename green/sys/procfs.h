// SPDX-License-Identifier: MIT
//
// Mirrors <sys/procfs.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: elf_prpsinfo elf_prstatus elf_siginfo lwpid_t
//   prfpregset_t prgregset_t prpsinfo_t prstatus_t psaddr_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/procfs.h>  // the original

#include "green/sys/select.h"
#include "green/sys/time.h"
#include "green/sys/types.h"
#include "green/sys/user.h"

namespace green {

using ::elf_prpsinfo;
using ::elf_prstatus;
using ::elf_siginfo;
using ::lwpid_t;
using ::prfpregset_t;
using ::prgregset_t;
using ::prpsinfo_t;
using ::prstatus_t;
using ::psaddr_t;

}  // namespace green
