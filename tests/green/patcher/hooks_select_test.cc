// SPDX-License-Identifier: MIT
// Polls, sleeps, look-ups and signals of C code on fibers.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/patched.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

using poll_chk_type = int(pollfd*, nfds_t, int, size_t);

namespace c {
const auto poll = hooked("poll", ::poll);
const auto poll_chk = hooked<poll_chk_type>("__poll_chk");
const auto ppoll = hooked("ppoll", ::ppoll);
const auto select = hooked("select", ::select);
const auto epoll_wait = hooked("epoll_wait", ::epoll_wait);
const auto usleep = hooked("usleep", ::usleep);
const auto sleep = hooked("sleep", ::sleep);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
const auto clock_nanosleep = hooked("clock_nanosleep", ::clock_nanosleep);
const auto getaddrinfo = hooked("getaddrinfo", ::getaddrinfo);
const auto getpwuid_r = hooked("getpwuid_r", ::getpwuid_r);
const auto alarm = hooked("alarm", ::alarm);
const auto sigwait = hooked("sigwait", ::sigwait);
const auto write = hooked("write", ::write);
}  // namespace c

}  // namespace

TEST_CASE("poll, select and epoll_wait wait") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int a = ends.a;
    const tests::descriptor set(::epoll_create1(0));
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = a;
    REQUIRE(::epoll_ctl(set, EPOLL_CTL_ADD, a, &wanted) == 0);
    const int all = set;
    const auto f = [a, all] {
      pollfd one{a, POLLIN, 0};
      CHECK(c::poll(&one, 1, -1) == 1);
      CHECK(one.revents == POLLIN);
      CHECK(c::poll(&one, 1, 0) == 1);
      CHECK(c::poll_chk(&one, 1, 1000, sizeof one) == 1);
      fd_set reading;
      FD_ZERO(&reading);
      FD_SET(a, &reading);
      CHECK(c::select(a + 1, &reading, nullptr, nullptr, nullptr) == 1);
      epoll_event event{};
      CHECK(c::epoll_wait(all, &event, 1, -1) == 1);
      const int of = event.data.fd;
      CHECK(of == a);
    };
    const auto waits = [&f]() -> green::task<> { co_await on_fiber(f); };
    const auto waiting = co_await tests::started(waits);
    CHECK(::send(ends.b, "x", 1, 0) == 1);
    co_await waiting.join();
  });
}

TEST_CASE("waits end in time, and sleeps take theirs") {
  tests::run_virtual([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int a = ends.a;
    co_await on_fiber([a] {
      const auto start = green::core::now();
      pollfd one{a, POLLIN, 0};
      CHECK(c::poll(&one, 1, 1000) == 0);
      CHECK(tests::since(start) == 1s);
      const timespec second{1, 0};
      CHECK(c::ppoll(&one, 1, &second, nullptr) == 0);
      timeval same{1, 0};
      CHECK(c::select(0, nullptr, nullptr, nullptr, &same) == 0);
      CHECK(tests::since(start) == 3s);
      CHECK(c::sleep(1) == 0);
      CHECK(c::usleep(1'000'000) == 0);
      CHECK(c::nanosleep(&second, nullptr) == 0);
      CHECK(c::clock_nanosleep(CLOCK_MONOTONIC, 0, &second, nullptr) == 0);
      CHECK(tests::since(start) == 7s);
      const timespec wrong{0, -1};
      CHECK(answer(c::nanosleep(&wrong, nullptr)) == failed(EINVAL));
      CHECK(c::clock_nanosleep(CLOCK_MONOTONIC, 0, &wrong, nullptr) == EINVAL);
    });
  });
}

TEST_CASE("a loop that polls without waiting starves nobody") {
  green::run([]() -> green::task<> {
    bool stop = false;
    const auto other = green::spawn([&]() -> green::task<> {
      co_await green::sleep();
      stop = true;
    });
    co_await on_fiber([&] {
      while (!stop) CHECK(c::poll(nullptr, 0, 0) == 0);
    });
    co_await other.join();
  });
}

TEST_CASE("names are looked up elsewhere, all at once") {
  green::run([]() -> green::task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 20; ++i) {
      all.push_back(green::spawn([]() -> green::task<> {
        co_await on_fiber([] {
          addrinfo* found = nullptr;
          CHECK(c::getaddrinfo("localhost", "80", nullptr, &found) == 0);
          CHECK(found != nullptr);
          ::freeaddrinfo(found);
          passwd entry{};
          passwd* result = nullptr;
          char buffer[4096];
          CHECK(c::getpwuid_r(0, &entry, buffer, sizeof buffer, &result) == 0);
          CHECK(result == &entry);
          CHECK(std::string(entry.pw_dir) == "/root");
        });
      }));
    }
    for (const auto& each : all) co_await each.join();
  });
}

TEST_CASE("what a fiber cannot do is refused") {
  green::run([]() -> green::task<> {
    const tests::standard_error words;
    co_await on_fiber([] {
      errno = 0;
      CHECK(c::alarm(10) == 0);
      CHECK(errno == ENOTSUP);
      CHECK(::alarm(0) == 0);
    });
    CHECK(words.text().find("green: alarm, called by ") != std::string::npos);
    CHECK(words.text().find("is refused in green::patched()") !=
          std::string::npos);
  });
}

TEST_CASE("a signal is waited for") {
  sigset_t set, before;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGUSR2);
  ::pthread_sigmask(SIG_BLOCK, &set, &before);
  green::run([&]() -> green::task<> {
    const auto waiting = co_await tests::started([&]() -> green::task<> {
      co_await on_fiber([&] {
        int signal = 0;
        CHECK(c::sigwait(&set, &signal) == 0);
        CHECK(signal == SIGUSR2);
      });
    });
    ::pthread_kill(::pthread_self(), SIGUSR2);
    co_await waiting.join();
  });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

namespace {
int handled = 0, handler_fd = -1;
}

TEST_CASE("a handler of signals runs on a fiber, and writes") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    handler_fd = ends.b;
    handled = 0;
    struct sigaction action{}, old{};
    action.sa_handler = [](int) {
      const int before = errno;
      handled += c::write(handler_fd, "x", 1) == 1;
      errno = before;
    };
    REQUIRE(::sigaction(SIGUSR1, &action, &old) == 0);
    co_await on_fiber([] {
      // From now on the memory of a write is at hand, and the handler's first
      // one allocates nothing.
      CHECK(c::write(handler_fd, "y", 1) == 1);
      for (int i = 0; i < 40; ++i) {
        ::raise(SIGUSR1);
        CHECK(c::usleep(10) == 0);
      }
    });
    CHECK(handled == 40);
    ::sigaction(SIGUSR1, &old, nullptr);
  });
}
