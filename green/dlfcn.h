// SPDX-License-Identifier: MIT
//
// Mirrors <dlfcn.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: Dl_info Dl_serinfo Dl_serpath Lmid_t
//   RTLD_DI_CONFIGADDR RTLD_DI_LINKMAP RTLD_DI_LMID RTLD_DI_MAX RTLD_DI_ORIGIN
//   RTLD_DI_PHDR RTLD_DI_PROFILENAME RTLD_DI_PROFILEOUT RTLD_DI_SERINFO
//   RTLD_DI_SERINFOSIZE RTLD_DI_TLS_DATA RTLD_DI_TLS_MODID RTLD_DL_LINKMAP
//   RTLD_DL_SYMENT dl_find_object dladdr dladdr1 dlclose dlerror dlinfo dlsym
//   dlvsym size_t and all macros
// Differs: nothing.
// Missing: dlopen dlmopen: they read from the disk and run constructors. Call
//   the originals before green::run.
#pragma once

#include <dlfcn.h>  // the original

namespace green {

using ::dl_find_object;
using ::Dl_info;
using ::Dl_serinfo;
using ::Dl_serpath;
using ::dladdr;
using ::dladdr1;
using ::dlclose;
using ::dlerror;
using ::dlinfo;
using ::dlsym;
using ::dlvsym;
using ::Lmid_t;
using ::RTLD_DI_CONFIGADDR;
using ::RTLD_DI_LINKMAP;
using ::RTLD_DI_LMID;
using ::RTLD_DI_MAX;
using ::RTLD_DI_ORIGIN;
using ::RTLD_DI_PHDR;
using ::RTLD_DI_PROFILENAME;
using ::RTLD_DI_PROFILEOUT;
using ::RTLD_DI_SERINFO;
using ::RTLD_DI_SERINFOSIZE;
using ::RTLD_DI_TLS_DATA;
using ::RTLD_DI_TLS_MODID;
using ::RTLD_DL_LINKMAP;
using ::RTLD_DL_SYMENT;
using ::size_t;

}  // namespace green
