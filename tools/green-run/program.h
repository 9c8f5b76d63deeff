// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace green_run {

/// A program that cannot be run, and the status to end with.
struct refused : std::runtime_error {
  refused(const std::string& why, int with)
      : runtime_error(why), status(with) {}
  int status;
};

/// The path of the program, as execvp(3) finds it. Throws refused unless the
/// dynamic linker of glibc loads it, on this machine, with LD_PRELOAD.
std::string find_program(const std::string& name);

}  // namespace green_run
