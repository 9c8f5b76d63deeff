// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/if_tr.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: tr_statistics trh_hdr trllc trn_hdr and all
//   macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/if_tr.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::tr_statistics;
using ::trh_hdr;
using ::trllc;
using ::trn_hdr;

}  // namespace green
