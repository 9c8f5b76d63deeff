// SPDX-License-Identifier: MIT
//
// Mirrors <fts.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FTS FTSENT fts_set and all macros
// Differs: nothing.
// Missing: fts_open fts_read fts_children fts_close fts64_open fts64_read
//   fts64_children fts64_close fts64_set: they read directories. Await
//   green::nftw of "green/ftw.h", or recursive_directory_iterator of
//   "green/filesystem".
#pragma once

#include <fts.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::FTS;
using ::fts_set;
using ::FTSENT;

}  // namespace green
