// SPDX-License-Identifier: MIT
//
// Mirrors <sys/kd.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: console_font console_font_op consolefontdesc
//   kbd_repeat kbdiacr kbdiacrs kbdiacrsuc kbdiacruc kbentry kbkeycode kbsentry
//   scrnmap_t unimapdesc unimapinit unipair and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/kd.h>  // the original

namespace green {

using ::console_font;
using ::console_font_op;
using ::consolefontdesc;
using ::kbd_repeat;
using ::kbdiacr;
using ::kbdiacrs;
using ::kbdiacrsuc;
using ::kbdiacruc;
using ::kbentry;
using ::kbkeycode;
using ::kbsentry;
using ::scrnmap_t;
using ::unimapdesc;
using ::unimapinit;
using ::unipair;

}  // namespace green
