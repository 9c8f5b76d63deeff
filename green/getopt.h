// SPDX-License-Identifier: MIT
//
// Mirrors <getopt.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: getopt getopt_long getopt_long_only optarg
//   opterr optind option optopt and all macros
// Differs: a wrong option is told on stderr at once. With opterr = 0 it is not.
// Missing: nothing.
#pragma once

#include <getopt.h>  // the original

namespace green {

using ::getopt;
using ::getopt_long;
using ::getopt_long_only;
using ::optarg;
using ::opterr;
using ::optind;
using ::option;
using ::optopt;

}  // namespace green
