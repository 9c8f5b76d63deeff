// SPDX-License-Identifier: MIT
//
// Mirrors <ftw.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: ftw nftw
// Same: all else is the original: FTW FTW_ACTIONRETVAL FTW_CHDIR FTW_CONTINUE
//   FTW_D FTW_DEPTH FTW_DNR FTW_DP FTW_F FTW_MOUNT FTW_NS FTW_PHYS
//   FTW_SKIP_SIBLINGS FTW_SKIP_SUBTREE FTW_SL FTW_SLN FTW_STOP
// Differs: the original walks on a helper thread, and the function runs in the
//   calling green thread. It may return a task<int>, and wait. A kill, a
//   timeout or an exception of the function ends the walk as FTW_STOP does. It
//   is thrown when the walk has closed its descriptors. With FTW_CHDIR, other
//   green threads see the working directory change, because it is that of the
//   process. A child of fork, made by the function, must not return from it.
// Missing: the names in 64 (nftw64): off_t has 64 bits.
#pragma once

#include <ftw.h>  // the original
#include <sys/stat.h>

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::FTW;
using ::FTW_ACTIONRETVAL;
using ::FTW_CHDIR;
using ::FTW_CONTINUE;
using ::FTW_D;
using ::FTW_DEPTH;
using ::FTW_DNR;
using ::FTW_DP;
using ::FTW_F;
using ::FTW_MOUNT;
using ::FTW_NS;
using ::FTW_PHYS;
using ::FTW_SKIP_SIBLINGS;
using ::FTW_SKIP_SUBTREE;
using ::FTW_SL;
using ::FTW_SLN;
using ::FTW_STOP;

/// nftw(3)
task<int> nftw(const char* path GREEN_KEPT,
               int (*visit)(const char*, const struct ::stat*, int, FTW*),
               int descriptors, int flags);
/// nftw(3), with a function that waits.
task<int> nftw(const char* path GREEN_KEPT,
               task<int> (*visit)(const char*, const struct ::stat*, int, FTW*),
               int descriptors, int flags);

/// ftw(3)
task<int> ftw(const char* path GREEN_KEPT,
              int (*visit)(const char*, const struct ::stat*, int),
              int descriptors);
/// ftw(3), with a function that waits.
task<int> ftw(const char* path GREEN_KEPT,
              task<int> (*visit)(const char*, const struct ::stat*, int),
              int descriptors);

}  // namespace green
