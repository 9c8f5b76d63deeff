// SPDX-License-Identifier: MIT
#include "green/subprocess/errors.h"

#include <fmt/format.h>
#include <string.h>

#include <chrono>

namespace green::subprocess {

namespace {

// As Python writes it: Command '['ls', '-l']'.
std::string quoted(const std::vector<std::string>& command) {
  std::string words;
  for (const std::string& word : command)
    words += (words.empty() ? "'" : ", '") + word + "'";
  return "Command '[" + words + "]'";
}

std::string how_it_ended(int code) {
  if (code >= 0) return fmt::format("returned non-zero exit status {}.", code);
  const char* const name = ::sigabbrev_np(-code);
  if (name == nullptr)
    return fmt::format("died with unknown signal {}.", -code);
  return fmt::format("died with SIG{}.", name);
}

}  // namespace

called_process_error::called_process_error(int code,
                                           std::vector<std::string> command,
                                           std::string output,
                                           std::string errors)
    : subprocess_error(
          fmt::format("{} {}", quoted(command), how_it_ended(code))),
      returncode(code),
      cmd(std::move(command)),
      out(std::move(output)),
      err(std::move(errors)) {}

timeout_expired::timeout_expired(std::vector<std::string> command,
                                 std::chrono::nanoseconds limit,
                                 std::string output, std::string errors)
    : subprocess_error(
          fmt::format("{} timed out after {:.9g} seconds", quoted(command),
                      std::chrono::duration<double>(limit).count())),
      cmd(std::move(command)),
      timeout(limit),
      out(std::move(output)),
      err(std::move(errors)) {}

}  // namespace green::subprocess
