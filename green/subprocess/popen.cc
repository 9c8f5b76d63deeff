// SPDX-License-Identifier: MIT
#include "green/subprocess/popen.h"

#include <signal.h>

#include <stdexcept>

namespace green::subprocess {

namespace {

std::shared_ptr<process> start_for_popen(const arguments& command,
                                         const settings& how) {
  if (how.capture_output || how.check || how.timeout || how.input) {
    throw std::invalid_argument(
        "green::subprocess: capture_output, check, timeout and input are "
        "run's; popen has pipes, wait and communicate");
  }
  return std::make_shared<process>(command.words(), how);
}

}  // namespace

popen::popen(arguments command, const options& how)
    : p_(start_for_popen(command, how.get())) {}

void popen::terminate() { send_signal(SIGTERM); }
void popen::kill() { send_signal(SIGKILL); }

void popen::throw_no_pipe(const char* name) {
  throw std::logic_error(std::string("green::subprocess: ") + name +
                         " is no pipe");
}

}  // namespace green::subprocess
