// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <vector>

#include "green/unique_fd.h"

namespace green::subprocess {

/// All that a child does between its making and its program, laid out so that
/// it needs nothing but system calls.
struct start_plan {
  static constexpr int inherited = -1;

  /// What become 0, 1 and 2.
  std::array<int, 3> standard{inherited, inherited, inherited};
  /// What else it keeps: in rising order, each once, none below 3.
  std::vector<int> passed;
  bool close_fds = true;
  bool restore_signals = true;
  bool new_session = false;
  const char* folder = nullptr;
  std::optional<mode_t> mask;
  std::optional<pid_t> process_group;
  std::optional<std::vector<gid_t>> groups;
  std::optional<gid_t> group;
  std::optional<uid_t> user;
  /// The places to look for the program, in order; null at the end of the
  /// other two, as execve wants them.
  std::vector<const char*> programs;
  std::vector<char*> arguments;
  std::vector<char*> environment;
};

/// Where a start can fail.
enum class start_step : unsigned char {
  descriptors,
  folder,
  session,
  process_group,
  groups,
  group,
  user,
  program,
};

struct started {
  pid_t pid = -1;
  unique_fd pidfd;
  int error = 0;  // if not 0, there is no child
  start_step failed = start_step::program;
};

/// vfork(2) and execve(2): the child borrows the memory of the process until
/// its program runs, so that the start takes as long whatever the size of that
/// memory; the calling thread stands still meanwhile. Throws std::system_error
/// when no process can be made.
started start(const start_plan& plan);

}  // namespace green::subprocess
