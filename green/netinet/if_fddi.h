// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/if_fddi.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: fddi_8022_1_hdr fddi_8022_2_hdr fddi_header
//   fddi_snap_hdr fddihdr and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/if_fddi.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::fddi_8022_1_hdr;
using ::fddi_8022_2_hdr;
using ::fddi_header;
using ::fddi_snap_hdr;
using ::fddihdr;

}  // namespace green
