// SPDX-License-Identifier: MIT
// fork of green/unistd.h: what is in the child, and what is not.
#include <doctest/doctest.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/pool.h"
#include "green/sys/socket.h"
#include "green/sys/wait.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/forks.h"
#include "tests/support/processes.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::exited;
using tests::in_child;
using tests::open_hubs;
using tests::status_of;

namespace {

struct counts_its_end {
  explicit counts_its_end(int& ends) : ends_(&ends) {}
  counts_its_end(const counts_its_end&) = delete;
  counts_its_end& operator=(const counts_its_end&) = delete;
  ~counts_its_end() { ++*ends_; }
  int* ends_;
};

green::task<bool> works() {
  auto [in, to] = tests::stream_pair();
  const int from = in;
  const auto reads = [from]() -> green::task<std::string> {
    char data[8];
    const ssize_t got = co_await green::recv(from, data, sizeof data, 0);
    co_return std::string(data, std::size_t(got));
  };
  const auto reader = green::spawn(reads);
  co_await green::sleep(1ms);
  co_await green::send(to, "hello", 5, 0);
  const std::string heard = co_await reader.get();
  bool expired = false;
  try {
    const green::timeout limit(1ms);
    co_await green::recv(from, nullptr, 0, MSG_PEEK);
  } catch (const green::timed_out&) {
    expired = true;
  }
  co_return (heard == "hello" && expired && open_hubs() == 1);
}

}  // namespace

static_assert(std::is_same_v<decltype(green::fork()), decltype(::fork())>);

TEST_CASE("the child has a hub of its own that works, and so has its child") {
  green::run([]() -> green::task<> {
    CHECK(co_await in_child(works) == exited(0));
    const auto grandchild = []() -> green::task<bool> {
      co_return co_await in_child(works) == exited(0);
    };
    CHECK(co_await in_child(grandchild) == exited(0));
    CHECK(co_await works());
  });
  CHECK(tests::childless());
}

TEST_CASE("run returns in the child, where the others are not") {
  int ends = 0, went_on = 0;
  pid_t child = -1;
  green::event never;
  const int given = green::run([&]() -> green::task<int> {
    const auto parks = [&]() -> green::task<> {
      const counts_its_end guard(ends);
      co_await never.wait();
      ++went_on;
    };
    const auto sleeps = [&]() -> green::task<> {
      const counts_its_end guard(ends);
      co_await green::sleep(1ms);
      ++went_on;
    };
    const auto a = co_await tests::started(parks);
    const auto b = co_await tests::started(sleeps);
    const auto late = [&]() -> green::task<> {
      ++went_on;
      co_return;
    };
    const auto c = green::spawn(late);
    child = green::fork();
    if (child == 0) {
      const bool gone = a.ready() && b.ready() && c.ready() && a.was_killed();
      never.set();
      co_await green::sleep(5ms);
      if (!gone) ::_exit(2);
    }
    co_return 42;
  });
  if (child == 0) ::_exit(given == 42 && ends == 0 && went_on == 0 ? 0 : 1);
  CHECK(given == 42);
  CHECK(ends == 2);
  CHECK(status_of(child) == exited(0));
}

TEST_CASE("of a green thread that is not main, the child ends with it") {
  std::fflush(nullptr);
  bool beyond_run = false;
  pid_t well = -1, ill = -1;
  const pid_t self = ::getpid();
  green::run([&]() -> green::task<> {
    const auto forks_well = [&]() -> green::task<> {
      well = green::fork();
      if (well == 0) co_await green::sleep(1ms);
    };
    const auto forks_ill = [&]() -> green::task<> {
      ill = green::fork();
      if (ill != 0) co_return;
      (void)!std::freopen("/dev/null", "w", stderr);
      co_await green::sleep(1ms);
      throw std::runtime_error("in the child");
    };
    co_await green::spawn(forks_well).join();
    co_await green::spawn(forks_ill).join();
    if (::getpid() != self) ::_exit(77);
  });
  if (::getpid() != self) ::_exit(78);
  beyond_run = true;
  CHECK(status_of(well) == exited(EXIT_SUCCESS));
  CHECK(status_of(ill) == exited(EXIT_FAILURE));
  CHECK(beyond_run);
}

TEST_CASE("requests in flight, more than the ring holds, stay the parent's") {
  constexpr std::size_t count = 400;
  green::run([]() -> green::task<> {
    std::vector<tests::two_descriptors> pairs;
    for (std::size_t i = 0; i < count; ++i) {
      pairs.push_back(tests::stream_pair());
    }
    std::size_t right = 0;
    const auto reads = [&](std::size_t i) -> green::task<> {
      char data[4] = {};
      const ssize_t got = co_await green::recv(pairs[i].a, data, 4, 0);
      if (got == 1 && data[0] == char('a' + i % 26)) ++right;
    };
    std::vector<green::greenlet<>> readers;
    for (std::size_t i = 0; i < count; ++i) {
      readers.push_back(green::spawn(reads, i));
    }
    co_await green::sleep();  // not yet submitted, most of them
    CHECK(co_await in_child(works) == exited(0));
    const auto interferes = [&]() -> green::task<bool> {
      const bool well = co_await works();
      // In the child nobody waits: what is sent is there to be read.
      char data[4];
      co_await green::send(pairs[0].b, "z", 1, 0);
      const ssize_t got = co_await green::recv(pairs[0].a, data, 4, 0);
      co_return (well && got == 1);
    };
    const auto first = readers[0];
    co_await first.kill();
    CHECK(co_await in_child(interferes) == exited(0));
    for (std::size_t i = 0; i < count; ++i) {
      const char letter = char('a' + i % 26);
      CHECK(co_await green::send(pairs[i].b, &letter, 1, 0) == 1);
    }
    co_await green::joinall(readers);
    CHECK(right == count - 1);
  });
}

TEST_CASE("from a second hub, of another OS thread") {
  green::run([]() -> green::task<> {
    auto [in, to] = tests::stream_pair();
    const int from = in;
    char data[4] = {};
    const auto reads = [&]() -> green::task<> {
      CHECK(co_await green::recv(from, data, 4, 0) == 1);
    };
    const auto reader = co_await tests::started(reads);
    const std::thread::id first = std::this_thread::get_id();
    green::event done;
    std::thread second([&] {
      CHECK(std::this_thread::get_id() != first);
      green::run([]() -> green::task<> {
        const auto sleeps = []() -> green::task<> {
          co_await green::sleep(1h);
        };
        const auto sleeper = co_await tests::started(sleeps);
        CHECK(co_await in_child(works) == exited(0));
        CHECK_FALSE(sleeper.ready());
      });
      done.set();
    });
    co_await done.wait();
    second.join();
    CHECK(co_await green::send(to, "x", 1, 0) == 1);
    co_await reader.join();
    CHECK(data[0] == 'x');
  });
}

TEST_CASE("a lock that the caller holds is not handed to who is not there") {
  green::run([]() -> green::task<> {
    green::mutex m;
    co_await m.lock();
    const auto locks = [&m]() -> green::task<> {
      co_await m.lock();
      m.unlock();
    };
    const auto waiter = co_await tests::started(locks);
    const auto relocks = [&m]() -> green::task<bool> {
      m.unlock();
      co_await m.lock();
      m.unlock();
      co_return true;
    };
    CHECK(co_await in_child(relocks) == exited(0));
    m.unlock();
    co_await waiter.join();
  });
}

TEST_CASE("a group in the child is rid of the members that are not there") {
  green::run([]() -> green::task<> {
    green::pool p(2);
    const auto sleeps = []() -> green::task<> { co_await green::sleep(1h); };
    co_await p.spawn(sleeps);
    co_await p.spawn(sleeps);
    const auto uses = [&]() -> green::task<bool> {
      co_await p.join();
      const auto nothing = []() -> green::task<> { co_return; };
      const auto fresh = co_await p.spawn(nothing);
      co_await fresh.join();
      co_return true;
    };
    CHECK(co_await in_child(uses) == exited(0));
    CHECK(p.size() == 2);
    co_await p.kill();
  });
}

TEST_CASE(
    "timeouts of the caller go on in the child, and those of others not") {
  green::run([]() -> green::task<> {
    const auto times_out = []() -> green::task<> {
      const green::timeout limit(1ms);
      co_await green::sleep(1h);
    };
    const auto other = green::spawn(times_out);
    co_await green::sleep();
    const green::timeout limit(50ms);
    const auto waits = [&limit]() -> green::task<bool> {
      bool own = false;
      try {
        co_await green::sleep(1h);
      } catch (const green::timed_out& e) {
        own = e.from(limit);
      }
      co_return own;
    };
    bool expired = false;
    const pid_t child = green::fork();
    if (child == 0) ::_exit(co_await waits() ? 0 : 1);
    try {
      co_await green::sleep(1h);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(status_of(child) == exited(0));
    CHECK_THROWS_AS(co_await other.get(), green::timed_out);
  });
}

TEST_CASE("what nobody in the child can wake is a deadlock there") {
  green::run([]() -> green::task<> {
    green::event set_by_other;
    const auto sets = [&]() -> green::task<> {
      co_await green::sleep(100ms);
      set_by_other.set();
    };
    const auto other = green::spawn(sets);
    const auto waits = [&]() -> green::task<bool> {
      bool stuck = false;
      try {
        co_await set_by_other.wait();
      } catch (const green::loop_exit&) {
        stuck = true;
      }
      co_return stuck;
    };
    const pid_t child = green::fork();
    if (child == 0) {
      const bool stuck = co_await waits();
      ::_exit(stuck ? 0 : 1);
    }
    co_await set_by_other.wait();
    CHECK(status_of(child) == exited(0));
    co_await other.join();
  });
}

TEST_CASE("a callback of the hub cannot fork") {
  green::run([]() -> green::task<> {
    pid_t result = 0;
    int error = 0;
    const auto nothing = []() -> green::task<> { co_return; };
    const auto g = green::spawn(nothing);
    g.link([&] {
      result = green::fork();
      error = errno;
    });
    co_await g.join();
    co_await tests::others_wait();
    CHECK(result == -1);
    CHECK(error == ENOTSUP);
  });
}

TEST_CASE("without a hub that runs it is plain fork, and run works after it") {
  const pid_t child = green::fork();
  if (child == 0) ::_exit(green::run(works) ? 0 : 1);
  CHECK(status_of(child) == exited(0));
  pid_t other = -1;
  std::thread([&other] {  // has no hub at all
    other = green::fork();
    if (other == 0) ::_exit(green::run(works) ? 0 : 1);
  })
      .join();
  CHECK(status_of(other) == exited(0));
}
