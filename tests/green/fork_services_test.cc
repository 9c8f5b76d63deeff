// SPDX-License-Identifier: MIT
// fork of green/unistd.h: what a child does with what it was given.
#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/netdb.h"
#include "green/server.h"
#include "green/signal.h"
#include "green/subprocess.h"
#include "green/sys/socket.h"
#include "green/sys/wait.h"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/unique_fd.h"
#include "green/unistd.h"
#include "tests/support/forks.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// It refuses threads in a child of a process that had several.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif
#endif

using namespace std::chrono_literals;
using tests::exited;
using tests::in_child;
using tests::status_of;

namespace {

green::task<bool> resolves() {
  addrinfo* found = nullptr;
  const int error =
      co_await green::getaddrinfo("localhost", "80", nullptr, &found);
  if (found != nullptr) green::freeaddrinfo(found);
  co_return error == 0;
}

// One byte there and back over TCP.
green::task<bool> talks() {
  auto [here, there] = tests::tcp_pair();
  const int from = there;
  const auto echoes = [from]() -> green::task<> {
    char byte;
    if (co_await green::recv(from, &byte, 1, 0) == 1) {
      co_await green::send(from, &byte, 1, 0);
    }
  };
  const auto echo = green::spawn(echoes);
  char byte = 'x';
  co_await green::send(here, &byte, 1, 0);
  byte = 0;
  co_return co_await green::recv(here, &byte, 1, 0) == 1 && byte == 'x';
}

int listener(unsigned short& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  tests::ipv4 any(0);
  REQUIRE(::bind(fd, any.get(), any.length) == 0);
  REQUIRE(::listen(fd, 8) == 0);
  port = tests::local_address(fd).port();
  return fd;
}

green::task<bool> connects(unsigned short port) {
  const tests::descriptor fd(
      green::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  tests::ipv4 to(port);
  co_return co_await green::connect(fd, to.get(), to.length) == 0;
}

}  // namespace

TEST_CASE("names, sockets and threads are there before and after") {  // F15
  green::run([]() -> green::task<> {
    green::threadpool pool(2);
    const auto seven = [] { return 7; };
    const auto all = [&]() -> green::task<bool> {
      const bool names = co_await resolves();
      const bool sockets = co_await talks();
      const int result = co_await pool.apply(seven);
      int from_thread = 0;
      std::thread plain([&] { from_thread = green::run(seven); });
      plain.join();
      co_return (names && sockets && result == 7 && from_thread == 7);
    };
    CHECK(co_await all());
    CHECK(co_await in_child(all) == exited(0));
    CHECK(co_await all());
  });
}

TEST_CASE("the child accepts, and who accepts in the parent still does") {
  green::run([]() -> green::task<> {  // F16
    unsigned short port = 0, parents_port = 0;
    const tests::descriptor listening(listener(port));
    const tests::descriptor parents(listener(parents_port));
    const int here = parents;
    bool accepted = false;
    const auto accepts = [&]() -> green::task<> {
      const int fd = co_await green::accept(here, nullptr, nullptr);
      accepted = fd >= 0;
      const green::unique_fd closing(fd);
    };
    const auto waiting = co_await tests::started(accepts);
    const pid_t child = green::fork();
    if (child == 0) {
      ::alarm(30);
      const int fd = co_await green::accept(listening, nullptr, nullptr);
      ::_exit(fd >= 0 ? 0 : 1);
    }
    CHECK(co_await connects(port));
    int status = -1;
    CHECK(co_await green::waitpid(child, &status, 0) == child);
    CHECK(status == exited(0));
    CHECK_FALSE(accepted);
    CHECK(co_await connects(parents_port));
    co_await waiting.join();
    CHECK(accepted);
  });
}

TEST_CASE("stopped and continued, a wait ends by its timeout, not by EINTR") {
  green::run([]() -> green::task<> {  // F13
    unsigned short port = 0;
    const tests::descriptor listening(listener(port));
    auto [told, tell] = tests::stream_pair();
    const pid_t child = green::fork();
    if (child == 0) {
      ::alarm(30);
      bool expired = false;
      try {
        const green::timeout limit(500ms);
        co_await green::send(tell, "x", 1, 0);
        co_await green::accept(listening, nullptr, nullptr);
      } catch (const green::timed_out&) {
        expired = true;
      }
      ::_exit(expired ? 0 : 1);
    }
    char byte;
    CHECK(co_await green::recv(told, &byte, 1, 0) == 1);
    green::kill(child, SIGSTOP);
    int status = 0;
    CHECK(co_await green::waitpid(child, &status, WUNTRACED) == child);
    CHECK(WIFSTOPPED(status));
    green::kill(child, SIGCONT);
    CHECK(co_await green::waitpid(child, &status, 0) == child);
    CHECK(status == exited(0));
  });
}

TEST_CASE("what sigsuspend lets through ends the process as by default") {
  green::run([]() -> green::task<> {
    auto [told, tell] = tests::stream_pair();
    const pid_t child = green::fork();
    if (child == 0) {
      ::alarm(30);
      const tests::blocked scope({SIGUSR1});
      const sigset_t none = tests::set_of({});
      co_await green::send(tell, "x", 1, 0);
      co_await green::sigsuspend(&none);
      ::_exit(1);
    }
    char byte;
    CHECK(co_await green::recv(told, &byte, 1, 0) == 1);
    green::kill(child, SIGUSR1);
    int status = 0;
    CHECK(co_await green::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGUSR1);
  });
}

TEST_CASE("the child does not hold what a pause in the parent holds") {
  const tests::handler one(SIGUSR1);
  const sigset_t before = tests::mask_now();
  green::run([&]() -> green::task<> {
    const auto waits = []() -> green::task<> { co_await green::pause(); };
    const auto g = co_await tests::started(waits);
    CHECK_FALSE(tests::same(tests::mask_now(), before));
    const auto free = [&before]() -> green::task<bool> {
      co_return tests::same(tests::mask_now(), before);
    };
    CHECK(co_await in_child(free) == exited(0));
    co_await g.kill();
  });
}

TEST_CASE("the child starts a program while one is started in the parent") {
  green::run([]() -> green::task<> {
    const auto starts = []() -> green::task<bool> {
      const green::subprocess::arguments command{"true"};
      const auto done = co_await green::subprocess::run(command);
      co_return done.returncode == 0;
    };
    const auto here = green::spawn(starts);
    co_await green::sleep();
    CHECK(co_await in_child(starts) == exited(0));
    CHECK(co_await here.get());
  });
}

TEST_CASE("a handler in the child ends its pause") {
  const tests::handler one(SIGUSR1);
  green::run([&]() -> green::task<> {
    auto [told, tell] = tests::stream_pair();
    const int teller = tell;
    const auto pauses = [&, teller]() -> green::task<bool> {
      const auto says = [teller]() -> green::task<> {
        co_await green::send(teller, "x", 1, 0);
      };
      const auto saying = green::spawn(says);  // when the other one pauses
      const int result = co_await green::pause();
      co_return (result == -1 && errno == EINTR && one.calls() == 1);
    };
    const pid_t child = green::fork();
    if (child == 0) {
      ::alarm(30);
      ::_exit(co_await pauses() ? 0 : 1);
    }
    char byte;
    CHECK(co_await green::recv(told, &byte, 1, 0) == 1);
    green::kill(child, SIGUSR1);
    CHECK(status_of(child) == exited(0));
  });
}

TEST_CASE("a server in the child has the places of handlers not there") {
  green::run([]() -> green::task<> {
    const pid_t self = ::getpid();
    green::event both_inside;
    int inside = 0;
    const auto handler = [&](green::unique_fd,
                             green::endpoint) -> green::task<> {
      if (++inside == 2 && ::getpid() != self) both_inside.set();
      co_await green::sleep(1h);
    };
    green::stream_server server("127.0.0.1:0", handler,
                                green::server_options().limit(2).reuse_port());
    server.start();
    const auto a = co_await green::connect_to(server.address());
    const auto b = co_await green::connect_to(server.address());
    while (inside < 2) co_await green::sleep(1ms);
    const auto serves = [&]() -> green::task<bool> {
      inside = 0;
      server.start();
      // Some of them come to the socket of the parent.
      std::vector<green::unique_fd> clients;
      for (int i = 0; i < 64; ++i) {
        clients.push_back(co_await green::connect_to(server.address()));
      }
      co_await both_inside.wait();
      co_return server.handlers() == 2;
    };
    CHECK(co_await in_child(serves) == exited(0));
    CHECK(server.handlers() == 2);
    co_await server.stop();
  });
}

TEST_CASE("the child reports errors, whatever other threads did at the fork") {
  std::atomic<bool> over = false;
  const auto before = green::set_error_handler({});
  std::thread other([&] {
    const auto ignores = [](const green::unhandled_error&) {};
    while (!over) green::set_error_handler(ignores);
  });
  green::run([]() -> green::task<> {
    const auto reports = []() -> green::task<bool> {
      const auto ignores = [](const green::unhandled_error&) {};
      green::set_error_handler(ignores);
      const auto fails = []() -> green::task<> {
        co_await green::sleep();
        throw std::runtime_error("of the child");
      };
      {
        const auto failing = green::spawn(fails);
        co_await failing.join();
      }
      co_return true;
    };
    for (int i = 0; i < 50; ++i) {
      CHECK(co_await in_child(reports) == exited(0));
    }
  });
  over = true;
  other.join();
  green::set_error_handler(before);
}
