// SPDX-License-Identifier: MIT
#pragma once

namespace green::testing {

/// The C library's functions that a simulation answers: clocks, randomness,
/// Internet sockets and look-ups. system*.cc define their names, so that the
/// program's own calls come here, too. Outside of a simulation each is the
/// original, or the sanitizer's.
void* original(const char* name) noexcept;

// A linker takes their files into a program that calls them.
void take_clocks() noexcept;
void take_network() noexcept;
void take_numbers() noexcept;

template <class F>
F* original_as(const char* name) noexcept {
  return reinterpret_cast<F*>(original(name));
}

}  // namespace green::testing
