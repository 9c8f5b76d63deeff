// SPDX-License-Identifier: MIT
//
// Python's subprocess: children whose input and output are bytes.
//
//   namespace sp = green::subprocess;
//   auto done = co_await sp::run({"ls", "-l"}, sp::options().capture_output());
//   sp::popen p({"make"}, sp::options().stdout(sp::pipe));
//   while (auto line = co_await p.out().read_line()) puts(line->c_str());
//   int status = co_await p.wait();
//
// Signals and other threads' children are left alone: a child is known by its
// pidfd. Descriptors but 0, 1 and 2 are not inherited.
#pragma once

#include <string>
#include <utility>

#include "green/subprocess/arguments.h"
#include "green/subprocess/errors.h"
#include "green/subprocess/options.h"
#include "green/subprocess/popen.h"
#include "green/task.h"

namespace green::subprocess {

// A kill, a timeout or an exception that ends one of these takes the child
// down with it, by SIGKILL, and waits until it is reaped. What the child has
// started itself lives on, as in Python: start_new_session and killpg(2) reach
// it.

/// subprocess.run. Throws timeout_expired and called_process_error as the
/// options say, std::system_error with its name for what can't be started.
task<completed_process> run(arguments command, options how = options());
/// subprocess.call: waits for the exit status. Reads no pipes.
task<int> call(arguments command, options how = options());
/// subprocess.check_call: throws called_process_error unless it is 0.
task<int> check_call(arguments command, options how = options());
/// subprocess.check_output: what it writes on stdout. Throws
/// called_process_error, with the output, unless it exits with 0.
task<std::string> check_output(arguments command, options how = options());

/// subprocess.getstatusoutput: a command of the shell; its returncode, and what
/// it writes on both streams without the last newline.
task<std::pair<int, std::string>> getstatusoutput(std::string command);
/// subprocess.getoutput
task<std::string> getoutput(std::string command);

}  // namespace green::subprocess
