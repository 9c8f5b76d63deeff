// SPDX-License-Identifier: MIT
#include "tools/greenify/settings.h"

#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>

namespace greenify {

const char usage[] =
    R"(usage: greenify [ACTION] [OPTION...] [-p BUILD] FILE... [-- FLAG...]

Turns a program that blocks into its twin on green: FILEs are its sources, and
all of its files below --root are converted together. Without an action,
greenify only reports.

  --diff              print a patch; the report goes to stderr. A program in C
                      has two patches: to C++ first, and then to green
  --in-place          write the program's files, if git knows them unchanged
  --out DIR           write the converted program to another folder
  --explain FILE:LINE tell why the function at a line waits
  --check             look for mistakes in a program that uses green: calls that
                      hold the hub, awaitables that nobody awaits, locks across
                      awaits, tasks that outlive their arguments

  -p BUILD            read BUILD/compile_commands.json; without FILEs take all
                      of its files below --root
  --root DIR          the program's folder: nothing outside is changed
  --green DIR         the folder that holds green/; default: greenify's own
  --guards=scoped     write `auto g = co_await m.scoped_lock();`
  --guards=law        write co_await m.lock() and a guard that adopts the lock
  --functions=flow    let a std::function hold tasks where a task may flow to
  --functions=type    do so for all std::function objects of one type
  --keep-blocking A,B leave calls of these names, or headers, as they are
  --only A,B          convert only what waits because of these names, or
                      headers: recv, sys/socket.h. A name of std brings all of
                      its header; a lock goes with its condition variable
  --report FILE       write the report to a file, too
  --json FILE         write it as JSON
  --sarif FILE        with --check: write the report as SARIF, too
  --holders FILE      with --check: other functions that hold their thread, with
                      a line "NAME: ADVICE" each
  --allow A,B         with --check: leave out what these rules find
  --jobs N            parse N files at a time
  --cache DIR         keep what was parsed there, so that a second run is quick;
                      default: $XDG_CACHE_HOME/greenify or ~/.cache/greenify
  --no-cache          parse all, and keep nothing
  --force             let --in-place write files that git does not know clean
  --no-verify         do not compile the result
  --help              this text

Without -p and without -std= a file is compiled with -std=c++20. Files in C, by
their names in .c, become files in C++ first, by names in .cc. The status is
0 if all was converted, 1 if places are left to do by hand, 2 for wrong use or
a program that does not compile (nothing is written), 3 for a fault of greenify.
With --check it is 0 if nothing was found, 1 if something was. The comment
`// greenify: allow(NAME) reason` allows what is found on its line or the next,
and with allow-file(NAME) what is found in its file.
)";

namespace {

std::set<std::string> split(const std::string& list) {
  std::set<std::string> words;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (end > at) words.insert(list.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// Options with a value are written `--name value` or `--name=value`.
class command_line {
 public:
  explicit command_line(std::span<const char* const> arguments)
      : arguments_(arguments) {}

  settings read() {
    while (at_ < arguments_.size()) {
      const std::string argument = arguments_[at_++];
      if (argument == "--") {
        found_.has_flags = true;
        for (; at_ < arguments_.size(); ++at_) {
          found_.flags.emplace_back(arguments_[at_]);
        }
      } else if (argument.starts_with("-") && argument != "-") {
        option(argument);
      } else {
        found_.files.push_back(argument);
      }
    }
    return std::move(found_);
  }

 private:
  void option(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const auto plain = flags_.find(name);
    if (plain != flags_.end() && equals == argument.npos) {
      plain->second();
      return;
    }
    const auto valued = values_.find(name);
    if (valued == values_.end()) {
      throw wrong_use("unknown option '" + argument + "'; see --help");
    }
    if (equals != argument.npos) {
      valued->second(argument.substr(equals + 1));
    } else if (at_ < arguments_.size()) {
      valued->second(arguments_[at_++]);
    } else {
      throw wrong_use("option '" + name + "' needs a value; see --help");
    }
  }

  void act(settings::action done) {
    if (found_.done != settings::action::report && found_.done != done) {
      throw wrong_use("two actions were given; see --help");
    }
    found_.done = done;
  }

  void guards(const std::string& value) {
    if (value == "law") {
      found_.wanted.guard = options::guards::law;
    } else if (value != "scoped") {
      throw wrong_use("--guards is scoped or law, not '" + value + "'");
    }
  }

  void functions(const std::string& value) {
    if (value == "type") {
      found_.wanted.functions = options::slots::type;
    } else if (value != "flow") {
      throw wrong_use("--functions is flow or type, not '" + value + "'");
    }
  }

  void jobs(const std::string& value) {
    const char* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, found_.jobs);
    if (read.ec != std::errc() || read.ptr != end || found_.jobs == 0) {
      throw wrong_use("--jobs takes a number from 1, not '" + value + "'");
    }
  }

  std::span<const char* const> arguments_;
  std::size_t at_ = 0;
  settings found_;
  using action = settings::action;
  const std::map<std::string, std::function<void()>> flags_ = {
      {"--help", [this] { found_.help = true; }},
      {"-h", [this] { found_.help = true; }},
      {"--diff", [this] { act(action::diff); }},
      {"--check", [this] { act(action::check); }},
      {"--in-place", [this] { act(action::in_place); }},
      {"--force", [this] { found_.force = true; }},
      {"--no-verify", [this] { found_.verify = false; }},
      {"--no-cache", [this] { found_.caches = false; }},
  };
  const std::map<std::string, std::function<void(const std::string&)>> values_ =
      {
          {"--out",
           [this](const std::string& v) {
             act(action::out);
             found_.out = v;
           }},
          {"--explain",
           [this](const std::string& v) {
             act(action::explain);
             found_.explain = v;
           }},
          {"-p", [this](const std::string& v) { found_.build = v; }},
          {"--root", [this](const std::string& v) { found_.wanted.root = v; }},
          {"--green",
           [this](const std::string& v) { found_.wanted.green = v; }},
          {"--guards", [this](const std::string& v) { guards(v); }},
          {"--functions", [this](const std::string& v) { functions(v); }},
          {"--keep-blocking",
           [this](const std::string& v) {
             found_.wanted.keep.merge(split(v));
           }},
          {"--only",
           [this](const std::string& v) {
             found_.wanted.only.merge(split(v));
           }},
          {"--cache", [this](const std::string& v) { found_.cache_dir = v; }},
          {"--report",
           [this](const std::string& v) { found_.report_file = v; }},
          {"--json", [this](const std::string& v) { found_.json_file = v; }},
          {"--sarif", [this](const std::string& v) { found_.sarif_file = v; }},
          {"--allow",
           [this](const std::string& v) { found_.allowed = split(v); }},
          {"--holders",
           [this](const std::string& v) { found_.holders_file = v; }},
          {"--jobs", [this](const std::string& v) { jobs(v); }},
  };
};

}  // namespace

settings read_command_line(std::span<const char* const> arguments) {
  return command_line(arguments).read();
}

std::string cache_folder(const settings& given) {
  if (!given.caches) return "";
  if (!given.cache_dir.empty()) return given.cache_dir;
  const auto from = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value == nullptr || *value != '/' ? "" : value;
  };
  const std::string all = from("XDG_CACHE_HOME");
  if (!all.empty()) return all + "/greenify";
  const std::string home = from("HOME");
  return home.empty() ? "" : home + "/.cache/greenify";
}

}  // namespace greenify
