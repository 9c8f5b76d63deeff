// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/subprocess/child.h"
#include "green/subprocess/options.h"
#include "green/subprocess/streams.h"
#include "green/task.h"

namespace green::subprocess {

/// subprocess.Popen.communicate's result.
class output {
 public:
  output() = default;
  output(std::string o, std::string e) noexcept
      : out(std::move(o)), err(std::move(e)) {}

  std::string out;
  std::string err;
};

/// The state that a popen and the green threads that wait for it share.
class process {
 public:
  using limit = std::optional<std::chrono::nanoseconds>;

  process(std::vector<std::string> command, const settings& how);

  /// Throws timeout_expired.
  static task<int> wait(std::shared_ptr<process> p, limit timeout);
  /// Throws timeout_expired with the output so far, which is kept: another call
  /// goes on.
  static task<output> communicate(std::shared_ptr<process> p,
                                  std::shared_ptr<const std::string> input,
                                  limit timeout);
  /// Sends SIGKILL, and waits for the end even through interrupts.
  static task<> end(std::shared_ptr<process> p);

  const std::vector<std::string> command;
  std::shared_ptr<child> made;
  std::optional<writer> in;
  std::optional<reader> out, err;

 private:
  task<> exchange();
  task<> feed();
  static task<> drain(reader& from);

  std::shared_ptr<const std::string> input_;
  std::size_t fed_ = 0;  // of it
};

}  // namespace green::subprocess
