// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace green::subprocess {

/// subprocess.SubprocessError
class subprocess_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// subprocess.CalledProcessError
class called_process_error : public subprocess_error {
 public:
  /// Of a command, its status and its output.
  called_process_error(int code, std::vector<std::string> command,
                       std::string output = "", std::string errors = "");

  int returncode;
  std::vector<std::string> cmd;
  std::string out;  // what was captured
  std::string err;
};

/// subprocess.TimeoutExpired
class timeout_expired : public subprocess_error {
 public:
  /// Of a command, its time and its output.
  timeout_expired(std::vector<std::string> command,
                  std::chrono::nanoseconds limit, std::string output = "",
                  std::string errors = "");

  std::vector<std::string> cmd;
  std::chrono::nanoseconds timeout;
  std::string out;  // what had been captured when it expired
  std::string err;
};

/// subprocess.CompletedProcess
class completed_process {
 public:
  completed_process() = default;
  /// Of a command, its status and its output.
  completed_process(std::vector<std::string> command, int code,
                    std::string output, std::string errors)
      : args(std::move(command)),
        returncode(code),
        out(std::move(output)),
        err(std::move(errors)) {}

  /// Throws called_process_error unless returncode is 0.
  void check_returncode() const {
    if (returncode != 0) throw called_process_error(returncode, args, out, err);
  }

  std::vector<std::string> args;
  int returncode = 0;  // -N when signal N ended it
  std::string out;     // empty when it was not captured
  std::string err;
};

}  // namespace green::subprocess
