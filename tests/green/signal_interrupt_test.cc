// SPDX-License-Identifier: MIT
// The handler of a signal ends the wait of run's main green thread, and of it
// alone, where signal(7) says that it ends the original's.
// greenify: allow-file(held) locks are tested without their guards
#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/poll.h"
#include "green/queue.h"
#include "green/semaphore.h"
#include "green/signal.h"
#include "green/subprocess.h"
#include "green/sys/socket.h"
#include "green/time.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting_calls.h"

using namespace std::chrono_literals;
using green::task;
using tests::waiting_call;

namespace {

std::atomic<int> handled = 0;

// A counting handler, installed by green for as long as it lives.
class handling {
 public:
  explicit handling(int number, int flags = 0) : number_(number) {
    handled = 0;
    struct ::sigaction counting{};
    counting.sa_handler = [](int) { ++handled; };
    counting.sa_flags = flags;
    REQUIRE(green::sigaction(number, &counting, &before_) == 0);
  }
  handling(const handling&) = delete;
  handling& operator=(const handling&) = delete;
  ~handling() { green::sigaction(number_, &before_, nullptr); }

 private:
  const int number_;
  struct ::sigaction before_;
};

task<> raise_again_and_again() {
  for (;;) {
    co_await green::sleep(1ms);
    ::raise(SIGUSR1);
  }
}

struct outcome {
  long result;
  int error;
};

// Main waits while another green thread raises the signal again and again.
outcome interrupted(const waiting_call& of) {
  outcome seen{};
  green::run([&]() -> task<> {
    const auto raising = green::spawn(raise_again_and_again);
    errno = 0;
    seen.result = co_await of.call();
    seen.error = errno;
    co_await raising.kill();
  });
  return seen;
}

// Main waits while another green thread raises some signals. Then the call
// succeeds.
outcome undisturbed(const waiting_call& of, int signals) {
  outcome seen{};
  green::run([&]() -> task<> {
    const auto raising = green::spawn([&]() -> task<> {
      for (int i = 0; i < signals; ++i) {
        co_await green::sleep(1ms);
        ::raise(SIGUSR1);
        co_await green::sleep();
      }
      of.release();
    });
    errno = 0;
    seen.result = co_await of.call();
    seen.error = errno;
    co_await raising.join();
  });
  return seen;
}

// While it lives, a thread of the system sends SIGUSR1 to this thread.
class sender {
 public:
  sender()
      : thread_([this, hub = ::pthread_self()] {
          while (!over_) {
            ::pthread_kill(hub, SIGUSR1);
            std::this_thread::sleep_for(1ms);
          }
        }) {}
  ~sender() {
    over_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a handler without SA_RESTART ends main's wait with EINTR") {
  const handling scope(SIGUSR1);
  for (const waiting_call& of : tests::waiting_calls()) {
    if (of.how == waiting_call::after_handler::goes_on) continue;
    CAPTURE(of.name);
    const outcome seen = interrupted(of);
    CHECK(seen.result == -1);
    CHECK(seen.error == EINTR);
    // Nothing was taken, and the call succeeds when it is made again.
    const outcome again = undisturbed(of, 0);
    CHECK(again.result >= 0);
  }
}

TEST_CASE("with SA_RESTART a call goes on, but for those never restarted") {
  const handling scope(SIGUSR1, SA_RESTART);
  for (const waiting_call& of : tests::waiting_calls()) {
    CAPTURE(of.name);
    if (of.how == waiting_call::after_handler::ends) {
      const outcome seen = interrupted(of);
      CHECK(seen.result == -1);
      CHECK(seen.error == EINTR);
    } else {
      CHECK(undisturbed(of, 5).result >= 0);
      CHECK(handled >= 5);
    }
  }
}

TEST_CASE("a receive with a time limit is never restarted") {
  const handling scope(SIGUSR1, SA_RESTART);
  auto [a, b] = tests::stream_pair();
  const timeval hour{3600, 0};
  REQUIRE(green::setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &hour, sizeof hour) ==
          0);
  green::run([&]() -> task<> {
    const auto raising = green::spawn(raise_again_and_again);
    char byte = 0;
    CHECK(co_await green::recv(a, &byte, 1, 0) == -1);
    CHECK(errno == EINTR);
    co_await raising.kill();
  });
}

TEST_CASE("sigwait goes on whatever the handler") {
  const handling scope(SIGUSR1);
  for (const waiting_call& of : tests::waiting_calls()) {
    if (of.how != waiting_call::after_handler::goes_on) continue;
    CAPTURE(of.name);
    CHECK(undisturbed(of, 5).result >= 0);
  }
}

TEST_CASE("a signal that finds the hub asleep ends the wait") {
  const handling scope(SIGUSR1);
  for (const waiting_call& of : tests::waiting_calls()) {
    if (of.how == waiting_call::after_handler::goes_on) continue;
    CAPTURE(of.name);
    const sender outside;
    green::run([&]() -> task<> {
      errno = 0;
      const long result = co_await of.call();
      CHECK(result == -1);
      CHECK(errno == EINTR);
    });
  }
}

TEST_CASE("a poll of nothing is no deadlock where a handler may end it") {
  const handling scope(SIGUSR1);
  const sender outside;
  green::run([]() -> task<> {
    CHECK(co_await green::poll(nullptr, 0, -1) == -1);
    CHECK(errno == EINTR);
  });
}

TEST_CASE("a sleep tells the time that was left") {
  const handling scope(SIGUSR1);
  tests::run_virtual([]() -> task<> {
    const auto raise_at = [](std::chrono::nanoseconds when) -> task<> {
      co_await green::sleep(when);
      ::raise(SIGUSR1);
    };
    const auto first = green::spawn(raise_at, 1'300ms);
    CHECK(co_await green::sleep(5) == 3);
    CHECK(errno == EINTR);
    const auto second = green::spawn(raise_at, 300ms);
    const timespec second_and_half{1, 500'000'000};
    timespec left{};
    CHECK(co_await green::nanosleep(&second_and_half, &left) == -1);
    CHECK(errno == EINTR);
    CHECK(left.tv_sec == 1);
    CHECK(left.tv_nsec == 200'000'000);
    const auto third = green::spawn(raise_at, 500ms);
    CHECK(co_await green::clock_nanosleep(CLOCK_MONOTONIC, 0, &second_and_half,
                                          &left) == EINTR);
    CHECK(left.tv_sec == 1);
    CHECK(left.tv_nsec == 0);
    const auto fourth = green::spawn(raise_at, 1ms);
    CHECK(co_await green::usleep(900'000) == -1);
    CHECK(errno == EINTR);
  });
}

TEST_CASE("an absolute sleep ends, on each clock") {
  const handling scope(SIGUSR1);
  const sender outside;
  green::run([]() -> task<> {
    for (const clockid_t clock : {CLOCK_MONOTONIC, CLOCK_REALTIME}) {
      timespec end{};
      ::clock_gettime(clock, &end);
      end.tv_sec += 3600;
      CHECK(co_await green::clock_nanosleep(clock, TIMER_ABSTIME, &end,
                                            nullptr) == EINTR);
    }
    const timespec hour{3600, 0};
    timespec left{};
    CHECK(co_await green::clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &hour,
                                          &left) == EINTR);
    CHECK(left.tv_sec >= 3590);
    CHECK(left.tv_sec < 3600);
  });
}

TEST_CASE("the wait of another green thread goes on") {
  const handling scope(SIGUSR1);
  auto [a, b] = tests::stream_pair();
  green::run([&]() -> task<> {
    const auto other = green::spawn([&]() -> task<ssize_t> {
      char byte = 0;
      co_return co_await green::recv(a, &byte, 1, 0);
    });
    for (int i = 0; i < 3; ++i) {
      co_await green::sleep(1ms);
      ::raise(SIGUSR1);
      co_await green::sleep();
    }
    CHECK(::send(b, "x", 1, 0) == 1);
    CHECK(co_await other.get() == 1);
    CHECK(handled == 3);
  });
}

TEST_CASE("what the original does not know goes on: locks, queues, joins") {
  const handling scope(SIGUSR1);
  green::run([&]() -> task<> {
    green::mutex m;
    green::event e;
    green::queue<int> q;
    const auto other = green::spawn([&]() -> task<> {
      co_await m.lock();
      const auto raise_some = []() -> task<> {
        for (int i = 0; i < 3; ++i) {
          co_await green::sleep(1ms);
          ::raise(SIGUSR1);
          co_await green::sleep();
        }
      };
      co_await raise_some();
      m.unlock();
      co_await raise_some();
      e.set();
      co_await raise_some();
      co_await q.put(7);
      co_await raise_some();
    });
    co_await green::sleep();
    co_await m.lock();
    co_await e.wait();
    CHECK(co_await q.get() == 7);
    co_await other.join();
    CHECK(handled == 12);
    const auto start = std::chrono::steady_clock::now();
    const auto raising = green::spawn(raise_again_and_again);
    co_await green::sleep(20ms);
    CHECK(std::chrono::steady_clock::now() - start >= 20ms);
    co_await raising.kill();
    m.unlock();
  });
}

TEST_CASE("green's own waits go on, as those for a child") {
  const handling scope(SIGUSR1);
  green::run([]() -> task<> {
    const auto raising = green::spawn(raise_again_and_again);
    const auto done = co_await green::subprocess::run(
        {"sh", "-c", "sleep 0.05; echo out"},
        green::subprocess::options().capture_output());
    CHECK(done.out == "out\n");
    CHECK(done.returncode == 0);
    co_await raising.kill();
    CHECK(handled > 0);
  });
}

TEST_CASE("a signal while main computes ends no later wait") {
  const handling scope(SIGUSR1);
  auto [a, b] = tests::stream_pair();
  green::run([&]() -> task<> {
    const auto sends = green::spawn([&]() -> task<> {
      co_await green::sleep(1ms);
      CHECK(::send(b, "x", 1, 0) == 1);
    });
    ::raise(SIGUSR1);
    char byte = 0;
    CHECK(co_await green::recv(a, &byte, 1, 0) == 1);
    CHECK(handled == 1);
  });
}

TEST_CASE("a transfer that is done in part gives the part") {
  const handling scope(SIGUSR1);
  auto [a, b] = tests::stream_pair();
  const std::string much(size_t{4} << 20, 'x');
  green::run([&]() -> task<> {
    const auto raising = green::spawn(raise_again_and_again);
    const ssize_t sent = co_await green::send(a, much.data(), much.size(), 0);
    CHECK(sent > 0);
    CHECK(sent < static_cast<ssize_t>(much.size()));
    CHECK(tests::drain(b) == static_cast<std::size_t>(sent));
    co_await raising.kill();
  });
}

TEST_CASE("SIGALRM is the timeout of a read") {
  const handling scope(SIGALRM);
  auto [a, b] = tests::pipe_descriptors();
  const itimerval soon{{0, 10'000}, {0, 10'000}};
  const itimerval off{};
  ::setitimer(ITIMER_REAL, &soon, nullptr);
  green::run([&]() -> task<> {
    char byte = 0;
    CHECK(co_await green::read(a, &byte, 1) == -1);
    CHECK(errno == EINTR);
  });
  ::setitimer(ITIMER_REAL, &off, nullptr);
}

TEST_CASE("SIGTERM stops a server that accepts") {
  const handling scope(SIGTERM);
  const tests::descriptor server = tests::tcp_listener();
  green::run([&]() -> task<> {
    int served = 0;
    const auto client = green::spawn([&]() -> task<> {
      for (int i = 0; i < 3; ++i) {
        tests::ipv4 there = tests::local_address(server);
        const tests::descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
        CHECK(co_await green::connect(fd, there.get(), there.length) == 0);
        while (served == i) co_await green::sleep(1ms);
      }
      ::kill(::getpid(), SIGTERM);
    });
    while (handled == 0) {
      const int fd = co_await green::accept(server, nullptr, nullptr);
      if (fd < 0) {
        CHECK(errno == EINTR);
      } else {
        ++served;
        co_await green::close(fd);
      }
    }
    CHECK(served == 3);
    co_await client.join();
  });
}
