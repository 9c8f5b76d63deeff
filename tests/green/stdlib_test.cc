// SPDX-License-Identifier: MIT
#include "green/stdlib.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>

#include <vector>

#include "green/sys/wait.h"
#include "tests/support/forks.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/processes.h"
#include "tests/support/signals.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::childless;
using tests::exited;
using tests::task_of;

static_assert(tests::mirrors(green::system, ::system));
static_assert(tests::mirrors(green::realpath, ::realpath));
static_assert(tests::mirrors(green::canonicalize_file_name,
                             ::canonicalize_file_name));
static_assert(tests::mirrors(green::mkstemp, ::mkstemp));
static_assert(tests::mirrors(green::mkostemp, ::mkostemp));
static_assert(tests::mirrors(green::mkstemps, ::mkstemps));
static_assert(tests::mirrors(green::mkostemps, ::mkostemps));
static_assert(tests::mirrors(green::mkdtemp, ::mkdtemp));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call system = &::system;
  static constexpr tests::blocking_call waitid = &::waitid;
};

struct mirror : tests::green_side {
  static constexpr auto system = &green::system;
  static constexpr auto waitid = &green::waitid;
};

void (*handler_of(int number))(int) {
  struct sigaction now{};
  ::sigaction(number, nullptr, &now);
  return now.sa_handler;
}

// Waits until a command has stopped itself.
template <class S>
task_of<S, pid_t> stopped_child() {
  siginfo_t info{};
  while (co_await S::waitid(P_ALL, 0, &info, WSTOPPED) < 0) {
    co_await S::this_thread::yield();  // it is not there yet
  }
  co_return info.si_pid;
}

}  // namespace

TEST_CASE_TEMPLATE("system gives the status of the shell", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    CHECK(co_await S::system("exit 0") == 0);
    CHECK(co_await S::system("exit 9") == exited(9));
    CHECK(co_await S::system("kill -9 $$") == SIGKILL);
    CHECK(co_await S::system("no-such-command 2>/dev/null") == exited(127));
    CHECK(co_await S::system(nullptr) == 1);
    CHECK(childless());
  });
}

TEST_CASE_TEMPLATE("a command has its signals as they were", S, original,
                   mirror) {
  const tests::handler interrupt(SIGINT);
  S::run([]() -> task_of<S> {
    CHECK(co_await S::system("kill -INT $$") == SIGINT);
    CHECK(co_await S::system("kill -QUIT $$; exit 1") % 128 == SIGQUIT);
  });
  ::signal(SIGQUIT, SIG_IGN);
  S::run([]() -> task_of<S> {
    CHECK(co_await S::system("kill -QUIT $$; exit 7") == exited(7));
  });
  ::signal(SIGQUIT, SIG_DFL);
}

TEST_CASE_TEMPLATE("SIGINT and SIGQUIT are ignored while a command runs", S,
                   original, mirror) {
  const auto before = tests::dispositions();
  S::run([&before]() -> task_of<S> {
    typename S::thread other([]() -> task_of<S> {
      const pid_t child = co_await stopped_child<S>();
      CHECK((handler_of(SIGINT) == SIG_IGN));
      CHECK((handler_of(SIGQUIT) == SIG_IGN));
      ::kill(child, SIGCONT);
    });
    CHECK(co_await S::system("kill -STOP $$; exit 2") == exited(2));
    CHECK((tests::dispositions() == before));
    co_await other.join();
  });
}

TEST_CASE("several commands at once, ended in another order") {
  const auto before = tests::dispositions();
  green::run([&before]() -> green::task<> {
    std::vector<int> statuses;
    const auto stops = [&]() -> green::task<> {
      statuses.push_back(
          co_await green::system("kill -STOP $$; kill -INT $$; exit 1"));
    };
    const auto ends = [&]() -> green::task<> {
      statuses.push_back(co_await green::system("exit 2"));
    };
    const auto a = green::spawn(stops);
    const pid_t child = co_await stopped_child<mirror>();
    const auto b = green::spawn(ends);
    co_await b.join();
    CHECK((handler_of(SIGINT) == SIG_IGN));
    ::kill(child, SIGCONT);
    co_await a.join();
    CHECK(statuses == std::vector<int>{exited(2), SIGINT});
    CHECK((tests::dispositions() == before));
  });
}

TEST_CASE("killed or timed out, system ends the shell and takes its status") {
  const auto before = tests::dispositions();
  green::run([&before]() -> green::task<> {
    const auto waits = []() -> green::task<> {
      co_await green::system("kill -STOP $$");
    };
    co_await tests::check_interruptible(waits);
    CHECK(childless());
    CHECK((tests::dispositions() == before));
  });
}
