// SPDX-License-Identifier: MIT
//
// Mirrors <regex.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: active_reg_t re_compile_fastmap
//   re_compile_pattern re_match re_match_2 re_pattern_buffer re_registers
//   re_search re_search_2 re_set_registers re_set_syntax re_syntax_options
//   reg_errcode_t reg_syntax_t regcomp regerror regex_t regexec regfree
//   regmatch_t regoff_t s_reg_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <regex.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::active_reg_t;
using ::re_compile_fastmap;
using ::re_compile_pattern;
using ::re_match;
using ::re_match_2;
using ::re_pattern_buffer;
using ::re_registers;
using ::re_search;
using ::re_search_2;
using ::re_set_registers;
using ::re_set_syntax;
using ::re_syntax_options;
using ::reg_errcode_t;
using ::reg_syntax_t;
using ::regcomp;
using ::regerror;
using ::regex_t;
using ::regexec;
using ::regfree;
using ::regmatch_t;
using ::regoff_t;
using ::s_reg_t;

}  // namespace green
