// SPDX-License-Identifier: MIT
//
// Mirrors <ctype.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: isalnum isalnum_l isalpha isalpha_l isascii
//   isblank isblank_l iscntrl iscntrl_l isctype isdigit isdigit_l isgraph
//   isgraph_l islower islower_l isprint isprint_l ispunct ispunct_l isspace
//   isspace_l isupper isupper_l isxdigit isxdigit_l locale_t toascii tolower
//   tolower_l toupper toupper_l and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <ctype.h>  // the original

namespace green {

using ::isalnum;
using ::isalnum_l;
using ::isalpha;
using ::isalpha_l;
using ::isascii;
using ::isblank;
using ::isblank_l;
using ::iscntrl;
using ::iscntrl_l;
using ::isctype;
using ::isdigit;
using ::isdigit_l;
using ::isgraph;
using ::isgraph_l;
using ::islower;
using ::islower_l;
using ::isprint;
using ::isprint_l;
using ::ispunct;
using ::ispunct_l;
using ::isspace;
using ::isspace_l;
using ::isupper;
using ::isupper_l;
using ::isxdigit;
using ::isxdigit_l;
using ::locale_t;
using ::toascii;
using ::tolower;
using ::tolower_l;
using ::toupper;
using ::toupper_l;

}  // namespace green
