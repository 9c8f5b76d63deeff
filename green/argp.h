// SPDX-License-Identifier: MIT
//
// Mirrors <argp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: argp argp_child argp_err_exit_status
//   argp_option argp_parse argp_parser_t argp_program_bug_address
//   argp_program_version argp_program_version_hook argp_state and all macros
// Differs: help, and the word that an option is wrong, are told on stderr or
//   stdout at once. With ARGP_SILENT they are not.
// Missing: argp_error argp_failure argp_help argp_state_help argp_usage: they
//   print. Await green::fprintf of "green/stdio.h".
#pragma once

#include <argp.h>  // the original

#include "green/ctype.h"
#include "green/errno.h"
#include "green/getopt.h"
#include "green/stdio.h"

namespace green {

using ::argp;
using ::argp_child;
using ::argp_err_exit_status;
using ::argp_option;
using ::argp_parse;
using ::argp_parser_t;
using ::argp_program_bug_address;
using ::argp_program_version;
using ::argp_program_version_hook;
using ::argp_state;

}  // namespace green
