// SPDX-License-Identifier: MIT
//
// Mirrors <sys/un.h>.
//
// Awaited: (nothing)
// Same: all else is the original: sa_family_t sockaddr_un
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/un.h>  // the original

namespace green {

using ::sa_family_t;
using ::sockaddr_un;

}  // namespace green
