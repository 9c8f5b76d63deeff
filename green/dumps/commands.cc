// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>

#include "green/core/wait_graph.h"
#include "green/dumps/process.h"
#include "green/dumps/service.h"
#include "green/hub/survey.h"

namespace green::dumps {

namespace {

constexpr const char* help =
    "dump          all that is known of the process\n"
    "hubs          the numbers of each hub\n"
    "blocked       the hubs that stand still, and where\n"
    "threads NAME  the green threads with NAME in their names, or all\n"
    "kill ID       kills a green thread, if the program has allowed it\n"
    "help          this text\n"
    "json COMMAND  the same as JSON\n";

// The first word, which leaves the line with the spaces behind it.
std::string take_word(std::string& line) {
  const std::size_t end = line.find(' ');
  std::string word = line.substr(0, end);
  const std::size_t next = line.find_first_not_of(' ', end);
  line.erase(0, next);
  return word;
}

std::string kill(std::string_view number) {
  std::uint64_t id = 0;
  const auto read =
      std::from_chars(number.data(), number.data() + number.size(), id);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size()) {
    return fmt::format(
        "'{}' is no id: write kill and the number in brackets "
        "that a dump shows",
        number);
  }
  struct outcome {
    std::mutex lock;
    std::string killed;
  };
  const auto found = std::make_shared<outcome>();
  const auto look = [found, id](hub::loop& hub, std::size_t) {
    core::green_thread* const t = core::find_thread(hub, id);
    if (t == nullptr) return;
    const std::lock_guard guard(found->lock);
    found->killed = t->name();
    t->kill();
  };
  hub::survey::ask(look, patience);
  const std::lock_guard guard(found->lock);
  return found->killed.empty()
             ? fmt::format(
                   "no green thread has the id {}, or its hub stands "
                   "still",
                   id)
             : "killed " + found->killed;
}

std::string said(const std::string& words, bool json) {
  return json ? "{\"answer\":" + json_string(words) + "}\n" : words + "\n";
}

// A stranger's line goes to a terminal.
std::string printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

}  // namespace

std::string answer_to(std::string line, bool may_kill) {
  while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
  std::string command = take_word(line);
  const bool json = command == "json";
  if (json) command = take_word(line);
  if (command == "dump") {
    const process_view all = look_at_process();
    return json ? json_of(all) : text_of(all);
  }
  if (command == "hubs") {
    const process_view all = look_at_process();
    return json ? json_of_hubs(all) : text_of_hubs(all);
  }
  if (command == "blocked") {
    const process_view all = look_at_process();
    return json ? json_of_blocked(all) : text_of_blocked(all);
  }
  if (command == "threads") {
    const process_view all = look_at_process();
    return json ? json_of_threads(all, line) : text_of_threads(all, line);
  }
  if (command == "kill") {
    return said(may_kill ? kill(line)
                         : "kill is not allowed: the program has to say "
                           "green::debug_options().allow_kill()",
                json);
  }
  if (command == "help") return json ? said(help, true) : help;
  const std::string words = fmt::format(
      "there is no command '{}': help names all", printable(command));
  std::fprintf(stderr, "green: debug_server: %s\n", words.c_str());
  return said(words, json);
}

}  // namespace green::dumps
