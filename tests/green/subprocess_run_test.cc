// SPDX-License-Identifier: MIT
//
// What Python's test_subprocess says of run, call, check_call, check_output and
// their errors.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/subprocess.h"
#include "green/timeout.h"
#include "tests/support/children.h"
#include "tests/support/sockets.h"

namespace sp = green::subprocess;

using green::task;
using sp::completed_process;
using sp::options;
using std::string;
using std::vector;
using tests::leaves_nothing;
using namespace std::chrono_literals;

namespace {

// What it throws.
template <class Error, class T>
task<Error> error_of(task<T> running) {
  try {
    co_await std::move(running);
  } catch (const Error& e) {
    co_return e;
  }
  throw std::logic_error("nothing was thrown");
}

template <class T>
task<bool> is_refused(task<T> running) {
  co_await error_of<std::invalid_argument>(std::move(running));
  co_return true;
}

}  // namespace

TEST_CASE("run gives the command, the status and what was captured") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const completed_process done =
        co_await sp::run({"sh", "-c", "echo out; echo err >&2; exit 5"},
                         options().capture_output());
    CHECK(done.args ==
          vector<string>{"sh", "-c", "echo out; echo err >&2; exit 5"});
    CHECK(done.returncode == 5);
    CHECK(done.out == "out\n");
    CHECK(done.err == "err\n");
    CHECK_THROWS_AS(done.check_returncode(), sp::called_process_error);
    const completed_process fine = co_await sp::run("true");
    CHECK(fine.returncode == 0);
    CHECK(fine.out.empty());
    fine.check_returncode();
  });
}

TEST_CASE("text is bytes") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    const completed_process done =
        co_await sp::run({"cat"}, options().input(all).capture_output());
    CHECK(done.out == all);
  });
}

TEST_CASE("check throws, with all that is known") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const auto failed = co_await error_of<sp::called_process_error>(
        sp::run({"sh", "-c", "echo BDFL; echo why >&2; exit 47"},
                options().capture_output().check()));
    CHECK(failed.returncode == 47);
    CHECK(failed.out == "BDFL\n");
    CHECK(failed.err == "why\n");
    CHECK(failed.cmd.size() == 3);
    CHECK(string(failed.what()) ==
          "Command '['sh', '-c', 'echo BDFL; echo why >&2; exit 47']' returned "
          "non-zero exit status 47.");
    const auto died = co_await error_of<sp::called_process_error>(
        sp::run({"sh", "-c", "kill -9 $$"}, options().check()));
    CHECK(died.returncode == -SIGKILL);
    CHECK(string(died.what()) ==
          "Command '['sh', '-c', 'kill -9 $$']' died with SIGKILL.");
    const auto odd = co_await error_of<sp::called_process_error>(
        sp::run({"sh", "-c", "kill -40 $$"}, options().check()));
    CHECK(string(odd.what()).ends_with(" died with unknown signal 40."));
    co_await sp::run({"true"}, options().check());
  });
}

TEST_CASE("call, check_call and check_output") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await sp::call({"sh", "-c", "exit 47"}) == 47);
    CHECK(co_await sp::check_call({"true"}) == 0);
    const auto failed = co_await error_of<sp::called_process_error>(
        sp::check_call({"sh", "-c", "exit 47"}));
    CHECK(failed.returncode == 47);
    CHECK(co_await sp::check_output({"echo", "BDFL"}) == "BDFL\n");
    CHECK(co_await sp::check_output({"cat"}, options().input("pear")) ==
          "pear");
    CHECK(co_await sp::check_output({"sh", "-c", "echo BDFL >&2"},
                                    options().stderr(sp::stdout)) == "BDFL\n");
    const auto partial = co_await error_of<sp::called_process_error>(
        sp::check_output({"sh", "-c", "echo half; exit 5"}));
    CHECK(partial.returncode == 5);
    CHECK(partial.out == "half\n");
  });
}

TEST_CASE("getstatusoutput and getoutput") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    using both = std::pair<int, string>;
    CHECK(co_await sp::getoutput("echo xyzzy") == "xyzzy");
    const both ok = co_await sp::getstatusoutput("echo a; echo b >&2");
    CHECK(ok.first == 0);
    CHECK(ok.second == "a\nb");
    const both bad = co_await sp::getstatusoutput("exit 3");
    CHECK(bad.first == 3);
    CHECK(bad.second.empty());
  });
}

TEST_CASE("a timeout kills and reaps the child") {  // N6
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const auto late = co_await error_of<sp::timeout_expired>(
        sp::run({"sleep", "1000"}, options().timeout(50ms)));
    CHECK(late.timeout == 50ms);
    CHECK(late.cmd == vector<string>{"sleep", "1000"});
    CHECK(string(late.what()) ==
          "Command '['sleep', '1000']' timed out after 0.05 seconds");
    CHECK_FALSE(tests::has_children());
    co_await error_of<sp::timeout_expired>(
        sp::call({"sleep", "1000"}, options().timeout(5ms)));
    CHECK_FALSE(tests::has_children());
    co_await error_of<sp::timeout_expired>(
        sp::check_call({"sleep", "1000"}, options().timeout(0s)));
    CHECK_FALSE(tests::has_children());
    co_await error_of<sp::timeout_expired>(
        sp::check_output({"sleep", "1000"}, options().timeout(-1s)));
    CHECK_FALSE(tests::has_children());
  });
}

TEST_CASE("a timeout keeps the output so far") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    // The longer it takes to start, the longer the timeout of the next try.
    string out, err;
    for (auto limit = 20ms; out.empty() || err.empty(); limit *= 2) {
      const auto late = co_await error_of<sp::timeout_expired>(
          sp::run({"sh", "-c", "echo err >&2; echo out; exec sleep 1000"},
                  options().capture_output().timeout(limit)));
      out = late.out;
      err = late.err;
    }
    CHECK(out == "out\n");
    CHECK(err == "err\n");
  });
}

TEST_CASE("a timeout ends it though a grandchild holds the pipe") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    // What the shell leaves reads its end from us.
    auto [here, there] = tests::stream_pair();
    const string number = std::to_string(there);
    const auto late = co_await error_of<sp::timeout_expired>(
        sp::run({"sh", "-c", "cat <&" + number + " & exec sleep 1000"},
                options().capture_output().timeout(50ms).pass_fds(there)));
    CHECK(late.timeout == 50ms);
    CHECK_FALSE(tests::has_children());
  });
}

TEST_CASE("a timeout that does not expire changes nothing") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const completed_process done = co_await sp::run(
        {"cat"}, options().input("x").capture_output().timeout(1h).check());
    CHECK(done.out == "x");
  });
}

TEST_CASE("timeouts around run take the child down") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const auto sleeps = [] {
      return sp::run({"sleep", "1000"}, options().timeout(1h));
    };
    co_await error_of<green::timed_out>(green::with_timeout(10ms, sleeps));
    CHECK_FALSE(tests::has_children());
  });
}

TEST_CASE("options that exclude each other are refused") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await is_refused(
        sp::run({"true"}, options().capture_output().stdout(sp::pipe))));
    CHECK(co_await is_refused(
        sp::run({"true"}, options().capture_output().stderr(sp::devnull))));
    CHECK(co_await is_refused(
        sp::run({"true"}, options().input("x").stdin(sp::pipe))));
    CHECK(co_await is_refused(
        sp::check_output({"true"}, options().stdout(sp::devnull))));
    CHECK(co_await is_refused(
        sp::check_output({"true"}, options().capture_output())));
    CHECK(co_await is_refused(sp::call({"true"}, options().input("x"))));
    CHECK(co_await is_refused(sp::call({"true"}, options().capture_output())));
    CHECK(co_await is_refused(sp::run(vector<string>())));
  });
}

TEST_CASE("options may be used again") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    options how;
    how.input("again").capture_output().check();
    for (int i = 0; i < 3; ++i) {
      CHECK((co_await sp::run({"cat"}, how)).out == "again");
    }
  });
}
