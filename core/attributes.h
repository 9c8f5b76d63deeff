// SPDX-License-Identifier: MIT
#pragma once

/// Stands behind a parameter that the returned awaitable refers to. clang then
/// warns of an awaitable that outlives the argument. Other compilers would warn
/// of an attribute that they do not know.
#ifdef __clang__
#define GREEN_KEPT [[clang::lifetimebound]]
#else
#define GREEN_KEPT
#endif
