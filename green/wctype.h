// SPDX-License-Identifier: MIT
//
// Mirrors <wctype.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: iswalnum iswalnum_l iswalpha iswalpha_l
//   iswblank iswblank_l iswcntrl iswcntrl_l iswctype iswctype_l iswdigit
//   iswdigit_l iswgraph iswgraph_l iswlower iswlower_l iswprint iswprint_l
//   iswpunct iswpunct_l iswspace iswspace_l iswupper iswupper_l iswxdigit
//   iswxdigit_l locale_t towctrans towctrans_l towlower towlower_l towupper
//   towupper_l wctrans wctrans_l wctrans_t wctype wctype_l wctype_t wint_t and
//   all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <wctype.h>  // the original

namespace green {

using ::iswalnum;
using ::iswalnum_l;
using ::iswalpha;
using ::iswalpha_l;
using ::iswblank;
using ::iswblank_l;
using ::iswcntrl;
using ::iswcntrl_l;
using ::iswctype;
using ::iswctype_l;
using ::iswdigit;
using ::iswdigit_l;
using ::iswgraph;
using ::iswgraph_l;
using ::iswlower;
using ::iswlower_l;
using ::iswprint;
using ::iswprint_l;
using ::iswpunct;
using ::iswpunct_l;
using ::iswspace;
using ::iswspace_l;
using ::iswupper;
using ::iswupper_l;
using ::iswxdigit;
using ::iswxdigit_l;
using ::locale_t;
using ::towctrans;
using ::towctrans_l;
using ::towlower;
using ::towlower_l;
using ::towupper;
using ::towupper_l;
using ::wctrans, ::wctrans_t;
using ::wctrans_l;
using ::wctype, ::wctype_t;
using ::wctype_l;
using ::wint_t;

}  // namespace green
