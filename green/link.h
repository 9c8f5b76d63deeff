// SPDX-License-Identifier: MIT
//
// Mirrors <link.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: dl_iterate_phdr dl_phdr_info link_map r_debug
//   and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <link.h>  // the original

#include "green/dlfcn.h"
#include "green/elf.h"
#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::dl_iterate_phdr;
using ::dl_phdr_info;
using ::link_map;
using ::r_debug;

}  // namespace green
