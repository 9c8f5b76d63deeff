// SPDX-License-Identifier: MIT
//
// Mirrors <malloc.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: calloc free mallinfo mallinfo2 malloc
//   malloc_trim malloc_usable_size mallopt max_align_t memalign ptrdiff_t
//   pvalloc realloc reallocarray valloc and all macros
// Differs: nothing.
// Missing: malloc_info malloc_stats: the stream may be a pipe that is full.
//   Await green::printf of "green/stdio.h" with the numbers of mallinfo2.
#pragma once

#include <malloc.h>  // the original

#include "green/stdio.h"

namespace green {

using ::calloc;
using ::free;
using ::mallinfo;
using ::mallinfo2;
using ::malloc;
using ::malloc_trim;
using ::malloc_usable_size;
using ::mallopt;
using ::max_align_t;
using ::memalign;
using ::ptrdiff_t;
using ::pvalloc;
using ::realloc;
using ::reallocarray;
using ::valloc;

}  // namespace green
