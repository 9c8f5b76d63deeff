// SPDX-License-Identifier: MIT
// The hub without io_uring: which accept and connect of blocking sockets need
// no helper thread.
#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/backend.h"
#include "green/hub/offloaded.h"
#include "green/hub/poller.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using green::task;

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

// The helper threads now. One ends after ten seconds without a job. No case
// before the last one starts any.
unsigned helpers() {
  return green::hub::patient_helpers().size() +
         green::hub::file_helpers().size();
}

int threads() {
  const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir("/proc/self/task"),
                                                &::closedir);
  int count = 0;
  while (const dirent* const one = ::readdir(all.get())) {
    count += one->d_name[0] != '.' ? 1 : 0;
  }
  return count;
}

bool waits(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0; }

tests::descriptor blocking_socket(int family) {
  return tests::descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

task<> connect_and_say(int fd, tests::ipv4 there, char word) {
  CHECK(co_await green::connect(fd, there.get(), there.length) == 0);
  CHECK(co_await green::send(fd, &word, 1, 0) == 1);
}

task<char> accept_and_hear(int listener) {
  const tests::descriptor fd(
      co_await green::accept(listener, nullptr, nullptr));
  CHECK(waits(fd));
  char word = 0;
  CHECK(co_await green::recv(fd, &word, 1, 0) == 1);
  co_return word;
}

// Connects from this thread, and leaves at once.
void visit(int listener) {
  const tests::descriptor client = blocking_socket(AF_INET);
  tests::ipv4 there = tests::local_address(listener);
  CHECK(::connect(client, there.get(), there.length) == 0);
}

struct unix_address {
  unix_address() {
    name.sun_family = AF_UNIX;  // bind chooses an abstract name
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&name); }
  sockaddr_un name{};
  socklen_t length = sizeof(sa_family_t);
};

}  // namespace

TEST_CASE("200 clients connect and are accepted without a helper") {
  on_epoll([]() -> task<> {
    constexpr unsigned clients = 200;
    const int threads_before = threads();
    const tests::descriptor listener = tests::tcp_listener();
    const tests::ipv4 there = tests::local_address(listener);
    std::vector<tests::descriptor> fds;
    std::vector<green::greenlet<char>> accepting;
    std::vector<green::greenlet<>> connecting;
    for (unsigned i = 0; i < clients; ++i) {
      fds.push_back(blocking_socket(AF_INET));
      accepting.push_back(green::spawn(accept_and_hear, int(listener)));
      connecting.push_back(
          green::spawn(connect_and_say, int(fds.back()), there, 'x'));
    }
    for (const auto& one : connecting) co_await one.get();
    for (const auto& one : accepting) CHECK(co_await one.get() == 'x');
    CHECK(helpers() == 0);
    CHECK(threads() == threads_before);
    CHECK(waits(listener));
    for (const tests::descriptor& fd : fds) CHECK(waits(fd));
  });
}

TEST_CASE("of two that accept, the one without a connection goes on waiting") {
  on_epoll([]() -> task<> {
    const tests::descriptor listener = tests::tcp_listener();
    unsigned accepted = 0;
    const auto accepts = [&, fd = int(listener)]() -> task<> {
      co_await green::close(co_await green::accept(fd, nullptr, nullptr));
      ++accepted;
    };
    const auto one = co_await tests::started(accepts);
    const auto other = co_await tests::started(accepts);
    visit(listener);
    while (accepted == 0) co_await green::sleep();
    co_await tests::others_wait();
    CHECK(accepted == 1);
    visit(listener);
    co_await one.get();
    co_await other.get();
    CHECK(helpers() == 0);
  });
}

TEST_CASE("a connection that comes with a kill goes to one of two accepts") {
  on_epoll([]() -> task<> {
    const tests::descriptor listener = tests::tcp_listener();
    int got = -1;
    const auto accepts = [&got, fd = int(listener)]() -> task<> {
      got = co_await green::accept(fd, nullptr, nullptr);
    };
    const auto killed = co_await tests::started(accepts);
    visit(listener);
    co_await killed.kill();
    if (got < 0) co_await accepts();
    CHECK(got >= 0);
    co_await green::close(got);
    CHECK(waits(listener));
  });
}

TEST_CASE("a connect waits for room in the queue of a Unix listener") {
  on_epoll([]() -> task<> {
    const tests::descriptor listener = blocking_socket(AF_UNIX);
    unix_address there;
    CHECK(::bind(listener, there.get(), there.length) == 0);
    CHECK(::listen(listener, 0) == 0);
    there.length = sizeof there.name;
    CHECK(::getsockname(listener, there.get(), &there.length) == 0);
    const tests::descriptor first = blocking_socket(AF_UNIX);
    CHECK(co_await green::connect(first, there.get(), there.length) == 0);
    const tests::descriptor next = blocking_socket(AF_UNIX);
    const auto connects = [&]() -> task<> {
      CHECK(co_await green::connect(next, there.get(), there.length) == 0);
    };
    const auto waiting = co_await tests::started(connects);
    CHECK(waits(next));
    co_await green::close(co_await green::accept(listener, nullptr, nullptr));
    co_await waiting.get();
    CHECK(helpers() == 0);
  });
}

TEST_CASE("a refused connect gives the error") {
  on_epoll([]() -> task<> {
    const tests::descriptor client = blocking_socket(AF_INET);
    tests::ipv4 nobody(tests::free_port());
    CHECK(co_await green::connect(client, nobody.get(), nobody.length) == -1);
    CHECK(errno == ECONNREFUSED);
    CHECK(waits(client));
  });
}

TEST_CASE("after a fork a helper accepts, because the child may accept too") {
  on_epoll([]() -> task<> {
    const tests::descriptor shared = tests::tcp_listener();
    tests::share_by_fork();
    const tests::descriptor own = tests::tcp_listener();
    visit(own);
    co_await green::close(co_await green::accept(own, nullptr, nullptr));
    CHECK(helpers() == 0);
    visit(shared);
    co_await green::close(co_await green::accept(shared, nullptr, nullptr));
    CHECK(helpers() == 1);
  });
}
