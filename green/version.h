// SPDX-License-Identifier: MIT
//
// The version of green, by semver.org: a program that compiles with 1.x
// compiles with every later 1.y. Programs are compiled anew for each version,
// because the binary interface may change with a minor one.
//
//   static_assert(green::version_major == 1);
//   std::puts(green::version);
//
// There is no function here. So no kill or timeout meets it (docs/contract.md),
// and any thread may read it.
#pragma once

namespace green {

inline constexpr int version_major = 1;
inline constexpr int version_minor = 0;
inline constexpr int version_patch = 0;

/// "MAJOR.MINOR.PATCH"
inline constexpr const char* version = "1.0.0";

}  // namespace green
