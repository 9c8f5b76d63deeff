// SPDX-License-Identifier: MIT
//
// Mirrors <aliases.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: aliasent and all macros
// Differs: nothing.
// Missing: setaliasent endaliasent getaliasent getaliasent_r getaliasbyname
//   getaliasbyname_r: the look-ups wait for a file or a server. Await
//   green::threadpool::apply of "green/threadpool.h" with the original.
#pragma once

#include <aliases.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::aliasent;

}  // namespace green
