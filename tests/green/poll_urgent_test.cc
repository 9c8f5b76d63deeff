// SPDX-License-Identifier: MIT
// Urgent data: POLLPRI, select's third set and EPOLLPRI.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <chrono>

#include "green/poll.h"
#include "green/sys/epoll.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/limits.h"
#include "tests/support/outcome.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::descriptor;

namespace {

// What each says of a descriptor when it is told: 1, or what went wrong.
using waiting = green::task<int> (*)(int fd);

green::task<int> by_poll(int fd) {
  pollfd one{fd, POLLPRI, 0};
  const int count = co_await green::poll(&one, 1, -1);
  co_return count == 1 && one.revents == POLLPRI ? 1 : one.revents;
}

green::task<int> by_ppoll(int fd) {
  pollfd one{fd, POLLPRI, 0};
  const sigset_t none{};
  const int count = co_await green::ppoll(&one, 1, nullptr, &none);
  co_return count == 1 && one.revents == POLLPRI ? 1 : one.revents;
}

green::task<int> by_poll_twice(int fd) {
  pollfd two[2] = {{fd, POLLPRI, 0}, {fd, POLLPRI, 0}};
  co_return co_await green::poll(two, 2, -1) == 2 ? 1 : two[0].revents;
}

green::task<int> by_select(int fd) {
  fd_set urgent;
  FD_ZERO(&urgent);
  FD_SET(fd, &urgent);
  const int count =
      co_await green::select(fd + 1, nullptr, nullptr, &urgent, nullptr);
  co_return count == 1 && FD_ISSET(fd, &urgent) ? 1 : count;
}

green::task<int> by_pselect(int fd) {
  fd_set urgent;
  FD_ZERO(&urgent);
  FD_SET(fd, &urgent);
  const int count = co_await green::pselect(fd + 1, nullptr, nullptr, &urgent,
                                            nullptr, nullptr);
  co_return count == 1 && FD_ISSET(fd, &urgent) ? 1 : count;
}

green::task<int> by_epoll(int fd) {
  const descriptor set(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLPRI;
  ::epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
  const int count = co_await green::epoll_wait(set, &event, 1, -1);
  co_return count == 1 && event.events == EPOLLPRI ? 1 : count;
}

constexpr waiting all[] = {by_poll,   by_ppoll,   by_poll_twice,
                           by_select, by_pselect, by_epoll};

// It waits, and does not spin meanwhile: the hub sleeps until its timer rings.
green::task<> check_waits(const green::greenlet<int>& g) {
  for (long slept = 0; slept != 1;) {
    const long before = tests::sleeps_of_this_thread();
    co_await green::sleep(1ms);
    slept = tests::sleeps_of_this_thread() - before;
  }
  CHECK_FALSE(g.ready());
}

}  // namespace

TEST_CASE("urgent data is told, however much ordinary data came before") {
  for (const waiting wait : all) {
    for (const int ordinary : {0, 1, 3}) {
      green::run([=]() -> green::task<> {
        auto [a, b] = tests::tcp_pair();
        const auto g = green::spawn(wait, int{b});
        co_await check_waits(g);
        for (int i = 0; i < ordinary; ++i) {
          REQUIRE(::send(a, "ordinary", 8, 0) == 8);
          co_await check_waits(g);
        }
        REQUIRE(::send(a, "xyU", 3, MSG_OOB) == 3);
        CHECK(co_await g.get() == 1);
        char byte;
        CHECK(co_await green::recv(b, &byte, 1, MSG_OOB) == 1);
        CHECK(byte == 'U');
      });
    }
  }
}

TEST_CASE("what is urgent in a terminal's own words is told") {
  for (const waiting wait : all) {
    green::run([=]() -> green::task<> {
      descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
      ::grantpt(master);
      ::unlockpt(master);
      char name[64];
      ::ptsname_r(master, name, sizeof name);
      const descriptor slave(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
      const int on = 1;
      REQUIRE(::ioctl(master, TIOCPKT, &on) == 0);
      const auto g = green::spawn(wait, int{master});
      co_await check_waits(g);
      REQUIRE(::tcflush(slave, TCIOFLUSH) == 0);
      co_await g.join();
      CHECK(g.successful());
    });
  }
}

TEST_CASE("the wait for it is ended by kill, timeout and close") {
  const int before = tests::open_descriptors();
  for (const waiting wait : all) {
    green::run([=]() -> green::task<> {
      auto [a, b] = tests::tcp_pair();
      const int fd = b;
      co_await tests::check_interruptible(
          [=]() -> green::task<> { co_await wait(fd); });
      if (wait == by_epoll) co_return;  // its set is what could be closed
      const auto g = green::spawn(wait, fd);
      co_await tests::others_wait();
      CHECK(co_await green::close(b.release()) == 0);
      co_await g.join();
      CHECK(g.successful());
    });
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("without a descriptor for a set it is told all the same") {
  green::run([]() -> green::task<> {
    auto [a, b] = tests::tcp_pair();
    const auto g = green::spawn(by_poll, int{b});
    {
      const tests::few_descriptors none(0);
      co_await tests::others_wait();
    }
    REQUIRE(::send(a, "U", 1, MSG_OOB) == 1);
    CHECK(co_await g.get() == 1);
  });
}
