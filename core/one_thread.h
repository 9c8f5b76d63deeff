// SPDX-License-Identifier: MIT
#pragma once

// Of glibc, in <sys/single_threaded.h>.
extern "C" char __libc_single_threaded;  // NOLINT(bugprone-reserved-identifier)

namespace green::core {

/// Has the process this thread alone? Then an atomic variable needs no locked
/// instruction, as nobody else looks at it. A thread that is created later sees
/// all that was done before.
inline bool one_thread() noexcept { return __libc_single_threaded != 0; }

}  // namespace green::core
