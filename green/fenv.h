// SPDX-License-Identifier: MIT
//
// Mirrors <fenv.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: feclearexcept fedisableexcept feenableexcept
//   fegetenv fegetexcept fegetexceptflag fegetmode fegetround feholdexcept
//   femode_t fenv_t feraiseexcept fesetenv fesetexcept fesetexceptflag
//   fesetmode fesetround fetestexcept fetestexceptflag feupdateenv fexcept_t
//   and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <fenv.h>  // the original

namespace green {

using ::feclearexcept;
using ::fedisableexcept;
using ::feenableexcept;
using ::fegetenv;
using ::fegetexcept;
using ::fegetexceptflag;
using ::fegetmode;
using ::fegetround;
using ::feholdexcept;
using ::femode_t;
using ::fenv_t;
using ::feraiseexcept;
using ::fesetenv;
using ::fesetexcept;
using ::fesetexceptflag;
using ::fesetmode;
using ::fesetround;
using ::fetestexcept;
using ::fetestexceptflag;
using ::feupdateenv;
using ::fexcept_t;

}  // namespace green
