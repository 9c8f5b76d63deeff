// SPDX-License-Identifier: MIT
// The hub without io_uring: a helper whose connection another was faster to
// accept waits in accept for ever, and has the listener open as long.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <climits>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/backend.h"
#include "green/hub/poller.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;

namespace {

std::atomic<bool> another_is_faster = false;
std::atomic<int> taken = 0;  // by the other
std::atomic<int> waiting = 0;
std::atomic<int> came = 0;            // to accept
std::atomic<int> admitted = INT_MAX;  // of these

using accept4_type = int(int, sockaddr*, socklen_t*, int);

}  // namespace

// The C library's; but if wanted, somebody else accepts first.
extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  static auto* const next =
      reinterpret_cast<accept4_type*>(::dlsym(RTLD_NEXT, "accept4"));
  if (another_is_faster.exchange(false)) {
    ::close(next(fd, nullptr, nullptr, SOCK_CLOEXEC));
    ++taken;
  }
  ++waiting;
  const int number = came++;
  while (number >= admitted) std::this_thread::sleep_for(1ms);
  const int result = next(fd, address, size, flags);
  --waiting;
  return result;
}

namespace {

// On a hub without io_uring, of a thread of its own.
template <class F>
void on_epoll(F f) {
  std::thread([&f] {
    green::hub::set_backend_maker(
        [] { return std::make_unique<green::hub::poller>(); });
    green::run(f);
  }).join();
}

int listener_on(const tests::ipv4& where) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  tests::ipv4 address = where;
  if (::bind(fd, address.get(), address.length) == 0 && ::listen(fd, 8) == 0) {
    tests::share_by_fork();
    return fd;
  }
  ::close(fd);
  return -1;
}

// Leaves a helper in accept from the listener.
task<> leave_one(int listener) {
  const auto accepts = [listener]() -> task<> {
    co_await green::accept(listener, nullptr, nullptr);
  };
  const int before = taken;
  const auto accepting = green::spawn(accepts);
  tests::ipv4 there = tests::local_address(listener);
  another_is_faster = true;
  const tests::descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  CHECK(::connect(client, there.get(), there.length) == 0);
  while (taken == before || waiting == 0) co_await green::sleep(1ms);
  co_await accepting.kill();
  CHECK(waiting == 1);
}

task<int> listener_again(tests::ipv4 where) {
  int fd = -1;
  for (int i = 0; i < 5000 && fd < 0; ++i) {
    co_await green::sleep(1ms);
    fd = listener_on(where);
  }
  co_return fd;
}

}  // namespace

TEST_CASE("close of the listener ends the accept that was left") {
  on_epoll([]() -> task<> {
    const int listener = listener_on(tests::ipv4(0));
    REQUIRE(listener >= 0);
    const tests::ipv4 where = tests::local_address(listener);
    co_await leave_one(listener);
    CHECK(co_await green::close(listener) == 0);
    const int again = co_await listener_again(where);
    CHECK(again >= 0);
    CHECK(waiting == 0);
    // Nobody has come to the new one.
    CHECK(::recv(again, nullptr, 0, MSG_DONTWAIT) < 0);
    ::close(again);
  });
}

TEST_CASE("so does the end of its hub, and others go on accepting") {
  const tests::descriptor listener(listener_on(tests::ipv4(0)));
  on_epoll([&]() -> task<> { co_await leave_one(listener); });
  while (waiting != 0) std::this_thread::sleep_for(1ms);
  on_epoll([&]() -> task<> {
    tests::ipv4 there = tests::local_address(listener);
    const tests::descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(::connect(client, there.get(), there.length) == 0);
    const int fd = co_await green::accept(listener, nullptr, nullptr);
    CHECK(fd >= 0);
    co_await green::close(fd);
  });
}

TEST_CASE("until then, what is left accepts for who comes next") {
  on_epoll([]() -> task<> {
    const int listener = listener_on(tests::ipv4(0));
    tests::ipv4 there = tests::local_address(listener);
    co_await leave_one(listener);
    const tests::descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(::connect(client, there.get(), there.length) == 0);
    const int fd = co_await green::accept(listener, nullptr, nullptr);
    CHECK(fd >= 0);
    co_await green::close(fd);
    co_await green::close(listener);
    while (waiting != 0) co_await green::sleep(1ms);
  });
}

TEST_CASE("what is left may accept before the helper of who comes next") {
  came = 0;
  admitted = 0;
  on_epoll([]() -> task<> {
    const int listener = listener_on(tests::ipv4(0));
    tests::ipv4 there = tests::local_address(listener);
    co_await leave_one(listener);
    const tests::descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(::connect(client, there.get(), there.length) == 0);
    const auto accept = [listener]() -> task<int> {
      co_return co_await green::accept(listener, nullptr, nullptr);
    };
    const auto accepting = green::spawn(accept);
    while (waiting != 2) co_await green::sleep(1ms);
    admitted = 1;  // the one that was left
    const int fd = co_await accepting.get();
    CHECK(fd >= 0);
    CHECK(waiting == 1);
    admitted = INT_MAX;
    co_await green::close(fd);
    co_await green::close(listener);
    while (waiting != 0) co_await green::sleep(1ms);
  });
}

TEST_CASE("a connection that nobody accepted ends with its listener") {
  on_epoll([]() -> task<> {
    const int listener = listener_on(tests::ipv4(0));
    tests::ipv4 there = tests::local_address(listener);
    co_await leave_one(listener);
    const tests::descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(::connect(client, there.get(), there.length) == 0);
    while (waiting != 0) co_await green::sleep(1ms);
    co_await green::sleep(1ms);  // the hub has heard of it
    co_await green::close(listener);
    char byte;
    CHECK(co_await green::recv(client, &byte, 1, 0) <= 0);
  });
}
