// SPDX-License-Identifier: MIT
//
// Mirrors <locale.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: duplocale freelocale lconv locale_t
//   localeconv newlocale setlocale uselocale and all macros
// Differs: setlocale and newlocale read the files of a locale at once. Call
//   them before green::run.
// Missing: nothing.
#pragma once

#include <locale.h>  // the original

namespace green {

using ::duplocale;
using ::freelocale;
using ::lconv;
using ::locale_t;
using ::localeconv;
using ::newlocale;
using ::setlocale;
using ::uselocale;

}  // namespace green
