// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "green/subprocess/child.h"
#include "green/subprocess/options.h"
#include "green/unique_fd.h"

namespace green::subprocess {

/// A child that was started, and this process's ends of its pipes.
struct launched {
  std::shared_ptr<child> made;
  unique_fd in, out, err;
};

/// Starts a program as popen does. Throws std::system_error with the name of
/// the thing that could not be used, and std::invalid_argument for options that
/// contradict each other.
launched launch(const std::vector<std::string>& command, const settings& how);

}  // namespace green::subprocess
