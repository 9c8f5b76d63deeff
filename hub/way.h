// SPDX-License-Identifier: MIT
// Where a ring would not do an operation as the system call does, and what is
// done instead.
#pragma once

#include <cstdint>

#include "green/hub/entry.h"

namespace green::hub {

/// How an operation begins.
enum class way : unsigned char {
  ring,        // the ring does it
  steps,       // it is done in steps: see attempt
  plain_call,  // the plain system call does it, because that cannot wait
  trial,       // the plain system call first tries it without waiting
  nowait,      // the same, with RWF_NOWAIT: see transfer_without_waiting
};

/// Decides by the entry and its descriptor. For a trial, MSG_DONTWAIT is set in
/// the entry.
way way_of(entry& what) noexcept;

/// The trial was in vain, or sent a part: lets the entry wait for the rest.
/// False if O_NONBLOCK is set, so that it may not.
bool end_trial(entry& what) noexcept;

/// Can a ring wait until the socket has room? A ring that finds no room tries
/// again by itself. Only on a stream is that the same as one call: the bytes of
/// a datagram are spent by the first try.
bool ring_can_wait(int fd) noexcept;

/// Would a ring read or write the file, which is not ready, as the system call
/// does?
bool ring_moves_alike(int fd) noexcept;

/// The result that the system call gives where the ring gives this one.
std::int32_t as_system_call(const entry& what, std::int32_t result) noexcept;

}  // namespace green::hub
