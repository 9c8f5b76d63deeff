// SPDX-License-Identifier: MIT
// supervisor: keeps commands alive, and ends them within a grace time

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/subprocess.h"
#include "green/timeout.h"
#include "green/unistd.h"

namespace sp = green::subprocess;
using namespace std::chrono_literals;

constexpr auto grace = 2s;
constexpr auto first_pause = 100ms, longest_pause = 10'000ms;
constexpr auto long_life = 5s;  // after which it starts again soon

green::task<> print(std::string name, std::string text) {
  co_await green::printf("%s: %s\n", name.c_str(), text.c_str());
  co_await green::fflush(stdout);
}

// A stdout that nobody reads holds a child, but not its supervisor.
green::task<> say(std::string name, std::string text) {
  try {
    co_await green::with_timeout(grace, print, name, text);
  } catch (const green::timed_out&) {
    // It stays in the stream.
  }
}

green::task<> print_lines(const std::string& name, sp::reader& from) {
  while (auto line = co_await from.read_line()) {
    co_await print(name, *line);
  }
}

std::string how_it_ended(int code) {
  return code < 0 ? "killed by signal " + std::to_string(-code)
                  : "exited with " + std::to_string(code);
}

// Ends it, and what it has started: politely first, then not.
green::task<int> end(const std::string& name, sp::popen& child) {
  killpg(child.pid(), SIGTERM);
  try {
    co_return co_await child.wait(grace);
  } catch (const sp::timeout_expired&) {
    // Then not.
  }
  co_await say(name, "takes too long to end");
  killpg(child.pid(), SIGKILL);
  co_return co_await child.wait();
}

// One life of a command. A kill ends the child before it goes on.
green::task<> live(const std::string& name, const std::string& command) {
  sp::options how;
  how.shell().stdin(sp::devnull).stdout(sp::pipe).stderr(sp::stdout);
  how.process_group(0);
  sp::popen child(command, how);
  auto lines = green::spawn(print_lines, name, std::ref(child.out()));
  bool stopped = false;
  try {
    co_await say(name, "started as " + std::to_string(child.pid()));
    co_await child.wait();
  } catch (const green::killed&) {
    stopped = true;
  }
  if (stopped) co_await end(name, child);
  co_await lines.join(100ms);  // who else holds the pipe may keep it
  co_await lines.kill();
  co_await say(name, how_it_ended(*child.returncode()));
  if (stopped) throw green::killed();
}

// Life after life, with pauses that grow while it does not live long.
green::task<> keep_alive(std::string name, std::string command) {
  using clock = std::chrono::steady_clock;
  auto pause = first_pause;
  for (;;) {
    clock::time_point born = clock::now();
    co_await live(name, command);
    if (clock::now() - born >= long_life) pause = first_pause;
    co_await say(name,
                 "starts again in " + std::to_string(pause.count()) + " ms");
    co_await green::sleep(pause);
    pause = std::min(2 * pause, longest_pause);
  }
}

green::task<> supervise(std::vector<std::string> commands) {
  std::vector<green::greenlet<>> keepers;
  for (size_t i = 0; i < commands.size(); ++i) {
    keepers.push_back(
        green::spawn(keep_alive, std::to_string(i + 1), commands[i]));
  }
  auto all = [&keepers] { return green::joinall(keepers); };
  co_await green::run_until({SIGINT, SIGTERM}, all);
  co_await green::killall(keepers);
  try {
    co_await green::with_timeout(grace, [] { return green::fflush(stdout); });
  } catch (const green::timed_out&) {
    green::_exit(1);  // exit would wait for a reader
  }
}

int main(int argc, char** argv) {
  std::vector<std::string> commands(argv + 1, argv + argc);
  if (commands.empty()) {
    errx(2, "a command is needed\nusage: supervisor COMMAND...");
  }
  for (const std::string& command : commands) {
    if (command.empty() || command[0] == '-') {
      errx(2, "not a command: '%s'\nusage: supervisor COMMAND...",
           command.c_str());
    }
  }
  try {
    green::run(supervise, commands);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
