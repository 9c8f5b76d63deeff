// SPDX-License-Identifier: MIT
#include "green/sys/wait.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>

#include <cerrno>
#include <limits>
#include <vector>

#include "green/posix/child_wait.h"
#include "tests/support/answers.h"
#include "tests/support/hubs.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/processes.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::childless;
using tests::failed;
using tests::forked;
using tests::task_of;
using tests::waiting_child;

static_assert(tests::mirrors(green::wait, ::wait));
static_assert(tests::mirrors(green::waitpid, ::waitpid));
static_assert(tests::mirrors(green::waitid, ::waitid));
static_assert(tests::mirrors(green::wait3, ::wait3));
static_assert(tests::mirrors(green::wait4, ::wait4));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call wait = &::wait;
  static constexpr tests::blocking_call waitpid = &::waitpid;
  static constexpr tests::blocking_call waitid = &::waitid;
  static constexpr tests::blocking_call wait3 = &::wait3;
  static constexpr tests::blocking_call wait4 = &::wait4;
};

struct mirror : tests::green_side {
  static constexpr auto wait = &green::wait;
  static constexpr auto waitpid = &green::waitpid;
  static constexpr auto waitid = &green::waitid;
  static constexpr auto wait3 = &green::wait3;
  static constexpr auto wait4 = &green::wait4;
};

// As on a kernel whose ring cannot wait for children.
struct by_helper : mirror {
  static constexpr auto waitid = &green::waitid_by_helper;
};

id_t id(pid_t pid) { return static_cast<id_t>(pid); }

// Its own group is what it leads.
pid_t leader() {
  const pid_t pid = forked([] { ::pause(); });
  REQUIRE(::setpgid(pid, pid) == 0);
  return pid;
}

template <class S>
task_of<S> refused(answers& out) {
  siginfo_t found{};
  int status = 0;
  out.add("no child", co_await S::wait(&status));
  out.add("pid 1", co_await S::waitpid(1, &status, 0));
  out.add("group 2", co_await S::waitpid(-2, nullptr, 0));
  out.add("own group", co_await S::waitpid(0, nullptr, 0));
  out.add("no child, not waiting", co_await S::waitpid(-1, nullptr, WNOHANG));
  out.add("least",
          co_await S::waitpid(std::numeric_limits<pid_t>::min(), &status, 0));
  out.add("options", co_await S::waitpid(-1, &status, 0x100));
  out.add("options, not waiting",
          co_await S::waitpid(-1, &status, 0x100 | WNOHANG));
  out.add("waitid's option", co_await S::waitpid(-1, &status, WNOWAIT));
  out.add("pid 1 by waitid", co_await S::waitid(P_PID, 1, &found, WEXITED));
  out.add("pid 0", co_await S::waitid(P_PID, 0, &found, WEXITED));
  out.add("negative", co_await S::waitid(P_PGID, id(-5), &found, WEXITED));
  out.add("for nothing", co_await S::waitid(P_ALL, 0, &found, 0));
  out.add("odd", co_await S::waitid(P_ALL, 0, &found, WEXITED | 0x100));
  out.add("pidfd", co_await S::waitid(P_PIDFD, 9999, &found, WEXITED));
  out.add("none by waitid", co_await S::waitid(P_ALL, 0, nullptr, WEXITED));
  rusage used{};
  out.add("none by wait3", co_await S::wait3(&status, 0, &used));
  out.add("none by wait4", co_await S::wait4(-1, nullptr, 0, nullptr));
  out.add("pid 1 by wait4", co_await S::wait4(1, &status, WNOHANG, &used));
  out.add("group 2 by wait4", co_await S::wait4(-2, &status, 0, &used));
  out.add("least by wait4", co_await S::wait4(std::numeric_limits<pid_t>::min(),
                                              &status, 0, &used));
  out.add("options of wait4", co_await S::wait4(-1, &status, 0x100, &used));
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {  // N8
  REQUIRE(childless());
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("pid 1 ECHILD"));
}

TEST_CASE_TEMPLATE("the status says how the child ended", S, original,
                   mirror) {  // N1 N2
  S::run([]() -> task_of<S> {
    int status = -1;
    const pid_t ended = forked([] { ::_exit(10); });
    CHECK(co_await S::waitpid(ended, &status, 0) == ended);
    CHECK(WIFEXITED(status));
    CHECK(status == 10 << 8);
    const pid_t killed = forked([] { ::raise(SIGKILL); });
    CHECK(co_await S::wait(&status) == killed);
    CHECK(status == SIGKILL);
    const pid_t aborted = forked([] { ::raise(SIGQUIT); });
    siginfo_t found{};
    CHECK(co_await S::waitid(P_PID, id(aborted), &found, WEXITED) == 0);
    CHECK(found.si_signo == SIGCHLD);
    CHECK(found.si_pid == aborted);
    CHECK(found.si_status == SIGQUIT);
    CHECK((found.si_code == CLD_KILLED || found.si_code == CLD_DUMPED));
    const pid_t unseen = forked([] {});
    CHECK(co_await S::wait(nullptr) == unseen);
    CHECK(childless());
  });
}

TEST_CASE_TEMPLATE("stops and continuations are told when asked for", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    const pid_t pid = forked([] { ::pause(); });
    int status = -1;
    ::kill(pid, SIGSTOP);
    CHECK(co_await S::waitpid(pid, &status, WUNTRACED) == pid);
    CHECK(WIFSTOPPED(status));
    CHECK(WSTOPSIG(status) == SIGSTOP);
    ::kill(pid, SIGCONT);
    CHECK(co_await S::waitpid(pid, &status, WCONTINUED) == pid);
    CHECK(WIFCONTINUED(status));
    ::kill(pid, SIGSTOP);
    siginfo_t found{};
    CHECK(co_await S::waitid(P_PID, id(pid), &found, WSTOPPED) == 0);
    CHECK(found.si_code == CLD_STOPPED);
    ::kill(pid, SIGKILL);
    CHECK(co_await S::waitpid(pid, &status, 0) == pid);
    CHECK(status == SIGKILL);
  });
}

TEST_CASE_TEMPLATE("groups are waited for", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const waiting_child mine, other;
    const pid_t far = leader();
    ::kill(far, SIGKILL);
    CHECK(co_await S::waitpid(-far, nullptr, 0) == far);
    CHECK(answer(co_await S::waitpid(-far, nullptr, 0)) == failed(ECHILD));
    mine.tell(1);
    CHECK(co_await S::waitpid(0, nullptr, 0) == mine.pid());
    other.tell(2);
    siginfo_t found{};
    CHECK(co_await S::waitid(P_PGID, 0, &found, WEXITED) == 0);
    CHECK(found.si_pid == other.pid());
    CHECK(found.si_status == 2);
  });
}

TEST_CASE_TEMPLATE("WNOHANG does not wait, WNOWAIT does not take", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const waiting_child c;
    int status = 77;
    CHECK(co_await S::waitpid(c.pid(), &status, WNOHANG) == 0);
    CHECK(status == 77);
    siginfo_t found{};
    CHECK(co_await S::waitid(P_ALL, 0, &found, WEXITED | WNOHANG) == 0);
    CHECK(found.si_pid == 0);
    c.tell(5);
    CHECK(co_await S::waitid(P_PID, id(c.pid()), &found, WEXITED | WNOWAIT) ==
          0);
    CHECK(found.si_status == 5);
    CHECK(co_await S::waitpid(c.pid(), &status, WNOHANG) == c.pid());
    CHECK(status == 5 << 8);
  });
}

TEST_CASE_TEMPLATE("wait3 and wait4 tell what the child used", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const waiting_child one, other;
    rusage used{};
    int status = 77;
    CHECK(co_await S::wait4(one.pid(), &status, WNOHANG, &used) == 0);
    CHECK(co_await S::wait3(&status, WNOHANG, &used) == 0);
    CHECK(status == 77);
    one.tell(3);
    CHECK(co_await S::wait4(one.pid(), &status, 0, &used) == one.pid());
    CHECK(status == 3 << 8);
    CHECK(used.ru_maxrss > 0);
    used.ru_maxrss = 0;
    other.tell(4);
    CHECK(co_await S::wait3(&status, 0, &used) == other.pid());
    CHECK(status == 4 << 8);
    CHECK(used.ru_maxrss > 0);
    const pid_t stopped = forked([] { ::raise(SIGSTOP); });
    CHECK(co_await S::wait4(0, &status, WUNTRACED, nullptr) == stopped);
    CHECK(WIFSTOPPED(status));
    ::kill(stopped, SIGKILL);
    CHECK(co_await S::wait3(nullptr, 0, nullptr) == stopped);
    const pid_t far = leader();
    ::kill(far, SIGKILL);
    CHECK(co_await S::wait4(-far, &status, 0, nullptr) == far);
    CHECK(status == SIGKILL);
    const waiting_child lost;
    lost.tell(1);
    CHECK(answer(co_await S::wait4(lost.pid(), tests::nowhere<int>(), 0,
                                   nullptr)) == failed(EFAULT));
    CHECK(childless());
  });
}

TEST_CASE("wait4 that is killed or timed out takes no status") {
  const waiting_child c;
  green::run([&c]() -> green::task<> {
    const auto waits = [&c]() -> green::task<> {
      co_await green::wait4(c.pid(), nullptr, 0, nullptr);
    };
    co_await tests::check_interruptible(waits);
    const auto waits_for_any = []() -> green::task<> {
      co_await green::wait3(nullptr, 0, nullptr);
    };
    co_await tests::check_interruptible(waits_for_any);
    c.tell(4);
    int status = -1;
    const auto asks = [&c, &status]() -> green::task<> {
      CHECK(co_await green::wait4(c.pid(), &status, 0, nullptr) == c.pid());
    };
    const auto first = green::spawn(asks);
    co_await first.join();
    CHECK(status == 4 << 8);
  });
  CHECK(childless());
}

TEST_CASE_TEMPLATE("other threads go on while one waits", S, original,
                   mirror) {  // N7
  S::run([]() -> task_of<S> {
    const waiting_child c;
    int status = 0;
    typename S::thread teller([&c]() -> task_of<S> {
      for (int i = 0; i < 100; ++i) co_await S::this_thread::yield();
      c.tell(3);
    });
    CHECK(co_await S::waitpid(c.pid(), &status, 0) == c.pid());
    CHECK(status == 3 << 8);
    co_await teller.join();
  });
}

TEST_CASE_TEMPLATE("a status is told once, and only to who asked", S, original,
                   mirror, by_helper) {
  S::run([]() -> task_of<S> {
    const waiting_child one, other;
    int got = 0, none = 0;
    const auto waits = [&]() -> task_of<S> {
      siginfo_t found{};
      const int r = co_await S::waitid(P_PID, id(one.pid()), &found, WEXITED);
      if (r == 0 && found.si_pid == one.pid()) ++got;
      if (r < 0 && errno == ECHILD) ++none;
    };
    typename S::thread a(waits);
    co_await S::this_thread::yield();
    other.tell(0);
    one.tell(0);
    co_await a.join();
    co_await waits();
    CHECK(got == 1);
    CHECK(none == 1);
    CHECK(tests::waitable(other.pid()));
    CHECK(co_await S::waitpid(other.pid(), nullptr, 0) == other.pid());
  });
}

TEST_CASE_TEMPLATE("killed or timed out, the child stays to be waited for", S,
                   mirror, by_helper) {  // N5
  const waiting_child c;
  green::run([&c]() -> green::task<> {
    const auto waits = [&c]() -> green::task<> {
      siginfo_t found{};
      co_await S::waitid(P_PID, id(c.pid()), &found, WEXITED);
    };
    co_await tests::check_interruptible(waits);
    CHECK(::kill(c.pid(), 0) == 0);
    c.tell(4);
    int status = -1;
    CHECK(co_await green::waitpid(c.pid(), &status, 0) == c.pid());
    CHECK(status == 4 << 8);
  });
  CHECK(childless());
}

TEST_CASE_TEMPLATE("a kill that races with the end loses no status", S, mirror,
                   by_helper) {
  green::run([]() -> green::task<> {
    int taken = 0, left = 0;
    for (int i = 0; i < 100; ++i) {
      const waiting_child c;
      siginfo_t found{};
      const auto waits = [&]() -> green::task<> {
        co_await S::waitid(P_PID, id(c.pid()), &found, WEXITED);
      };
      const green::greenlet<> waiter = green::spawn(waits);
      co_await green::sleep();
      c.tell(static_cast<unsigned char>(i));
      if (i % 4 == 0) CHECK(tests::waitable(c.pid()));
      for (int turn = 0; turn < i % 3; ++turn) co_await green::sleep();
      co_await waiter.kill();
      int status = -1;
      if (found.si_pid == c.pid()) {
        ++taken;
        CHECK(found.si_status == i);
        CHECK(::waitpid(c.pid(), &status, WNOHANG) == -1);
      } else {
        ++left;
        CHECK(::waitpid(c.pid(), &status, 0) == c.pid());
        CHECK(status == i << 8);
      }
    }
    MESSAGE(taken << " taken, " << left << " left");
  });
  CHECK(childless());
}

TEST_CASE("any hub waits for children of any thread") {  // N10
  std::vector<waiting_child> children(4);
  tests::run_hubs(4, [&children](int i) -> green::task<> {
    const waiting_child own;
    const waiting_child& made_by_main = children[std::size_t(i)];
    own.tell(7);
    int status = 0;
    CHECK(co_await green::waitpid(own.pid(), &status, 0) == own.pid());
    CHECK(status == 7 << 8);
    made_by_main.tell(8);
    CHECK(co_await green::waitpid(made_by_main.pid(), &status, 0) ==
          made_by_main.pid());
    CHECK(status == 8 << 8);
    pid_t spawned = -1;
    char name[] = "false";
    char* const arguments[] = {name, nullptr};
    REQUIRE(::posix_spawnp(&spawned, name, nullptr, nullptr, arguments,
                           environ) == 0);
    CHECK(co_await green::waitpid(spawned, &status, 0) == spawned);
    CHECK(status == 1 << 8);
  });
  CHECK(childless());
}

TEST_CASE_TEMPLATE("with SIGCHLD ignored it waits for all, and ECHILD", S,
                   original, mirror) {
  struct sigaction before{};
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGCHLD, &ignore, &before);
  S::run([]() -> task_of<S> {
    const waiting_child c;
    c.tell(1);
    CHECK(answer(co_await S::wait(nullptr)) == failed(ECHILD));
  });
  ::sigaction(SIGCHLD, &before, nullptr);
}

TEST_CASE("waiting leaves SIGCHLD as it is") {
  struct sigaction before{};
  ::sigaction(SIGCHLD, nullptr, &before);
  sigset_t mask, mask_after;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  green::run([]() -> green::task<> {
    const pid_t pid = forked([] {});
    CHECK(co_await green::wait(nullptr) == pid);
  });
  struct sigaction after{};
  ::sigaction(SIGCHLD, nullptr, &after);
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask_after);
  CHECK((before.sa_handler == SIG_DFL));
  CHECK((after.sa_handler == SIG_DFL));
  CHECK(::sigismember(&mask, SIGCHLD) == ::sigismember(&mask_after, SIGCHLD));
}

TEST_CASE("many waits at once, ended in any order") {
  green::run([]() -> green::task<> {
    std::vector<waiting_child> children(64);
    int right = 0;
    std::vector<green::greenlet<>> waiters;
    const auto waits = [&](std::size_t i) -> green::task<> {
      int status = 0;
      const pid_t pid = children[i].pid();
      const pid_t ended = co_await green::waitpid(pid, &status, 0);
      if (ended == pid && status == int(i) << 8) ++right;
    };
    for (std::size_t i = 0; i < children.size(); ++i) {
      waiters.push_back(green::spawn(waits, i));
    }
    co_await tests::others_wait();
    for (std::size_t i = children.size(); i-- > 0;) {
      children[i].tell(static_cast<unsigned char>(i));
    }
    co_await green::joinall(waiters);
    CHECK(right == 64);
  });
  CHECK(childless());
}
