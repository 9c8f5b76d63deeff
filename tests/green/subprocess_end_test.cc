// SPDX-License-Identifier: MIT
//
// Nothing is left behind: no zombie, no descriptor, whatever ends a child or
// who waits for it, and whenever.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/pool.h"
#include "green/subprocess.h"
#include "green/unique_fd.h"
#include "tests/support/children.h"
#include "tests/support/hubs.h"
#include "tests/support/waiting.h"

namespace sp = green::subprocess;

using green::task;
using sp::options;
using std::string;
using std::vector;
using tests::leaves_nothing;
using namespace std::chrono_literals;

namespace {

// Until others have reaped all children, dead or about to die.
task<> all_reaped() {
  while (tests::has_children()) co_await green::sleep(1ms);
}

sp::popen sleeper() { return sp::popen({"sleep", "1000"}); }

const string much(300'000, 'x');

// run with input and output that take their time.
task<> busy_run() {
  co_await sp::run({"sh", "-c", "cat; cat /dev/zero | head -c 300000; exit 3"},
                   options().input(much).capture_output());
}

task<> waiting_call() { co_await sp::call({"sleep", "1000"}); }

task<> waiting_run() {
  co_await sp::run({"sleep", "1000"},
                   options().input(much).capture_output().timeout(1h));
}

// Runs f until it has been resumed so many times, and kills it there.
template <class F>
task<bool> killed_after(F f, int turns) {
  const green::greenlet<> g = green::spawn(f);
  for (int i = 0; i < turns; ++i) co_await green::sleep();
  const bool ended = g.ready();
  co_await g.kill();
  CHECK_FALSE(tests::has_children());
  co_return ended;
}

}  // namespace

TEST_CASE("run that is killed at any of its stages takes the child down") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    for (int turns = 0; turns < 60; ++turns) {
      co_await killed_after(busy_run, turns);
      co_await killed_after(waiting_run, turns % 20);
      co_await killed_after(waiting_call, turns % 10);
    }
  });
}

TEST_CASE("a kill of run is thrown when the child is reaped") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const auto g = co_await tests::started(waiting_run);
    CHECK(tests::has_children());
    g.kill_nowait();
    g.kill_nowait();
    co_await g.join();
    CHECK(g.was_killed());
    CHECK_FALSE(tests::has_children());
  });
}

TEST_CASE("the end of the hub takes the children of run down") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    for (int i = 0; i < 5; ++i) green::spawn(waiting_run);
    co_await tests::others_wait();
    CHECK(tests::has_children());
  });
}

TEST_CASE("a child that is killed at any point is reported, and gone") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    for (int turns = 0; turns < 30; ++turns) {
      sp::popen p({"sh", "-c", "cat; exec sleep 1000"},
                  options().stdin(sp::pipe).stdout(sp::pipe));
      const pid_t pid = p.pid();
      const auto g = green::spawn([&p] { return p.communicate(much); });
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      ::kill(pid, SIGKILL);
      // cat may still run, but ends as its input does.
      const sp::output got = co_await g.get();
      CHECK(much.starts_with(got.out));
      CHECK(p.returncode() == -SIGKILL);
      CHECK_FALSE(tests::exists(pid));
    }
  });
}

TEST_CASE("a popen that nobody waits for leaves no zombie") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    {
      const sp::popen ended({"true"});
    }
    co_await all_reaped();
    pid_t pid;
    {
      const sp::popen p = sleeper();
      pid = p.pid();
    }
    CHECK(tests::exists(pid));  // and goes on
    co_await tests::others_wait();
    ::kill(pid, SIGKILL);
    co_await all_reaped();
  });
}

TEST_CASE("a child that outlives the hub is reaped by the next start") {
  const leaves_nothing checks;
  const auto leave = []() -> task<pid_t> {
    const sp::popen p = sleeper();
    co_return p.pid();
  };
  const pid_t one = green::run(leave);
  pid_t two;
  {
    const sp::popen outside = sleeper();  // no hub runs
    two = outside.pid();
  }
  CHECK(tests::exists(one));
  CHECK(tests::exists(two));
  for (const pid_t pid : {one, two}) {
    ::kill(pid, SIGKILL);
    siginfo_t info{};
    ::waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT);
  }
  CHECK(green::run([]() -> task<int> { return sp::call({"true"}); }) == 0);
}

TEST_CASE("destroying a popen closes its pipes") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    {
      const sp::popen p({"cat"}, options().stdin(sp::pipe));
    }
    co_await all_reaped();
  });
}

TEST_CASE("starts that fail leave nothing") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const auto how = [] { return options().input("x").capture_output(); };
    for (int i = 0; i < 20; ++i) {
      int failed = 0;
      try {
        co_await sp::run({"/no/such/program"}, how());
      } catch (const std::system_error&) {
        ++failed;
      }
      try {
        co_await sp::run({"true"}, how().cwd("/no/such"));
      } catch (const std::system_error&) {
        ++failed;
      }
      CHECK(failed == 2);
    }
  });
}

TEST_CASE("descriptors that run out half-way are given back") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const int open = tests::open_descriptors();
    int failures = 0;
    bool done = false;
    for (rlim_t room = 0; !done; ++room) {
      const green::unique_fd lowest(::dup(0));
      const rlimit few{rlim_t(lowest.get()) + room, before.rlim_max};
      ::setrlimit(RLIMIT_NOFILE, &few);
      int error = 0;
      try {
        const sp::completed_process p =
            co_await sp::run({"cat"}, options().input("x").capture_output());
        done = p.out == "x";
      } catch (const std::system_error& e) {
        error = e.code().value();
      }
      ::setrlimit(RLIMIT_NOFILE, &before);
      CHECK((done || error == EMFILE));
      CHECK_FALSE(tests::has_children());
      failures += error != 0;
    }
    CHECK(failures >= 6);
    CHECK(tests::open_descriptors() == open);
  });
}

TEST_CASE("children of others are not reaped") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const pid_t other = ::fork();
    if (other == 0) ::_exit(7);
    siginfo_t info{};
    ::waitid(P_PID, id_t(other), &info, WEXITED | WNOWAIT);
    CHECK(co_await sp::call({"sh", "-c", "exit 3"}) == 3);
    {
      const sp::popen left({"true"});
    }
    int status = 0;
    CHECK(::waitpid(other, &status, 0) == other);
    CHECK(WEXITSTATUS(status) == 7);
    co_await all_reaped();
  });
}

TEST_CASE("a child that another has reaped counts as 0") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "exit 3"});
    CHECK(::waitpid(p.pid(), nullptr, 0) == p.pid());
    CHECK(co_await p.wait() == 0);
    const auto before = ::signal(SIGCHLD, SIG_IGN);
    CHECK(co_await sp::call({"sh", "-c", "exit 3"}) == 0);
    ::signal(SIGCHLD, before);
  });
}

TEST_CASE("a thousand children, two hundred at once") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    green::pool pool(200);
    vector<int> codes;
    for (int i = 0; i < 1000; ++i) codes.push_back(i % 256);
    const auto ends_with = [](int code) -> task<int> {
      const string number = std::to_string(code);
      if (code % 2 == 0)
        co_return co_await sp::call({"sh", "-c", "exit $0", number});
      const sp::completed_process p = co_await sp::run(
          {"sh", "-c", "echo $0; exit $0", number}, options().stdout(sp::pipe));
      co_return p.out == number + "\n" ? p.returncode : -1000;
    };
    const vector<int> got = co_await pool.map(ends_with, codes);
    CHECK((got == codes));
  });
}

TEST_CASE("every hub has its own children") {
  const leaves_nothing checks;
  tests::run_hubs(4, [](int hub) -> task<> {
    for (int i = 0; i < 25; ++i) {
      const string number = std::to_string(hub * 25 + i);
      const int code = co_await sp::call({"sh", "-c", "exit $0", number});
      CHECK(code == hub * 25 + i);
      {
        const sp::popen left({"true"});
      }
    }
    co_await sp::call("true");
  });
  // What they left is reaped here, when it has ended.
  green::run([]() -> task<> {
    while (tests::has_children()) co_await sp::call({"true"});
  });
}
