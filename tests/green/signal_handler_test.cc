// SPDX-License-Identifier: MIT
#include "green/signal_handler.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/stdlib.h"
#include "green/subprocess.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/processes.h"
#include "tests/support/signals.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::run_until;
using green::signal_handler;
using green::task;
using tests::blocked;
using tests::forked;
using tests::mask_now;
using tests::same;

namespace {

// glibc sets a flag of its own with each change.
std::vector<tests::disposition> dispositions() {
  auto all = tests::dispositions();
  for (tests::disposition& each : all) each.flags &= ~0x0400'0000;
  return all;
}

task<> forever() {
  green::event never;
  co_await never.wait();
}

// The status of a child that runs f, as a shell gives it.
template <class F>
int status_of_child(F f) {
  int status = 0;
  ::waitpid(forked(f), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("each coming of a signal starts a green thread") {
  green::run([]() -> task<> {
    green::queue<int> came;
    const auto plain = [&](int n) { came.put_nowait(n); };
    const auto waits = [&](int n) -> task<> {
      co_await green::sleep();
      co_await came.put(n);
    };
    const signal_handler one(SIGUSR1, plain, 1);
    const signal_handler two(SIGUSR2, waits, 2);
    ::raise(SIGUSR1);
    CHECK(came.empty());
    CHECK(co_await came.get() == 1);
    ::raise(SIGUSR2);
    CHECK(co_await came.get() == 2);
    for (int i = 0; i != 3; ++i) ::raise(SIGUSR1);
    for (int i = 0; i != 3; ++i) CHECK(co_await came.get() == 1);
    CHECK(came.empty());
  });
}

TEST_CASE("several handlers of one signal all run") {
  green::run([]() -> task<> {
    green::queue<int> came;
    const auto put = [&](int n) { came.put_nowait(n); };
    const signal_handler first(SIGUSR1, put, 1);
    {
      const signal_handler second(SIGUSR1, put, 2);
      ::raise(SIGUSR1);
      CHECK(co_await came.get() + co_await came.get() == 3);
    }
    const signal_handler third(SIGUSR1, put, 3);
    ::raise(SIGUSR1);
    CHECK(co_await came.get() + co_await came.get() == 4);
  });
}

TEST_CASE("afterwards the dispositions and the mask are those of before") {
  const blocked before({SIGUSR2});
  const sigset_t mask = mask_now();
  const tests::handler old(SIGUSR1);
  const auto with_old = dispositions();
  green::run([&]() -> task<> {
    green::event came;
    const auto set = [&came] { came.set(); };
    std::optional<signal_handler> one(std::in_place, SIGUSR2, set);
    std::optional<signal_handler> two(std::in_place, SIGUSR2, set);
    const signal_handler other(SIGUSR1, set);
    ::raise(SIGUSR2);
    co_await came.wait();
    one.reset();
    CHECK_FALSE(same(mask_now(), mask));
    two.reset();
    CHECK(same(mask_now(), mask));
    CHECK(dispositions() != with_old);
  });
  CHECK(old.calls() == 0);
  CHECK(dispositions() == with_old);
  CHECK(same(mask_now(), mask));
}

TEST_CASE("a handler that the program installs meanwhile stays") {
  struct sigaction before{};
  ::sigaction(SIGUSR1, nullptr, &before);
  green::run([] {
    const signal_handler replaced(SIGUSR1, [] {});
    ::signal(SIGUSR1, SIG_IGN);
  });
  struct sigaction now{};
  ::sigaction(SIGUSR1, &before, &now);
  const bool ignored = now.sa_handler == SIG_IGN;
  CHECK(ignored);
}

TEST_CASE("two hubs each get the signal, whichever thread takes it") {
  std::atomic<int> ready = 0, told = 0;
  const auto serve = [&] {
    green::run([&]() -> task<> {
      green::event came;
      const auto set = [&came] { came.set(); };
      const signal_handler h(SIGUSR1, set);
      ++ready;
      co_await came.wait();
      ++told;
    });
  };
  std::thread one(serve), two(serve);
  while (ready != 2) std::this_thread::yield();
  ::kill(::getpid(), SIGUSR1);
  one.join();
  two.join();
  CHECK(told == 2);
}

TEST_CASE("an end of its thread ends what is left of a handler") {
  const auto before = dispositions();
  std::optional<signal_handler> left;
  std::thread([&] {
    green::run([&] { left.emplace(SIGUSR1, [] {}); });
  }).join();
  CHECK(dispositions() == before);
  left.reset();
  CHECK(dispositions() == before);
}

TEST_CASE("a signal that can have no handler is refused") {
  green::run([] {
    const auto before = dispositions();
    for (const int number : {SIGKILL, 0, NSIG}) {
      const auto make = [number] { const signal_handler h(number, [] {}); };
      CHECK_THROWS_AS(make(), std::system_error);
    }
    CHECK(dispositions() == before);
  });
}

TEST_CASE("an error of its function is reported as that of a greenlet") {
  std::string told;
  auto before = green::set_error_handler(
      [&](const green::unhandled_error& e) { told = e.message; });
  green::run([]() -> task<> {
    green::event came;
    const auto fail = [&came] {
      came.set();
      throw std::runtime_error("oops");
    };
    const signal_handler h(SIGUSR1, fail);
    ::raise(SIGUSR1);
    co_await came.wait();
  });
  green::set_error_handler(std::move(before));
  CHECK(told == "std::runtime_error: oops");
}

TEST_CASE("in a child of fork a signal does as before") {
  green::run([]() -> task<> {
    green::event came;
    const auto set = [&came] { came.set(); };
    const auto before = dispositions();
    const blocked scope({SIGUSR2});
    const sigset_t mask = mask_now();
    const signal_handler one(SIGALRM, set);
    const signal_handler two(SIGUSR2, set);
    int status = 0;
    const pid_t child = green::fork();
    if (child == 0) {
      const bool reset = dispositions() == before && same(mask_now(), mask);
      if (!reset) ::_exit(1);
      // A handler of the child's own works, and the parent's end is harmless.
      green::event own;
      const auto set_own = [&own] { own.set(); };
      std::optional<signal_handler> mine(std::in_place, SIGUSR1, set_own);
      ::raise(SIGUSR1);
      co_await own.wait();
      mine.reset();
      ::raise(SIGALRM);
      ::_exit(2);
    }
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGALRM);
    CHECK_FALSE(came.is_set());
  });
}

TEST_CASE("a program that is started has the mask and the ignored of before") {
  struct sigaction before{}, ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGHUP, &ignore, &before);
  const blocked scope({SIGUSR2});
  green::run([]() -> task<> {
    const signal_handler one(SIGHUP, [] {});
    const signal_handler two(SIGUSR2, [] {});
    green::subprocess::options how;
    how.capture_output().restore_signals(false);
    const auto shown = co_await green::subprocess::run(
        {"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"}, how);
    const auto bits = [&](const std::string& name) {
      return std::stoull(shown.out.substr(shown.out.find(name) + name.size()),
                         nullptr, 16);
    };
    CHECK((bits("SigBlk:") >> (SIGUSR2 - 1) & 1) == 1);
    CHECK((bits("SigIgn:") >> (SIGHUP - 1) & 1) == 1);
  });
  ::sigaction(SIGHUP, &before, nullptr);
}

TEST_CASE("system ignores no signal that has a handler, and ends none") {
  const auto before = dispositions();
  green::run([&]() -> task<> {
    green::queue<int> came;
    const auto put = [&] { came.put_nowait(1); };
    std::optional<signal_handler> one(std::in_place, SIGINT, put);
    const auto command = green::spawn(
        []() -> task<> { co_await green::system("exec sleep 1000"); });
    co_await green::sleep();
    ::raise(SIGINT);
    CHECK(co_await came.get() == 1);
    one.reset();
    ::raise(SIGINT);  // the command is there, so that it is ignored
    ::raise(SIGQUIT);
    one.emplace(SIGINT, put);
    co_await command.kill();
    ::raise(SIGINT);
    CHECK(co_await came.get() == 1);
  });
  CHECK(dispositions() == before);
}

TEST_CASE("run_until gives 0, or the number that f gives") {
  const auto before = dispositions();
  CHECK(int(run_until({SIGINT, SIGTERM}, [] {})) == 0);
  CHECK(int(run_until({SIGINT}, [] { return 7; }, 1s)) == 7);
  green::run([]() -> task<> {
    auto five = []() -> task<int> { co_return 5; };
    CHECK(co_await run_until({SIGTERM}, five, 1s) == 5);
    auto words = []() -> task<std::string> { co_return "words"; };
    CHECK(co_await run_until({SIGTERM}, words) == 0);
  });
  CHECK(dispositions() == before);
}

TEST_CASE("the first signal kills f, and the status has its number") {
  bool unwound = false;
  const auto serve = [&]() -> task<> {
    ::raise(SIGTERM);
    try {
      co_await forever();
    } catch (const green::killed&) {
      unwound = true;
    }
    co_await green::sleep(1ms);
  };
  CHECK(int(run_until({SIGINT, SIGTERM}, serve, 100s)) == 128 + SIGTERM);
  CHECK(unwound);
  const auto survives = []() -> task<int> {
    ::raise(SIGINT);
    try {
      co_await forever();
    } catch (const green::killed&) {
    }
    co_return 3;
  };
  CHECK(int(run_until({SIGINT, SIGTERM}, survives)) == 3);
}

TEST_CASE("f that holds out longer than the grace is ended by force") {
  tests::virtual_time time;
  bool destroyed = false;
  struct witness {
    explicit witness(bool& d) : done(d) {}
    witness(const witness&) = delete;
    witness& operator=(const witness&) = delete;
    ~witness() { done = true; }
    bool& done;
  };
  const auto stubborn = [&]() -> task<> {
    const witness w(destroyed);
    ::raise(SIGTERM);
    for (;;) {
      try {
        co_await forever();
      } catch (const green::killed&) {
      }
    }
  };
  green::run([&]() -> task<> {
    CHECK(co_await run_until({SIGTERM}, stubborn, 5s) == 128 + SIGTERM);
    CHECK(destroyed);
  });
}

TEST_CASE("an exception of f is thrown, and after a signal it is reported") {
  std::string told;
  auto before = green::set_error_handler(
      [&](const green::unhandled_error& e) { told = e.message; });
  const auto fails = [] { throw std::runtime_error("oops"); };
  CHECK_THROWS_AS((void)int(run_until({SIGTERM}, fails)), std::runtime_error);
  CHECK(told.empty());
  const auto fails_late = []() -> task<> {
    ::raise(SIGTERM);
    try {
      co_await forever();
    } catch (const green::killed&) {
    }
    throw std::runtime_error("late");
  };
  CHECK(int(run_until({SIGTERM}, fails_late)) == 128 + SIGTERM);
  CHECK(told == "std::runtime_error: late");
  green::set_error_handler(std::move(before));
}

TEST_CASE("a kill of the one that waits kills f, and is thrown when it ended") {
  green::run([]() -> task<> {
    bool ended = false;
    const auto serve = [&]() -> task<> {
      try {
        co_await forever();
      } catch (const green::killed&) {
      }
      co_await green::sleep(1ms);
      ended = true;
    };
    const auto waiter = green::spawn([&]() -> task<> {
      co_await run_until({SIGTERM}, serve);
      CHECK(false);
    });
    co_await green::sleep();
    co_await green::sleep();
    co_await waiter.kill();
    CHECK(waiter.was_killed());
    CHECK(ended);
  });
}

TEST_CASE("on a hub that runs, the conversion to a status is refused") {
  green::run([] {
    CHECK_THROWS_AS((void)int(run_until({SIGTERM}, [] {})), std::logic_error);
  });
}

TEST_CASE("no signal, or one that cannot have a handler, is refused") {
  CHECK_THROWS_AS((void)int(run_until({}, [] {})), std::invalid_argument);
  CHECK_THROWS_AS((void)int(run_until({SIGTERM, SIGKILL}, [] {})),
                  std::system_error);
}

TEST_CASE("the second signal ends the process while f computes") {
  const int status = status_of_child([] {
    std::thread([] {
      (void)int(run_until({SIGINT, SIGTERM}, [] {
        ::raise(SIGINT);
        for (;;) ::raise(SIGTERM);
      }));
    }).join();
  });
  CHECK(status == 128 + SIGTERM);
}

TEST_CASE("the process ends when its hub is held beyond the grace") {
  const int status = status_of_child([] {
    std::thread([] {
      (void)int(run_until(
          {SIGTERM},
          [] {
            ::raise(SIGTERM);
            for (;;) ::usleep(1000);
          },
          1ms));
    }).join();
  });
  CHECK(status == 128 + SIGTERM);
}
