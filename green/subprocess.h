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
// A kill, timeout or exception that ends a function of this header kills the
// child by SIGKILL, and waits until it is reaped (docs/contract.md). Its own
// children live on, as in Python: start_new_session and killpg(2) reach them.
// A popen and its waits leave the child alone. The functions are for green
// threads of any hub, a popen for those of one.
//
// Signals and the children of other threads are left alone: a child is known by
// its pidfd. It inherits no descriptors but 0, 1 and 2.
#pragma once

#include <string>
#include <utility>

#include "green/subprocess/arguments.h"
#include "green/subprocess/errors.h"
#include "green/subprocess/options.h"
#include "green/subprocess/popen.h"
#include "green/task.h"

namespace green::subprocess {

/// subprocess.run: starts a child, feeds it, and waits for its end. Throws
/// timeout_expired and called_process_error as the options say. Throws a
/// std::system_error that names the program if it cannot be started.
task<completed_process> run(arguments command, options how = options());
/// subprocess.call: runs a child and returns its exit status. Reads no pipes.
task<int> call(arguments command, options how = options());
/// subprocess.check_call: call that throws called_process_error unless the
/// status is 0.
task<int> check_call(arguments command, options how = options());
/// subprocess.check_output: runs a child and returns its stdout. Throws
/// called_process_error, with that output, unless the status is 0.
task<std::string> check_output(arguments command, options how = options());

/// subprocess.getstatusoutput: runs a command of the shell. Returns its
/// returncode, and its output on both streams without the last newline.
task<std::pair<int, std::string>> getstatusoutput(std::string command);
/// subprocess.getoutput: the output alone.
task<std::string> getoutput(std::string command);

}  // namespace green::subprocess
