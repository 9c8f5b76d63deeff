// SPDX-License-Identifier: MIT
//
// Mirrors <wchar.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FILE btowc fwide locale_t mbrlen mbrtowc
//   mbsinit mbsnrtowcs mbsrtowcs mbstate_t open_wmemstream size_t swprintf
//   swscanf tm ungetwc vswprintf vswscanf wcpcpy wcpncpy wcrtomb wcscasecmp
//   wcscasecmp_l wcscat wcschr wcschrnul wcscmp wcscoll wcscoll_l wcscpy
//   wcscspn wcsdup wcsftime wcsftime_l wcslen wcsncasecmp wcsncasecmp_l wcsncat
//   wcsncmp wcsncpy wcsnlen wcsnrtombs wcspbrk wcsrchr wcsrtombs wcsspn wcsstr
//   wcstod wcstod_l wcstof wcstof_l wcstok wcstol wcstol_l wcstold wcstold_l
//   wcstoll wcstoll_l wcstoq wcstoul wcstoul_l wcstoull wcstoull_l wcstouq
//   wcswcs wcswidth wcsxfrm wcsxfrm_l wctob wcwidth wint_t wmemchr wmemcmp
//   wmemcpy wmemmove wmempcpy wmemset and all macros
// Differs: nothing.
// Missing: fgetwc fgetwc_unlocked fgetws fgetws_unlocked fputwc fputwc_unlocked
//   fputws fputws_unlocked fwprintf fwscanf getwc getwc_unlocked getwchar
//   getwchar_unlocked putwc putwc_unlocked putwchar putwchar_unlocked vfwprintf
//   vfwscanf vwprintf vwscanf wprintf wscanf: the stream may be a pipe that is
//   empty or full. Await the functions of "green/stdio.h", and convert with
//   wcsrtombs and mbsrtowcs.
#pragma once

#include <wchar.h>  // the original

namespace green {

using ::btowc;
using ::FILE;
using ::fwide;
using ::locale_t;
using ::mbrlen;
using ::mbrtowc;
using ::mbsinit;
using ::mbsnrtowcs;
using ::mbsrtowcs;
using ::mbstate_t;
using ::open_wmemstream;
using ::size_t;
using ::swprintf;
using ::swscanf;
using ::tm;
using ::ungetwc;
using ::vswprintf;
using ::vswscanf;
using ::wcpcpy;
using ::wcpncpy;
using ::wcrtomb;
using ::wcscasecmp;
using ::wcscasecmp_l;
using ::wcscat;
using ::wcschr;
using ::wcschrnul;
using ::wcscmp;
using ::wcscoll;
using ::wcscoll_l;
using ::wcscpy;
using ::wcscspn;
using ::wcsdup;
using ::wcsftime;
using ::wcsftime_l;
using ::wcslen;
using ::wcsncasecmp;
using ::wcsncasecmp_l;
using ::wcsncat;
using ::wcsncmp;
using ::wcsncpy;
using ::wcsnlen;
using ::wcsnrtombs;
using ::wcspbrk;
using ::wcsrchr;
using ::wcsrtombs;
using ::wcsspn;
using ::wcsstr;
using ::wcstod;
using ::wcstod_l;
using ::wcstof;
using ::wcstof_l;
using ::wcstok;
using ::wcstol;
using ::wcstol_l;
using ::wcstold;
using ::wcstold_l;
using ::wcstoll;
using ::wcstoll_l;
using ::wcstoq;
using ::wcstoul;
using ::wcstoul_l;
using ::wcstoull;
using ::wcstoull_l;
using ::wcstouq;
using ::wcswcs;
using ::wcswidth;
using ::wcsxfrm;
using ::wcsxfrm_l;
using ::wctob;
using ::wcwidth;
using ::wint_t;
using ::wmemchr;
using ::wmemcmp;
using ::wmemcpy;
using ::wmemmove;
using ::wmempcpy;
using ::wmemset;

}  // namespace green
