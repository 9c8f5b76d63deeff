// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;
using tests::program;
using tests::refuses;
using tests::run;

namespace {

const string supervisor = "examples/supervisor";

// The number in "1: started as 123".
int started(program& p, const string& name) {
  const string line = p.line(), start = name + ": started as ";
  REQUIRE(line.starts_with(start));
  return std::stoi(line.substr(start.size()));
}

bool exists(int pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

}  // namespace

TEST_CASE("supervisor prints what its children say, with prefixes") {
  program p({supervisor, "echo out; echo err >&2; exec sleep 1000"});
  started(p, "1");
  CHECK(p.line() == "1: out");
  CHECK(p.line() == "1: err");
  p.signal(SIGTERM);
  CHECK(p.rest() == "1: killed by signal 15\n");
  CHECK(p.wait() == 0);
}

TEST_CASE("supervisor starts again what has died, with longer pauses") {
  program p({supervisor, "echo hi; exit 3"});
  for (const string pause : {"100", "200", "400"}) {
    started(p, "1");
    CHECK(p.line() == "1: hi");
    CHECK(p.line() == "1: exited with 3");
    CHECK(p.line() == "1: starts again in " + pause + " ms");
  }
  p.signal(SIGINT);
  CHECK(p.wait() == 0);
}

TEST_CASE("supervisor keeps several alive, and leaves none behind") {
  program p({supervisor, "exec sleep 1000", "exec sleep 1000"});
  const int one = started(p, "1");
  const int two = started(p, "2");
  ::kill(one, SIGKILL);
  CHECK(p.line() == "1: killed by signal 9");
  CHECK(p.line() == "1: starts again in 100 ms");
  const int again = started(p, "1");
  CHECK(again != one);
  CHECK(exists(two));
  p.signal(SIGTERM);
  CHECK(p.wait() == 0);
  CHECK_FALSE(exists(two));
  CHECK_FALSE(exists(again));
}

TEST_CASE("supervisor kills what does not end in time, and its children") {
  program p({supervisor,
             "trap '' TERM; sleep 1000 & echo $!; while :; do wait; done"});
  const int pid = started(p, "1");
  const int grandchild = std::stoi(p.line().substr(3));
  p.signal(SIGTERM);
  CHECK(p.line() == "1: takes too long to end");
  CHECK(p.line() == "1: killed by signal 9");
  CHECK(p.wait() == 0);
  CHECK_FALSE(exists(pid));
  // It is init's to reap.
  while (exists(grandchild) && ::kill(grandchild, SIGKILL) == 0) {
  }
}

TEST_CASE("a stdout that nobody reads does not keep supervisor from ending") {
  const tests::temporary_folder folder;
  const string fifo = folder.at("fifo"), told = folder.at("told");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const tests::descriptor full(::open(fifo.c_str(), O_RDWR | O_NONBLOCK));
  const string block(4096, '.');
  while (::write(full, block.data(), block.size()) > 0) {
  }
  program p({"sh", "-c",
             "exec " + supervisor + " 'echo $$ > " + told +
                 "; exec sleep 1000' > " + fifo});
  while (!tests::contents(told).ends_with("\n")) ::sched_yield();
  const int pid = std::stoi(tests::contents(told));
  p.signal(SIGTERM);
  CHECK(p.wait() == 1);
  CHECK_FALSE(exists(pid));
}

TEST_CASE("supervisor needs something to do") {
  CHECK(refuses(run({supervisor}), "a command is needed"));
  CHECK(refuses(run({supervisor, "--help"}), "not a command: '--help'"));
  CHECK(refuses(run({supervisor, "true", ""}), "not a command: ''"));
}
