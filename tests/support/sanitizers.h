// SPDX-License-Identifier: MIT
//
// Sanitizers end or blame a program where the C library has an answer. Tests
// that compare such answers ask here.
#pragma once

namespace tests {

bool with_address_sanitizer() noexcept;
bool with_thread_sanitizer() noexcept;

}  // namespace tests
