// SPDX-License-Identifier: MIT
// What C code does on fibers that was written for threads: it ends the process,
// waits in handlers of signals and in initialisers of static objects.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "tests/support/hooked.h"
#include "tests/support/shared_object.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

// It makes guards of its own, and takes the child of a fork for a handler.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif
#ifdef GREEN_TSAN
constexpr bool under_tsan = true;
#else
constexpr bool under_tsan = false;
#endif

using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto read = hooked("read", ::read);
const auto sleep = hooked("sleep", ::sleep);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
}  // namespace c

// f on a fiber, of a green thread of its own, that waits now.
template <class F>
green::task<green::greenlet<>> waiting(F f) {
  co_return co_await tests::started(
      [f = std::move(f)]() -> green::task<> { co_await on_fiber(f); });
}

void end_on_a_fiber(void (*end)(int), int status) {
  green::run([=]() -> green::task<> {
    const auto other = co_await waiting([] { c::sleep(1000); });
    co_await on_fiber([=] { end(status); });
  });
}

int handler_reads = -1;
std::atomic<int> handler_got = 0;

void read_in_handler(int) {
  const int before = errno;
  char byte = 0;
  if (c::read(handler_reads, &byte, 1) == 1) handler_got = byte;
  errno = before;
}

int constructed = 0;

struct slow {
  slow() {
    const timespec moment{1, 0};
    c::nanosleep(&moment, nullptr);
    value = ++constructed;
  }
  int value;
};

const slow& only_one() {
  static const slow one;
  return one;
}

}  // namespace

TEST_CASE("exit on a fiber ends the process at once, with its status" *
          doctest::skip(under_tsan)) {
  for (const bool at_once : {true, false}) {
    CAPTURE(at_once);
    // Its search for leaks knows the fiber's stack alone.
    if (!at_once && tests::has_sanitizer()) continue;
    ::fflush(stdout);  // or exit writes it once more
    const pid_t child = ::fork();
    if (child == 0) end_on_a_fiber(at_once ? ::_exit : ::exit, 7);
    REQUIRE(child > 0);
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 7);
  }
}

// Which ThreadSanitizer calls unsafe, as it is for most that handlers do.
TEST_CASE(
    "a handler of signals may wait on its fiber, with its signal blocked" *
    doctest::skip(under_tsan)) {
  green::run([]() -> green::task<> {
    const auto ends = tests::pipe_descriptors();
    handler_reads = ends.a;
    handler_got = 0;
    struct sigaction action{}, old{};
    action.sa_handler = read_in_handler;
    REQUIRE(::sigaction(SIGUSR1, &action, &old) == 0);
    const sigset_t before = tests::mask_now();
    const auto signalled = co_await waiting([] {
      errno = EDOM;
      CHECK(::raise(SIGUSR1) == 0);
      CHECK(handler_got == 'x');
      CHECK(errno == EDOM);
    });
    CHECK(handler_got == 0);
    const sigset_t meanwhile = tests::mask_now();
    CHECK(::sigismember(&meanwhile, SIGUSR1) == 1);
    co_await on_fiber([] { CHECK(c::sleep(0) == 0); });
    CHECK(::write(ends.b, "x", 1) == 1);
    co_await signalled.join();
    CHECK(tests::same(tests::mask_now(), before));
    ::sigaction(SIGUSR1, &old, nullptr);
  });
}

// The guard's calls are libstdc++'s.
TEST_CASE("a static object whose constructor waits is made once" *
          doctest::skip(under_tsan)) {
  const auto m = green::patcher::import_patched("libstdc++.so.6");
  CHECK(green::patcher::is_object_patched("libstdc++.so.6", "syscall"));
  tests::run_virtual([]() -> green::task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(co_await waiting([] { CHECK(only_one().value == 1); }));
    }
    CHECK(constructed == 0);
    for (const auto& each : all) co_await each.join();
    CHECK(constructed == 1);
  });
  green::patcher::unpatch();
}
