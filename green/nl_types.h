// SPDX-License-Identifier: MIT
//
// Mirrors <nl_types.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: catclose catgets catopen nl_catd nl_item and
//   all macros
// Differs: catopen reads a catalogue from the disk at once. Call it before
//   green::run.
// Missing: nothing.
#pragma once

#include <nl_types.h>  // the original

namespace green {

using ::catclose;
using ::catgets;
using ::catopen;
using ::nl_catd;
using ::nl_item;

}  // namespace green
