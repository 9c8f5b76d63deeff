// SPDX-License-Identifier: MIT
//
// The functions of <wchar.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <wchar.h>

extern "C" {

decltype(::fgetwc) fgetwc
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fgetwc_unlocked) fgetwc_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fgetws) fgetws
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fgetws_unlocked) fgetws_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fputwc) fputwc
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fputwc_unlocked) fputwc_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fputws) fputws
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fputws_unlocked) fputws_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fwprintf) fwprintf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::fwscanf) fwscanf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::getwc) getwc
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::getwc_unlocked) getwc_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::getwchar) getwchar
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::getwchar_unlocked) getwchar_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::putwc) putwc
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::putwc_unlocked) putwc_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::putwchar) putwchar
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::putwchar_unlocked) putwchar_unlocked
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::vfwprintf) vfwprintf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::vfwscanf) vfwscanf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::vwprintf) vwprintf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::vwscanf) vwscanf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::wprintf) wprintf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];
decltype(::wscanf) wscanf
    [[deprecated("holds the hub: see Missing in green/wchar.h")]];

}  // extern "C"
