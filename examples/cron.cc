// SPDX-License-Identifier: MIT
// cron: runs a command at the full minutes or seconds of the wall clock

#include <algorithm>
#include <chrono>
#include <string>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/wait.h"
#include "green/thread"
#include "green/time.h"

using std::chrono::seconds;
using std::chrono::system_clock;

// The next moment that is a multiple of `period` since midnight (UTC).
system_clock::time_point next_after(system_clock::time_point now,
                                    seconds period) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  return today + ((now - today) / period + 1) * period;
}

green::task<> say(system_clock::time_point when, const std::string& what) {
  const time_t seconds_now = system_clock::to_time_t(when);
  char text[32];
  tm parts;
  localtime_r(&seconds_now, &parts);
  strftime(text, sizeof text, "%H:%M:%S", &parts);
  co_await green::printf("%s %s\n", text, what.c_str());
  co_await green::fflush(stdout);
}

// A command that takes longer than its period is waited for: it never runs
// twice at once. A step of the clock moves the moment that is waited for.
green::task<> keep_schedule(seconds period, std::string command) {
  system_clock::time_point last;
  for (;;) {
    const auto when = next_after(std::max(last, system_clock::now()), period);
    co_await green::this_thread::sleep_until(when);
    co_await say(when, command);
    const int status = co_await green::system(command.c_str());
    if (status == -1) {
      co_await say(system_clock::now(), "status unknown");
    } else if (WIFSIGNALED(status)) {
      co_await say(system_clock::now(),
                   "signal " + std::to_string(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
      co_await say(system_clock::now(),
                   "status " + std::to_string(WEXITSTATUS(status)));
    }
    last = when;
  }
}

// SIGINT or SIGTERM ends the program, and the command that runs.
green::task<> serve(seconds period, std::string command) {
  auto schedule = [&] { return keep_schedule(period, command); };
  co_await green::run_until({SIGINT, SIGTERM}, schedule);
  co_await say(system_clock::now(), "ended");
}

int main(int argc, char** argv) {
  const char usage[] =
      "usage: cron SECONDS COMMAND, as in cron 3600 'rsync -a work backup'";
  if (argc != 3) errx(2, "a period and a command are needed\n%s", usage);
  char* end;
  const long period = strtol(argv[1], &end, 10);
  if (*end != '\0' || period < 1 || period > 86400) {
    errx(2, "'%s' is no number of seconds up to 86400\n%s", argv[1], usage);
  }
  green::run(serve, seconds(period), std::string(argv[2]));
}
