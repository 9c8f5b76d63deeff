// SPDX-License-Identifier: MIT
#include "tools/green-run/settings.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>

#include "green/monitors/read_time.h"

namespace green_run {

const char usage[] =
    R"(usage: green-run [OPTION...] PROGRAM [ARG...]

Runs a dynamically linked program with green threads in the place of threads:
its main and each thread that it creates is a fiber, and a call that would block
lets the others run. The program is not changed.

  --only MODULE        patch the calls of this loaded object alone, and of the
                       objects that it is linked with (may be repeated)
  --without GROUP      leave a group of functions alone: os, select, socket,
                       dns, time, thread, subprocess, ssl, create
  --threads-for NAME   a thread whose function, or the module of it, has this
                       name stays a real thread (a pattern as of the shell)
  --hubs N             threads go round so many hubs, each on a processor of its
                       own; 1 unless told otherwise
  --spread HOW         a new thread goes to the next hub (turns, unless told
                       otherwise) or to that with the fewest threads (load)
  --share-thread-locals MODULE
                       fibers share the thread-locals of this loaded object, as
                       it gives their addresses to others (may be repeated)
  --stack SIZE         bytes of main's stack, as in 64K or 16M
  --dump-signal NAME   list all waits on stderr when this signal comes: QUIT
  --max-blocking TIME  report a fiber that keeps the others from running for
                       longer than this, as in 250ms
  --move-computing     a function so reported gets real threads from its next
                       thread on; needs --max-blocking
  --children           programs that this one starts run in the same way
  --verbose            say on stderr which calls of which modules were patched
  --help               this text

The status is the program's. It is 2 for wrong use, 126 for a program that
cannot be run in this way, and 127 for one that is not found.
)";

namespace {

constexpr std::array groups{"os",     "select",     "socket", "dns",   "time",
                            "thread", "subprocess", "ssl",    "create"};

std::size_t size_of(const std::string& text) {
  std::size_t used = 0;
  unsigned long long number = 0;
  try {
    number = std::stoull(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  const std::string unit = text.substr(used);
  const unsigned shift = unit == "K" ? 10 : unit == "M" ? 20 : 0;
  constexpr unsigned long long most = 1ULL << 32;
  const bool wrong = used == 0 || text[0] == '-' || number == 0 ||
                     (!unit.empty() && shift == 0) || number > (most >> shift);
  if (wrong) {
    throw wrong_use("--stack " + text +
                    " is no size up to 4096M: write 64K or 16M");
  }
  return static_cast<std::size_t>(number << shift);
}

unsigned hubs_of(const std::string& text) {
  constexpr unsigned most = 1024;
  unsigned number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && number >= 1 && number <= most) return number;
  throw wrong_use("--hubs " + text + " is no number of hubs: write 1 to 1024");
}

int signal_of(const std::string& text) {
  const std::string name = text.starts_with("SIG") ? text.substr(3) : text;
  for (int number = 1; number < NSIG; ++number) {
    const char* const known = ::sigabbrev_np(number);
    if (known != nullptr && name == known) return number;
  }
  throw wrong_use("--dump-signal " + text +
                  " is no signal: write QUIT or USR1");
}

std::string time_of(const std::string& text) {
  if (green::read_time(text)) return text;
  throw wrong_use("--max-blocking " + text +
                  " is no time: write 250ms, with ns, us, ms or s");
}

bool by_load(const std::string& text) {
  if (text == "turns" || text == "load") return text == "load";
  throw wrong_use("--spread " + text + " is no way: write turns or load");
}

std::string group_of(const std::string& name) {
  if (std::ranges::find(groups, name) != groups.end()) return name;
  std::string all;
  for (const char* each : groups) all += std::string(" ") + each;
  throw wrong_use("--without " + name + " is no group; these are:" + all);
}

// One option with its value. False if there is no such option.
bool set(settings& to, const std::string& option, const std::string& value) {
  if (option == "--only") {
    to.only.push_back(value);
  } else if (option == "--without") {
    to.without.push_back(group_of(value));
  } else if (option == "--threads-for") {
    to.real.push_back(value);
  } else if (option == "--hubs") {
    to.hubs = hubs_of(value);
  } else if (option == "--spread") {
    to.spread_by_load = by_load(value);
  } else if (option == "--share-thread-locals") {
    to.shared.push_back(value);
  } else if (option == "--stack") {
    to.stack = size_of(value);
  } else if (option == "--dump-signal") {
    to.dump_signal = signal_of(value);
  } else if (option == "--max-blocking") {
    to.max_blocking = time_of(value);
  } else {
    return false;
  }
  return true;
}

bool set(settings& to, const std::string& option) {
  if (option == "--verbose") {
    to.verbose = true;
  } else if (option == "--move-computing") {
    to.moves_computing = true;
  } else if (option == "--children") {
    to.children = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace

command_line parse(const std::vector<std::string>& words) {
  command_line result;
  std::size_t next = 0;
  for (; next < words.size() && words[next].starts_with("-"); ++next) {
    const std::string& word = words[next];
    if (word == "--") {
      ++next;
      break;
    }
    if (word == "--help") {
      result.help = true;
      return result;
    }
    if (set(result.chosen, word)) continue;
    const std::size_t equals = word.find('=');
    const std::string option = word.substr(0, equals);
    settings unused;
    const bool inside = equals != word.npos;
    if (!inside && next + 1 == words.size()) {
      throw wrong_use(option + " needs a value, or is no option; see --help");
    }
    const std::string value =
        inside ? word.substr(equals + 1) : words[next + 1];
    if (!set(result.chosen, option, value)) {
      throw wrong_use("there is no option " + option + "; see --help");
    }
    next += inside ? 0 : 1;
  }
  if (result.chosen.moves_computing && result.chosen.max_blocking.empty()) {
    throw wrong_use("--move-computing needs a limit: --max-blocking 100ms");
  }
  result.program.assign(words.begin() + static_cast<std::ptrdiff_t>(next),
                        words.end());
  if (result.program.empty()) {
    throw wrong_use("no program is given; see --help");
  }
  return result;
}

// A line for each option, as it is typed.
std::string settings::pack() const {
  std::string all;
  const auto add = [&all](const std::string& option, const std::string& value) {
    all += option + "=" + value + "\n";
  };
  for (const std::string& each : only) add("--only", each);
  for (const std::string& each : without) add("--without", each);
  for (const std::string& each : real) add("--threads-for", each);
  for (const std::string& each : shared) add("--share-thread-locals", each);
  if (hubs != 1) add("--hubs", std::to_string(hubs));
  if (spread_by_load) add("--spread", "load");
  if (stack != 0) add("--stack", std::to_string(stack));
  if (dump_signal != 0) add("--dump-signal", ::sigabbrev_np(dump_signal));
  if (!max_blocking.empty()) add("--max-blocking", max_blocking);
  if (moves_computing) all += "--move-computing\n";
  if (verbose) all += "--verbose\n";
  if (children) all += "--children\n";
  return all;
}

settings settings::unpack(const std::string& packed) {
  settings result;
  std::istringstream lines(packed);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos) {
      set(result, line);
    } else {
      set(result, line.substr(0, equals), line.substr(equals + 1));
    }
  }
  return result;
}

}  // namespace green_run
