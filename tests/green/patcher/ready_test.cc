// SPDX-License-Identifier: MIT
// A fiber whose calls are ready at once, again and again: others of its hub
// run, and a kill ends what might wait. Bounded by calls, and not by time.
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/hooked.h"
#include "tests/support/sockets.h"

using green::task;

namespace {

namespace c {
const auto poll = tests::hooked("poll", ::poll);
const auto read = tests::hooked("read", ::read);
const auto recv = tests::hooked("recv", ::recv);
}  // namespace c

constexpr long too_many = 1'000'000;

// How often it was called before it failed with ECANCELED, or `stop` was set.
task<> call_again(const std::function<long()>& call, const bool& stop,
                  long& calls) {
  const auto again = [&] {
    while (!stop && calls < too_many) {
      ++calls;
      if (call() < 0 && errno == ECANCELED) return;
    }
  };
  co_await tests::on_fiber(again);
}

void lets_others_run(const std::function<long()>& call) {
  green::run([&]() -> task<> {
    bool stop = false;
    long calls = 0;
    const auto loop =
        green::spawn([&] { return call_again(call, stop, calls); });
    const auto other = green::spawn([&] { stop = true; });
    co_await loop.join();
    co_await other.join();
    CHECK(calls < too_many);
  });
}

void sees_a_kill(const std::function<long()>& call) {
  green::run([&]() -> task<> {
    const bool stop = false;
    long calls = 0;
    const auto body = [&]() -> task<> {
      const green::any_greenlet self = green::getcurrent();
      const auto killing = [&] {
        if (calls == 1) std::thread([&] { self.kill_nowait(); }).join();
        return call();
      };
      co_await call_again(killing, stop, calls);
    };
    const auto loop = green::spawn(body);
    co_await loop.join();
    CHECK(calls < too_many);
    CHECK(loop.was_killed());
  });
}

}  // namespace

TEST_CASE("calls of a fiber that are ready at once") {
  const tests::two_descriptors ends = tests::stream_pair();
  REQUIRE(::send(ends.b, "x", 1, 0) == 1);
  pollfd readable{ends.a, POLLIN, 0};
  char byte = 0;
  const auto poll = [&] { return long{c::poll(&readable, 1, -1)}; };
  const auto peek = [&] { return c::recv(ends.a, &byte, 1, MSG_PEEK); };
  lets_others_run(poll);
  sees_a_kill(poll);
  lets_others_run(peek);
  sees_a_kill(peek);
  tests::set_nonblocking(ends.b, true);
  const auto read = [&] { return c::read(ends.b, &byte, 1); };
  lets_others_run(read);
  sees_a_kill(read);
}

TEST_CASE("calls of a fiber that never wait") {
  const tests::two_descriptors ends = tests::stream_pair();
  pollfd readable{ends.a, POLLIN, 0};
  char byte = 0;
  lets_others_run([&] { return long{c::poll(&readable, 1, 0)}; });
  lets_others_run([&] { return c::recv(ends.a, &byte, 1, MSG_DONTWAIT); });
}
