// SPDX-License-Identifier: MIT
// Children of C code on fibers.
#include <doctest/doctest.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/patched.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

// It takes the child of a fork from one of its fibers for a signal's handler.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif
#ifdef GREEN_TSAN
constexpr bool no_forks = true;
#else
constexpr bool no_forks = false;
#endif

using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto fork = hooked("fork", ::fork);
const auto vfork = hooked<pid_t()>("vfork");
const auto waitpid = hooked("waitpid", ::waitpid);
const auto wait4 = hooked<pid_t(pid_t, int*, int, rusage*)>("wait4");
const auto system = hooked("system", ::system);
const auto pclose = hooked<int(FILE*)>("pclose");
const auto read = hooked("read", ::read);
const auto write = hooked("write", ::write);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
}  // namespace c

// Takes the child's status, which is to be that of _exit(code).
bool ended_with(pid_t child, int code) {
  int status = 0;
  return c::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == code;
}

}  // namespace

TEST_CASE("children are waited for, several at once") {
  green::run([]() -> green::task<> {
    std::vector<green::greenlet<>> all;
    const auto ends = tests::pipe_descriptors();
    const int in = ends.a, out = ends.b;
    for (int i = 0; i < 4; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        char byte;
        ::_exit(::read(in, &byte, 1) == 1 ? 5 : 6);
      }
      all.push_back(co_await tests::started([child]() -> green::task<> {
        co_await on_fiber([child] {
          int status = 0;
          CHECK(c::waitpid(child, &status, WNOHANG) == 0);
          CHECK(ended_with(child, 5));
          CHECK(answer(c::waitpid(child, &status, 0)) == failed(ECHILD));
        });
      }));
    }
    CHECK(::write(out, "1234", 4) == 4);
    for (const auto& each : all) co_await each.join();
  });
}

TEST_CASE("wait4 gives what the child used") {
  green::run([]() -> green::task<> {
    const auto ends = tests::pipe_descriptors();
    const int in = ends.a;
    const pid_t child = ::fork();
    if (child == 0) {
      char byte;
      ::_exit(::read(in, &byte, 1) == 1 ? 5 : 6);
    }
    const auto waiting = co_await tests::started([child]() -> green::task<> {
      co_await on_fiber([child] {
        int status = 0;
        rusage used{};
        CHECK(c::wait4(child, &status, 0, &used) == child);
        CHECK(WEXITSTATUS(status) == 5);
        CHECK(used.ru_maxrss > 0);
      });
    });
    CHECK(::write(ends.b, "x", 1) == 1);
    co_await waiting.join();
  });
}

TEST_CASE("commands are waited for") {
  green::run([]() -> green::task<> {
    co_await on_fiber([] {
      CHECK(WEXITSTATUS(c::system("exit 3")) == 3);
      FILE* const stream = ::popen("exit 4", "r");
      REQUIRE(stream != nullptr);
      CHECK(WEXITSTATUS(c::pclose(stream)) == 4);
    });
  });
}

TEST_CASE("a child of fork has a hub of its own, on which its fiber waits" *
          doctest::skip(no_forks)) {
  const auto ends = tests::pipe_descriptors();
  const int in = ends.a, out = ends.b;
  const pid_t parent = ::getpid();
  green::run([=]() -> green::task<> {
    co_await on_fiber([=] {
      const pid_t child = c::fork();
      if (child == 0) {
        const timespec moment{0, 1'000'000};
        const bool slept = c::nanosleep(&moment, nullptr) == 0;
        const bool open = green::in_patched() && ::getpid() != parent;
        ::_exit(slept && open && c::write(out, "child", 5) == 5 ? 7 : 8);
      }
      char data[8];
      CHECK(c::read(in, data, sizeof data) == 5);
      CHECK(ended_with(child, 7));
    });
  });
}

TEST_CASE("a child past the hooks, or of vfork, blocks as ever" *
          doctest::skip(no_forks)) {
  green::run([]() -> green::task<> {
    co_await on_fiber([] {
      for (const bool past : {true, false}) {
        const pid_t child = past ? ::fork() : c::vfork();
        if (child == 0) {
          const timespec moment{0, 1'000'000};
          ::_exit(!green::in_patched() && c::nanosleep(&moment, nullptr) == 0
                      ? 7
                      : 8);
        }
        CHECK(ended_with(child, 7));
        CHECK(green::in_patched());
      }
    });
  });
}

TEST_CASE("a child past the hooks does not come back to the hub" *
          doctest::skip(no_forks)) {
  green::run([]() -> green::task<> {
    const pid_t parent = ::getpid();
    pid_t child = 0;
    co_await on_fiber([&] { child = ::fork(); });
    CHECK(::getpid() == parent);
    co_await on_fiber([&] { CHECK(ended_with(child, EXIT_FAILURE)); });
  });
}
