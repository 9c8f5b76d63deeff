// SPDX-License-Identifier: MIT
//
// Mirrors <crypt.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: crypt crypt_checksalt crypt_data
//   crypt_gensalt crypt_gensalt_r crypt_gensalt_ra crypt_gensalt_rn
//   crypt_preferred_method crypt_r crypt_ra crypt_rn and all macros
// Differs: crypt and its kin compute for long, by design. Await
//   green::threadpool::apply of "green/threadpool.h" with the original.
// Missing: nothing.
#pragma once

#include <crypt.h>  // the original

namespace green {

using ::crypt;
using ::crypt_checksalt;
using ::crypt_data;
using ::crypt_gensalt;
using ::crypt_gensalt_r;
using ::crypt_gensalt_ra;
using ::crypt_gensalt_rn;
using ::crypt_preferred_method;
using ::crypt_r;
using ::crypt_ra;
using ::crypt_rn;

}  // namespace green
