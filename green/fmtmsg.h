// SPDX-License-Identifier: MIT
//
// Mirrors <fmtmsg.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: MM_APPL MM_CONSOLE MM_ERROR MM_FIRM MM_HALT
//   MM_HARD MM_INFO MM_NOCON MM_NOMSG MM_NOSEV MM_NOTOK MM_NRECOV MM_OK
//   MM_OPSYS MM_PRINT MM_RECOVER MM_SOFT MM_UTIL MM_WARNING addseverity and all
//   macros
// Differs: nothing.
// Missing: fmtmsg: stderr may be a pipe that is full. Await green::fprintf of
//   "green/stdio.h".
#pragma once

#include <fmtmsg.h>  // the original

namespace green {

using ::addseverity;
using ::MM_APPL;
using ::MM_CONSOLE;
using ::MM_ERROR;
using ::MM_FIRM;
using ::MM_HALT;
using ::MM_HARD;
using ::MM_INFO;
using ::MM_NOCON;
using ::MM_NOMSG;
using ::MM_NOSEV;
using ::MM_NOTOK;
using ::MM_NRECOV;
using ::MM_OK;
using ::MM_OPSYS;
using ::MM_PRINT;
using ::MM_RECOVER;
using ::MM_SOFT;
using ::MM_UTIL;
using ::MM_WARNING;

}  // namespace green
