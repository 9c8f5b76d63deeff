// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "green/core/promise_base.h"
#include "green/dumps/statistics.h"
#include "green/hub/loop.h"

namespace green::dumps {

/// A green thread as a dump shows it.
struct thread_row {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  // has spawned it; 0 when none has
  std::string given_name;
  std::int64_t age = 0;  // ns
  core::site spawned_at;
  std::string wait;                // "recv(fd 7)", "running", "not started"
  std::vector<core::site> awaits;  // the innermost first
  std::string variables;           // "depth = 2", of its context

  std::string name() const;
};

/// One that has ended with an error, and of which there is a handle.
struct failed_row {
  std::uint64_t id = 0;
  std::string name;
  core::site spawned_at;
  std::string error;
};

/// A fiber of `patched` that waits.
struct fiber_row {
  std::string name;  // of the green thread that it runs for
  core::site called_at;
  std::vector<const void*> calls;  // native, the innermost first
};

/// What a hub says of itself.
struct hub_rows {
  hub_statistics numbers;
  std::vector<thread_row> threads;
  std::vector<failed_row> failed;
  std::vector<std::int64_t> timers;  // ns left; the nearest ones, in order
  std::string rings;                 // a line each
  std::vector<fiber_row> fibers;
};

/// On the hub's own thread. Without its fibers. Throws std::bad_alloc.
hub_rows rows_of(hub::loop& hub);
/// On the thread of a hub.
std::vector<fiber_row> fibers_here();

/// "FILE:LINE"; empty when the line is not known.
std::string place(const core::site& where);
/// " (depth = 2)"; empty for an empty text.
std::string in_parentheses(const std::string& text);
/// "recv(fd 7) at a.cc:12, in b.cc:30"
std::string wait_of(const thread_row& row);

/// The fibers of this thread's hub. `patched` gives such a function, as far as
/// a program is linked with it.
using fiber_teller = std::vector<fiber_row> (*)();
void set_fiber_teller(fiber_teller tell) noexcept;

}  // namespace green::dumps
