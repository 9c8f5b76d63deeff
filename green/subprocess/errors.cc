// SPDX-License-Identifier: MIT
#include "green/subprocess/errors.h"

#include <string.h>

#include <cstdio>

namespace green::subprocess {

namespace {

// As Python writes it: Command '['ls', '-l']'.
std::string quoted(const std::vector<std::string>& command) {
  std::string text = "Command '[";
  const char* between = "";
  for (const std::string& word : command) {
    text += between;
    text += '\'';
    text += word;
    text += '\'';
    between = ", ";
  }
  return text + "]'";
}

std::string how_it_ended(int code) {
  if (code >= 0) {
    return " returned non-zero exit status " + std::to_string(code) + ".";
  }
  const char* const name = ::sigabbrev_np(-code);
  if (name == nullptr) {
    return " died with unknown signal " + std::to_string(-code) + ".";
  }
  return " died with SIG" + std::string(name) + ".";
}

std::string seconds(std::chrono::nanoseconds length) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g",
                std::chrono::duration<double>(length).count());
  return text;
}

}  // namespace

called_process_error::called_process_error(int code,
                                           std::vector<std::string> command,
                                           std::string output,
                                           std::string errors)
    : subprocess_error(quoted(command) + how_it_ended(code)),
      returncode(code),
      cmd(std::move(command)),
      out(std::move(output)),
      err(std::move(errors)) {}

timeout_expired::timeout_expired(std::vector<std::string> command,
                                 std::chrono::nanoseconds limit,
                                 std::string output, std::string errors)
    : subprocess_error(quoted(command) + " timed out after " + seconds(limit) +
                       " seconds"),
      cmd(std::move(command)),
      timeout(limit),
      out(std::move(output)),
      err(std::move(errors)) {}

}  // namespace green::subprocess
