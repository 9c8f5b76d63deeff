// SPDX-License-Identifier: MIT
// Children that are killed and stopped from outside, and a process that is
// stopped itself while its hub waits.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/subprocess.h"
#include "green/sys/socket.h"
#include "green/sys/wait.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/children.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// It refuses threads in a child of a process that had several.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif
#endif

namespace sp = green::subprocess;

using namespace std::chrono_literals;
using green::task;
using tests::leaves_nothing;

namespace {

// Until it has stopped; true unless it has ended.
bool stopped(pid_t child) {
  siginfo_t found{};
  return ::waitid(P_PID, static_cast<id_t>(child), &found,
                  WSTOPPED | WEXITED | WNOWAIT) == 0 &&
         found.si_code == CLD_STOPPED;
}

sp::options pipes() {
  sp::options both;
  both.stdin(sp::pipe).stdout(sp::pipe);
  return both;
}

// In a child: a hub with sockets, timers and a timeout, which answers each byte
// until the end. The exit status says how it went.
task<int> answer_all(int fd) {
  int fired = 0;
  const auto ticks = green::spawn([&fired]() -> task<> {
    for (;; ++fired) co_await green::sleep(1ms);
  });
  char byte = 0;
  bool expired = false;
  for (;;) {
    try {
      const green::timeout limit(2ms);
      const ssize_t n = co_await green::recv(fd, &byte, 1, 0);
      if (n == 0) break;
      if (n < 0) co_return 2;
    } catch (const green::timed_out&) {
      expired = true;
      continue;
    }
    ++byte;
    const ssize_t sent = co_await green::send(fd, &byte, 1, 0);
    if (sent != 1) co_return 3;
  }
  co_await ticks.kill();
  co_return (expired && fired > 0) ? 0 : 4;
}

}  // namespace

TEST_CASE("children that are killed in the middle of a talk") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const std::string text = tests::pattern(1'000'000);
    for (int turns = 0; turns < 40; ++turns) {
      // Stops when it has said all, so that it does not end by itself.
      sp::popen p({"sh", "-c", "cat; kill -STOP $$"}, pipes());
      const auto talks = [&p, &text]() -> task<sp::output> {
        co_return co_await p.communicate(text);
      };
      const auto talk = green::spawn(talks);
      for (int i = 0; i < turns; ++i) co_await green::sleep(10us);
      CHECK(::kill(p.pid(), SIGKILL) == 0);
      const sp::output got = co_await talk.get();
      CHECK(p.returncode() == -SIGKILL);
      CHECK((text.substr(0, got.out.size()) == got.out));
    }
  });
}

TEST_CASE("children that are killed while they are waited for") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    std::vector<pid_t> children;
    std::vector<green::greenlet<int>> waits;
    for (int i = 0; i < 20; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        for (;;) ::pause();
      }
      children.push_back(child);
      waits.push_back(green::spawn([child]() -> task<int> {
        int status = -1;
        const pid_t got = co_await green::waitpid(child, &status, 0);
        co_return got == child ? status : -1;
      }));
    }
    co_await tests::others_wait();
    for (const pid_t child : children) ::kill(child, SIGKILL);
    for (const auto& one : waits) CHECK(co_await one.get() == SIGKILL);
  });
}

TEST_CASE("a child that is stopped has not ended, and goes on") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const std::string text = tests::pattern(500'000);
    sp::popen p({"cat"}, pipes());
    for (int i = 0; i < 20; ++i) {
      CHECK(::kill(p.pid(), SIGSTOP) == 0);
      CHECK(stopped(p.pid()));
      CHECK_FALSE(p.poll().has_value());
      CHECK_THROWS_AS(co_await p.wait(1ms), sp::timeout_expired);
      if (i == 10) {
        CHECK_THROWS_AS(co_await p.communicate(text, 1ms), sp::timeout_expired);
      }
      CHECK(::kill(p.pid(), SIGCONT) == 0);
    }
    const sp::output got = co_await p.communicate();
    CHECK((got.out == text));
    CHECK(p.returncode() == 0);
  });
}

TEST_CASE("waitpid tells of a stop and of going on") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) ::pause();
    }
    const auto next = [child]() -> task<int> {
      int status = -1;
      const pid_t got =
          co_await green::waitpid(child, &status, WUNTRACED | WCONTINUED);
      CHECK(got == child);
      co_return status;
    };
    for (int i = 0; i < 5; ++i) {
      const auto stop = green::spawn(next);
      co_await tests::others_wait();
      CHECK_FALSE(stop.ready());
      ::kill(child, SIGSTOP);
      CHECK(WIFSTOPPED(co_await stop.get()));
      ::kill(child, SIGCONT);
      CHECK(WIFCONTINUED(co_await next()));
    }
    ::kill(child, SIGKILL);
    CHECK(co_await next() == SIGKILL);
  });
}

TEST_CASE("a process that is stopped while its hub waits goes on") {
  auto [here, there] = tests::stream_pair();
  const pid_t child = green::fork();
  if (child == 0) {
    ::alarm(60);
    here.reset();
    const int status = green::run(answer_all, int(there));
    ::_exit(status);
  }
  there.reset();
  for (int i = 0; i < 100; ++i) {
    const char asked = static_cast<char>(i);
    char answered = -1;
    const bool before = i % 2 == 0;
    if (before) CHECK(::send(here, &asked, 1, 0) == 1);
    CHECK(::kill(child, SIGSTOP) == 0);
    REQUIRE(stopped(child));
    if (!before) CHECK(::send(here, &asked, 1, 0) == 1);
    CHECK(::kill(child, SIGCONT) == 0);
    REQUIRE(::recv(here, &answered, 1, 0) == 1);
    CHECK(answered == static_cast<char>(i + 1));
    if (i % 10 == 0) ::usleep(5000);  // that it waits in vain, too
  }
  here.reset();
  int status = -1;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
