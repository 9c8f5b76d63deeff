// SPDX-License-Identifier: MIT
//
// Mirrors <printf.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FILE PA_CHAR PA_DOUBLE PA_FLOAT PA_INT
//   PA_LAST PA_POINTER PA_STRING PA_WCHAR PA_WSTRING parse_printf_format
//   printf_arginfo_function printf_arginfo_size_function printf_function
//   printf_info printf_size printf_size_info printf_va_arg_function
//   register_printf_function register_printf_modifier register_printf_specifier
//   register_printf_type size_t va_list and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <printf.h>  // the original

namespace green {

using ::FILE;
using ::PA_CHAR;
using ::PA_DOUBLE;
using ::PA_FLOAT;
using ::PA_INT;
using ::PA_LAST;
using ::PA_POINTER;
using ::PA_STRING;
using ::PA_WCHAR;
using ::PA_WSTRING;
using ::parse_printf_format;
using ::printf_arginfo_function;
using ::printf_arginfo_size_function;
using ::printf_function;
using ::printf_info;
using ::printf_size;
using ::printf_size_info;
using ::printf_va_arg_function;
using ::register_printf_function;
using ::register_printf_modifier;
using ::register_printf_specifier;
using ::register_printf_type;
using ::size_t;
using ::va_list;

}  // namespace green
