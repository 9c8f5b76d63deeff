// SPDX-License-Identifier: MIT
// Forks that are not green::fork: of the system's own names, and daemon.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/signal.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/death.h"
#include "tests/support/forks.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using tests::exited;
using tests::in_child;
using tests::open_hubs;
using tests::status_of;

namespace {

using forking = pid_t (*)();

// A byte through a socket between two green threads, and a wait with a limit.
task<bool> works() {
  auto [in, to] = tests::stream_pair();
  const int from = in;
  const auto reads = [from]() -> task<char> {
    char byte = 0;
    co_await green::recv(from, &byte, 1, 0);
    co_return byte;
  };
  const auto reader = green::spawn(reads);
  co_await green::sleep(1ms);
  co_await green::send(to, "x", 1, 0);
  const bool heard = co_await reader.get() == 'x';
  bool expired = false;
  try {
    const green::timeout limit(1ms);
    co_await green::recv(from, nullptr, 0, MSG_PEEK);
  } catch (const green::timed_out&) {
    expired = true;
  }
  co_return (heard && expired && open_hubs() == 1);
}

// What a call of daemon made of its process, told by that through a pipe.
struct daemon_state {
  bool well = false;
  bool session = false;  // it leads one
  bool at_root = false;  // its folder is /
  std::array<bool, 3> null{};
};

daemon_state look_at_oneself() {
  daemon_state state;
  state.session = ::getsid(0) == ::getpid();
  char folder[64] = {};
  state.at_root =
      ::getcwd(folder, sizeof folder) != nullptr && std::string(folder) == "/";
  for (int fd = 0; fd < 3; ++fd) {
    struct stat file{};
    struct stat null{};
    ::fstat(fd, &file);
    ::stat("/dev/null", &null);
    state.null[static_cast<unsigned>(fd)] = file.st_rdev == null.st_rdev;
  }
  return state;
}

// Whoever calls daemon ends: it is called in a child, and its child tells.
template <class F>
daemon_state daemon_by(F call) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t before = ::fork();
  if (before == 0) {
    ::alarm(30);
    ::close(ends[0]);
    green::run([&]() -> task<> {
      co_await green::sleep(1ms);
      const int result = call();
      daemon_state state = look_at_oneself();
      state.well = result == 0 && co_await works();
      (void)!::write(ends[1], &state, sizeof state);
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  daemon_state told;
  CHECK(::read(ends[0], &told, sizeof told) == sizeof told);
  ::close(ends[0]);
  CHECK(status_of(before) == exited(0));
  return told;
}

// How forks ends its child, and what that says, where a green thread awaits in
// the child beside one that is ready and sends a byte: those that were sent.
struct end_of_stranger {
  std::string words;
  int bytes = 0;
};

template <class F>
end_of_stranger await_in_child_of(F forks) {
  auto [in, to] = tests::stream_pair();
  end_of_stranger end;
  const auto dies = [&, forks] {
    bool aborted = false;
    green::run([&]() -> task<> {
      const int out = to;
      const auto sends = [out]() -> task<> {
        co_await green::send(out, "x", 1, 0);
      };
      co_await green::sleep(1ms);
      const auto ready = green::spawn(sends);
      const pid_t child = forks();
      if (child == 0) {
        co_await green::sleep(1ms);
        ::_exit(0);
      }
      const int status = status_of(child);
      aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
      co_await ready.join();
    });
    if (aborted) std::abort();  // as dying_words wants
  };
  end.words = tests::dying_words(dies);
  char bytes[8];
  const ssize_t got = ::recv(in, bytes, sizeof bytes, MSG_DONTWAIT);
  end.bytes = static_cast<int>(got);
  return end;
}

pid_t clone_like_fork() {
  return static_cast<pid_t>(
      ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

// No coroutine: g++ 12 crashes on one with what returns twice.
pid_t start_by_vfork() {
  const pid_t child = green::vfork();
  if (child == 0) {
    ::execlp("true", "true", nullptr);
    ::_exit(3);
  }
  return child;
}

}  // namespace

TEST_CASE("a child of fork(3) has a hub of its own, and so has its child") {
  green::run([]() -> task<> {
    CHECK(co_await works());
    CHECK(co_await in_child(works, &::fork) == exited(0));
    const auto grandchild = []() -> task<bool> {
      co_return co_await in_child(works, &::fork) == exited(0);
    };
    CHECK(co_await in_child(grandchild, &::fork) == exited(0));
    CHECK(co_await in_child(grandchild, &green::fork) == exited(0));
    CHECK(co_await works());
  });
}

TEST_CASE("until it awaits, a child has no ring and no epoll set at all") {
  green::run([]() -> task<> {
    auto [in, to] = tests::stream_pair();
    const int from = in;
    char byte = 0;
    const auto reads = [&byte, from]() -> task<> {
      co_await green::recv(from, &byte, 1, 0);
    };
    const auto reader = co_await tests::started(reads);
    for (const forking forks : {forking(&::fork), forking(&green::fork)}) {
      const pid_t child = forks();
      if (child == 0) {
        if (open_hubs() != 0) ::_exit(2);
        ::execlp("true", "true", nullptr);
        ::_exit(3);
      }
      CHECK(status_of(child) == exited(0));
    }
    co_await green::send(to, "y", 1, 0);
    co_await reader.join();
    CHECK(byte == 'y');
    CHECK(open_hubs() == 1);
  });
}

TEST_CASE("nothing is run in the child of fork(3) for those not there") {
  green::run([]() -> task<> {
    green::mutex m;
    co_await m.lock();
    const auto locks = [&m]() -> task<> {
      co_await m.lock();
      m.unlock();
    };
    const auto waiter = co_await tests::started(locks);
    const auto ready = green::spawn(locks);
    const auto relocks = [&]() -> task<bool> {
      m.unlock();
      co_await m.lock();
      m.unlock();
      co_return waiter.was_killed() && ready.was_killed();
    };
    CHECK(co_await in_child(relocks, &::fork) == exited(0));
    m.unlock();
    co_await waiter.join();
    co_await ready.join();
  });
}

TEST_CASE("fork(3) on a thread that has no hub, beside one that has") {
  green::run([]() -> task<> {
    green::event done;
    pid_t child = -1;
    std::thread other([&] {
      child = ::fork();
      if (child == 0) ::_exit(green::run(works) ? 0 : 1);
      done.set();
    });
    co_await done.wait();
    other.join();
    CHECK(status_of(child) == exited(0));
    CHECK(co_await works());
  });
}

TEST_CASE("after run, its thread's hub serves the child of fork(3)") {
  CHECK(green::run(works));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(green::run(works) ? 0 : 1);
  CHECK(status_of(child) == exited(0));
  CHECK(green::run(works));
}

TEST_CASE("no lock of green's is held in a child of fork(3)") {
  std::atomic<bool> over = false;
  const auto before = green::set_error_handler({});
  std::thread other([&] {
    const auto ignores = [](const green::unhandled_error&) {};
    while (!over) green::set_error_handler(ignores);
  });
  green::run([]() -> task<> {
    const auto sets = []() -> task<bool> {
      const auto ignores = [](const green::unhandled_error&) {};
      green::set_error_handler(ignores);
      co_return true;
    };
    for (int i = 0; i < 50; ++i) {
      CHECK(co_await in_child(sets, &::fork) == exited(0));
    }
  });
  over = true;
  other.join();
  green::set_error_handler(before);
}

TEST_CASE("a child of fork(3) does not hold what a pause holds") {
  const tests::handler one(SIGUSR1);
  const sigset_t before = tests::mask_now();
  green::run([&]() -> task<> {
    const auto waits = []() -> task<> { co_await green::pause(); };
    const auto g = co_await tests::started(waits);
    CHECK_FALSE(tests::same(tests::mask_now(), before));
    const auto free = [&before]() -> task<bool> {
      co_return tests::same(tests::mask_now(), before);
    };
    CHECK(co_await in_child(free, &::fork) == exited(0));
    co_await g.kill();
  });
}

TEST_CASE("daemon goes on in a child that leads a session") {
  const auto whole = [] { return green::daemon(0, 0); };
  const daemon_state all = daemon_by(whole);
  CHECK(all.well);
  CHECK(all.session);
  CHECK(all.at_root);
  CHECK(all.null == std::array{true, true, true});
  const auto half = [] { return green::daemon(1, 1); };
  const daemon_state some = daemon_by(half);
  CHECK(some.well);
  CHECK(some.session);
  CHECK_FALSE(some.at_root);
  CHECK_FALSE(some.null[2]);
  const auto original = [] { return ::daemon(1, 1); };
  CHECK(daemon_by(original).well);
}

TEST_CASE("a child that nobody could see says so when it awaits") {
  green::run([] {});
  for (const forking forks : {forking(&::_Fork), forking(&clone_like_fork)}) {
    const end_of_stranger end = await_in_child_of(forks);
    CHECK(end.words.find("a hub was used in a child of _Fork, clone") !=
          std::string::npos);
    CHECK(end.words.find("green::fork") != std::string::npos);
    CHECK(end.bytes == 1);  // what was ready ran in the parent alone
  }
}

TEST_CASE("a child that nobody could see may call exec, or end") {
  green::run([]() -> task<> {
    co_await green::sleep(1ms);
    for (const forking forks : {forking(&::_Fork), forking(&clone_like_fork)}) {
      const pid_t child = forks();
      if (child == 0) {
        ::execlp("true", "true", nullptr);
        ::_exit(3);
      }
      CHECK(status_of(child) == exited(0));
    }
    const pid_t child = start_by_vfork();
    CHECK(status_of(child) == exited(0));
    CHECK(co_await works());
  });
}

TEST_CASE("where a callback forks, the child must not go on") {
  const auto forks = []() -> task<> {
    const auto nothing = []() -> task<> { co_return; };
    const auto g = green::spawn(nothing);
    g.link([] {
      if (green::daemon(1, 1) != -1 || errno != ENOTSUP) ::_exit(4);
      if (::fork() != 0) ::_exit(0);
    });
    co_await green::sleep(1h);
  };
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    ::signal(SIGABRT, SIG_DFL);
    green::run(forks);
    ::_exit(1);
  }
  ::close(ends[1]);
  std::string words;
  char part[256];
  for (ssize_t n; (n = ::read(ends[0], part, sizeof part)) > 0;) {
    words.append(part, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  CHECK(status_of(child) == exited(0));
  CHECK(words.find("one of its callbacks has forked") != std::string::npos);
}
