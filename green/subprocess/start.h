// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <vector>

#include "green/unique_fd.h"

namespace green::subprocess {

/// Everything that a child does between its start and its program. The plan is
/// laid out so that the child needs system calls alone.
struct start_plan {
  static constexpr int inherited = -1;

  /// The descriptors that become 0, 1 and 2.
  std::array<int, 3> standard{inherited, inherited, inherited};
  /// The other descriptors that the child keeps: in rising order, each once,
  /// none below 3.
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
  /// The paths to try, in order. The other two lists end with null, as execve
  /// wants them.
  std::vector<const char*> programs;
  std::vector<char*> arguments;
  std::vector<char*> environment;
};

/// The step at which a start has failed.
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

/// vfork(2) and execve(2). The child borrows the memory of the process until
/// its program runs, so the size of that memory does not matter. The calling
/// thread stands still meanwhile. Throws std::system_error when no process can
/// be made.
started start(const start_plan& plan);

}  // namespace green::subprocess
