// SPDX-License-Identifier: MIT
//
// Mirrors <sys/sysinfo.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: get_avphys_pages get_nprocs get_nprocs_conf
//   get_phys_pages sysinfo and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/sysinfo.h>  // the original

namespace green {

using ::get_avphys_pages;
using ::get_nprocs;
using ::get_nprocs_conf;
using ::get_phys_pages;
using ::sysinfo;

}  // namespace green
