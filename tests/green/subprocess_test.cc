// SPDX-License-Identifier: MIT
//
// What Python's test_subprocess says of Popen's life: exit codes, signals,
// poll, wait and communicate.
#include "green/subprocess.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "tests/support/children.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

namespace sp = green::subprocess;

using green::task;
using sp::options;
using std::string;
using std::vector;
using tests::leaves_nothing;
using namespace std::chrono_literals;

namespace {

// Says "ready" and sleeps for longer than any test.
sp::popen sleeper() {
  return sp::popen({"sh", "-c", "echo ready; exec sleep 1000"},
                   options().stdout(sp::pipe));
}

}  // namespace

TEST_CASE("wait gives the exit code") {  // N1
  const leaves_nothing checks;
  green::run([]() -> task<> {
    for (const int code : {0, 1, 10, 47, 255}) {
      sp::popen p({"sh", "-c", "exit " + std::to_string(code)});
      CHECK(p.pid() > 0);
      CHECK(p.args().front() == "sh");
      CHECK(co_await p.wait() == code);
      CHECK(p.returncode() == code);
      CHECK(co_await p.wait() == code);
      CHECK(p.poll() == code);
    }
  });
}

TEST_CASE("a signal's number, negative, is the return code") {  // N2
  const leaves_nothing checks;
  green::run([]() -> task<> {
    for (const int number : {SIGKILL, SIGTERM, SIGINT, SIGUSR1, SIGPIPE}) {
      sp::popen p = sleeper();
      co_await p.out().read_line();
      p.send_signal(number);
      CHECK(co_await p.wait() == -number);
    }
    sp::popen terminated = sleeper();
    terminated.terminate();
    CHECK(co_await terminated.wait() == -SIGTERM);
    sp::popen killed = sleeper();
    killed.kill();
    CHECK(co_await killed.wait() == -SIGKILL);
    sp::popen own({"sh", "-c", "kill -9 $$"});
    CHECK(co_await own.wait() == -SIGKILL);
  });
}

TEST_CASE("poll gives nothing while the child runs") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"cat"}, options().stdin(sp::pipe));
    CHECK(p.poll() == std::nullopt);
    CHECK(p.returncode() == std::nullopt);
    co_await p.in().close();
    while (!p.poll()) co_await green::sleep(1ms);
    CHECK(p.poll() == 0);
    CHECK(p.returncode() == 0);
  });
}

TEST_CASE("signals to a child that has ended do nothing") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen reaped({"true"});
    co_await reaped.wait();
    reaped.send_signal(SIGTERM);
    reaped.kill();
    CHECK(reaped.returncode() == 0);

    sp::popen zombie({"true"}, options().stdout(sp::pipe));
    co_await zombie.out().read();
    while (!zombie.poll()) zombie.terminate();
    zombie.terminate();
    CHECK((zombie.returncode() == 0 || zombie.returncode() == -SIGTERM));
  });
}

TEST_CASE("a signal that does not exist is an error") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p = sleeper();
    CHECK_THROWS_AS(p.send_signal(1000), std::system_error);
    p.kill();
    co_await p.wait();
  });
}

TEST_CASE("wait can time out, and the child lives on") {  // N5
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p = sleeper();
    string what;
    try {
      co_await p.wait(10ms);
    } catch (const sp::timeout_expired& e) {
      what = e.what();
      CHECK(e.timeout == 10ms);
      CHECK(e.cmd == p.args());
    }
    CHECK(what ==
          "Command '['sh', '-c', 'echo ready; exec sleep 1000']' timed out "
          "after 0.01 seconds");
    CHECK(p.poll() == std::nullopt);
    CHECK(tests::exists(p.pid()));
    p.kill();
    CHECK(co_await p.wait(1h) == -SIGKILL);
    CHECK(co_await p.wait(0s) == -SIGKILL);
  });
}

TEST_CASE("the time of a wait is as long as was said") {
  const leaves_nothing checks;
  tests::run_virtual([]() -> task<> {
    sp::popen p = sleeper();
    const auto start = green::core::now();
    bool expired = false;
    try {
      co_await p.wait(100ms);
    } catch (const sp::timeout_expired&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(tests::since(start) == 100ms);
    p.kill();
    CHECK(co_await p.wait() == -SIGKILL);
  });
}

TEST_CASE("a wait that is killed or times out leaves the child alone") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p = sleeper();
    const auto waits = [&p]() -> task<> { co_await p.wait(); };
    co_await tests::check_interruptible(waits);
    CHECK(p.poll() == std::nullopt);
    p.kill();
    CHECK(co_await p.wait() == -SIGKILL);
  });
}

TEST_CASE("several may wait for one child") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p = sleeper();
    const auto waits = [&p]() -> task<int> { return p.wait(); };
    vector<green::greenlet<int>> all;
    for (int i = 0; i < 5; ++i) all.push_back(green::spawn(waits));
    co_await tests::others_wait();
    co_await all[2].kill();
    p.kill();
    for (const int i : {0, 1, 3, 4}) {
      CHECK(co_await all[std::size_t(i)].get() == -SIGKILL);
    }
  });
}

TEST_CASE("a sp::popen can be moved while it is waited for") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p = sleeper();
    const auto waiting = green::spawn([&p] { return p.wait(); });
    co_await tests::others_wait();
    vector<sp::popen> all;
    all.push_back(std::move(p));
    for (int i = 0; i < 3; ++i) all.push_back(sleeper());
    for (sp::popen& each : all) each.kill();
    CHECK(co_await waiting.get() == -SIGKILL);
    for (sp::popen& each : all) CHECK(co_await each.wait() == -SIGKILL);
  });
}

TEST_CASE("communicate writes, reads both and waits") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "cat; echo problem >&2; exit 3"},
                options().stdin(sp::pipe).stdout(sp::pipe).stderr(sp::pipe));
    const sp::output got = co_await p.communicate("banana");
    CHECK(got.out == "banana");
    CHECK(got.err == "problem\n");
    CHECK(p.returncode() == 3);
    CHECK(p.in().closed());
    CHECK(p.out().closed());
    CHECK(p.err().closed());
    const sp::output again = co_await p.communicate();
    CHECK(again.out.empty());
  });
}

TEST_CASE("communicate with one pipe or with none") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen out({"echo", "text"}, options().stdout(sp::pipe));
    CHECK((co_await out.communicate()).out == "text\n");
    sp::popen err({"sh", "-c", "echo text >&2"}, options().stderr(sp::pipe));
    CHECK((co_await err.communicate()).err == "text\n");
    sp::popen in({"sh", "-c", "read a; test $a = text"},
                 options().stdin(sp::pipe));
    co_await in.communicate("text\n");
    CHECK(in.returncode() == 0);
    sp::popen closed({"cat"}, options().stdin(sp::pipe));
    co_await closed.communicate();
    CHECK(closed.returncode() == 0);
    sp::popen none({"true"});
    CHECK((co_await none.communicate()).out.empty());
    CHECK(none.returncode() == 0);
  });
}

TEST_CASE("communicate that times out can be called again") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    auto [here, there] = tests::stream_pair();
    const string number = std::to_string(there);
    sp::popen p(
        {"sh", "-c", "printf pine; read a <&" + number + "; printf apple >&2"},
        options().stdout(sp::pipe).stderr(sp::pipe).pass_fds(there));
    CHECK(co_await p.out().read(2) == "pi");
    string early;
    while (early != "ne") {
      try {
        co_await p.communicate(1ms);
      } catch (const sp::timeout_expired& e) {
        early = e.out;
        CHECK(e.err.empty());
      }
    }
    CHECK(::send(here, "go on\n", 6, 0) == 6);
    const sp::output got = co_await p.communicate(1h);
    CHECK(got.out == "ne");
    CHECK(got.err == "apple");
  });
}

TEST_CASE("what makes no sense is refused") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    using bad = std::invalid_argument;
    CHECK_THROWS_AS(sp::popen({"true"}, options().input("x")), bad);
    CHECK_THROWS_AS(sp::popen({"true"}, options().timeout(1s)), bad);
    CHECK_THROWS_AS(sp::popen({"true"}, options().check()), bad);
    CHECK_THROWS_AS(sp::popen({"true"}, options().capture_output()), bad);
    CHECK_THROWS_AS(sp::popen({"true"}, options().stdout(sp::stdout)), bad);
    CHECK_THROWS_AS(sp::popen({"true"}, options().stdin(sp::stdout)), bad);
    CHECK_THROWS_AS(sp::popen(vector<string>()), bad);
    CHECK_THROWS_AS(sp::popen({string("a\0b", 3)}), bad);
    sp::popen p({"true"});
    CHECK_THROWS_AS(p.in(), std::logic_error);
    CHECK_THROWS_AS(p.out(), std::logic_error);
    CHECK_THROWS_AS(p.err(), std::logic_error);
    bool refused = false;
    try {
      co_await p.communicate("input");
    } catch (const bad&) {
      refused = true;
    }
    CHECK(refused);
    co_await p.wait();
  });
}
