// SPDX-License-Identifier: MIT
// Ready work, I/O, timers and other threads: none starves another. What is
// starved never ends, and the test with it.
#include "green/hub/loop.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <semaphore>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "tests/support/descriptors.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::permits;
using tests::run_virtual;
using tests::socket_pair;

// Yields until somebody says stop, without ever waiting.
task<> spin(const bool& stop, std::uint64_t& turns) {
  while (!stop) {
    ++turns;
    co_await green::sleep();
  }
}

// Sends a byte to and fro.
task<> echo_peer(int fd) {
  char byte = 0;
  while (co_await green::recv(fd, &byte, 1, 0) == 1) {
    CHECK(co_await green::send(fd, &byte, 1, 0) == 1);
  }
}

task<> ping(int fd, int rounds, const bool* stop = nullptr) {
  for (int i = 0; i < rounds && (stop == nullptr || !*stop); ++i) {
    char byte = static_cast<char>(i);
    CHECK(co_await green::send(fd, &byte, 1, 0) == 1);
    char back = 0;
    CHECK(co_await green::recv(fd, &back, 1, 0) == 1);
    CHECK(back == byte);
  }
  green::shutdown(fd, SHUT_RDWR);
}

// Two green threads that hand a permit to and fro, and are always ready.
task<> hand_over(permits& mine, permits& others, const bool& stop) {
  while (!stop) {
    co_await mine.acquire();
    others.release();
  }
  others.release();
}

std::chrono::nanoseconds thread_cpu_time() {
  timespec ts{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
  return std::chrono::seconds(ts.tv_sec) + std::chrono::nanoseconds(ts.tv_nsec);
}

}  // namespace

TEST_CASE("spinners that yield do not starve a timer") {
  bool stop = false;
  std::uint64_t turns = 0;
  green::run([&]() -> task<> {
    const auto one = green::spawn([&] { return spin(stop, turns); });
    const auto two = green::spawn([&] { return spin(stop, turns); });
    co_await green::sleep(2ms);
    stop = true;
    co_await one.join();
    co_await two.join();
  });
  CHECK(turns > 2);
}

TEST_CASE("spinners that yield do not starve I/O, nor I/O them") {
  socket_pair pair;
  bool stop = false;
  std::uint64_t turns = 0;
  green::run([&]() -> task<> {
    const auto one = green::spawn([&] { return spin(stop, turns); });
    const auto two = green::spawn([&] { return spin(stop, turns); });
    const auto peer = green::spawn(echo_peer, pair.b.get());
    co_await ping(pair.a.get(), 500);
    stop = true;
    co_await peer.join();
    co_await one.join();
    co_await two.join();
  });
  CHECK(turns > 500);
}

TEST_CASE("two that wake each other do not starve timers and I/O") {
  socket_pair pair;
  bool stop = false;
  permits left(1);
  permits right;
  green::run([&]() -> task<> {
    const auto one = green::spawn([&] { return hand_over(left, right, stop); });
    const auto two = green::spawn([&] { return hand_over(right, left, stop); });
    const auto peer = green::spawn(echo_peer, pair.b.get());
    co_await green::sleep(2ms);
    co_await ping(pair.a.get(), 100);
    stop = true;
    co_await peer.join();
    co_await one.join();
    co_await two.join();
  });
}

TEST_CASE("I/O that is always ready does not starve timers and yielders") {
  constexpr std::size_t pairs = 50;
  std::vector<socket_pair> sockets(pairs);
  bool stop = false;
  green::run([&]() -> task<> {
    std::vector<green::greenlet<>> all;
    for (const socket_pair& pair : sockets) {
      all.push_back(green::spawn(echo_peer, pair.b.get()));
      all.push_back(green::spawn(
          [&] { return ping(pair.a.get(), 1'000'000'000, &stop); }));
    }
    for (int i = 0; i < 20; ++i) co_await green::sleep(100us);
    for (int i = 0; i < 1000; ++i) co_await green::sleep();
    stop = true;
    co_await green::joinall(all);
  });
}

TEST_CASE("timers that are always due do not starve I/O and yielders") {
  socket_pair pair;
  bool stop = false;
  green::run([&]() -> task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 20; ++i) {
      all.push_back(green::spawn([&]() -> task<> {
        while (!stop) co_await green::sleep(1ns);
      }));
    }
    all.push_back(green::spawn(echo_peer, pair.b.get()));
    co_await ping(pair.a.get(), 200);
    for (int i = 0; i < 1000; ++i) co_await green::sleep();
    stop = true;
    co_await green::joinall(all);
  });
}

TEST_CASE("spinners do not starve what other threads post") {
  bool stop = false;
  std::uint64_t turns = 0;
  permits from_outside;
  green::run([&]() -> task<> {
    const auto spinner = green::spawn([&] { return spin(stop, turns); });
    std::thread outside([&] {
      for (int i = 0; i < 100; ++i) from_outside.release();
    });
    for (int i = 0; i < 100; ++i) co_await from_outside.acquire();
    stop = true;
    co_await spinner.join();
    outside.join();
  });
}

TEST_CASE("many that compute for long do not make a timer wait for all") {
  // How many of them run between a timer's time and its green thread: not a
  // matter of speed, as each computes for a millisecond by the clock.
  using clock = std::chrono::steady_clock;
  clock::time_point due = clock::time_point::max();
  int late = 0;
  bool stop = false;
  const auto compute = [&]() -> task<> {
    while (!stop) {
      const auto start = clock::now();
      if (start > due) ++late;
      while (clock::now() < start + 1ms) continue;
      co_await green::sleep();
    }
  };
  const auto tick = [&]() -> task<> {
    due = clock::now() + 1ms;
    co_await green::sleep(1ms);
    due = clock::time_point::max();
  };
  green::run([&]() -> task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 50; ++i) all.push_back(green::spawn(compute));
    // The first turns are for the hub to see what they are like.
    for (int i = 0; i < 10; ++i) co_await tick();
    late = 0;
    for (int i = 0; i < 10; ++i) co_await tick();
    stop = true;
    co_await green::joinall(all);
  });
  CHECK(late <= 20);
}

TEST_CASE("posts of another thread wake an idle hub, each time") {
  // The pending recv keeps the hub from looking for other threads now and
  // then: a wake-up that is lost is lost for good.
  constexpr int rounds = 3000;
  socket_pair pair;
  permits to_hub;
  std::counting_semaphore<> to_thread(0);
  std::thread outside([&] {
    for (int i = 0; i < rounds; ++i) {
      to_hub.release();
      to_thread.acquire();
    }
  });
  int woken = 0;
  green::run([&]() -> task<> {
    char byte = 0;
    const auto pending = green::spawn(
        [&]() -> task<> { co_await green::recv(pair.a.get(), &byte, 1, 0); });
    for (; woken < rounds; ++woken) {
      co_await to_hub.acquire();
      to_thread.release();
    }
    co_await pending.kill();
  });
  outside.join();
  CHECK(woken == rounds);
}

TEST_CASE("I/O wakes an idle hub, though no timer is armed") {
  constexpr int rounds = 1000;
  socket_pair pair;
  std::thread outside([&] {
    char byte = 0;
    for (int i = 0; i < rounds; ++i) {
      CHECK(::send(pair.b.get(), &byte, 1, 0) == 1);
      CHECK(::recv(pair.b.get(), &byte, 1, 0) == 1);
    }
  });
  green::run([&]() -> task<> {
    char byte = 0;
    for (int i = 0; i < rounds; ++i) {
      CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == 1);
      CHECK(co_await green::send(pair.a.get(), &byte, 1, 0) == 1);
    }
  });
  outside.join();
}

TEST_CASE("an idle hub uses no CPU") {
  // Not a matter of speed: a hub that spins uses all of the time it waits.
  constexpr auto length = 400ms;
  const auto before = thread_cpu_time();
  SUBCASE("in a sleep") {
    green::run([=]() -> task<> { co_await green::sleep(length); });
  }
  SUBCASE("in a recv, with no timer") {
    socket_pair pair;
    std::thread outside([&] {
      std::this_thread::sleep_for(length);
      CHECK(::send(pair.b.get(), "x", 1, 0) == 1);
    });
    green::run([&]() -> task<> {
      char byte = 0;
      CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == 1);
    });
    outside.join();
  }
  SUBCASE("waiting for another thread") {
    permits p;
    std::thread outside([&] {
      std::this_thread::sleep_for(length);
      p.release();
    });
    green::run([&]() -> task<> { co_await p.acquire(); });
    outside.join();
  }
  CHECK(thread_cpu_time() - before < length / 4);
}

TEST_CASE("a hub wakes for the nearest of its timers") {
  green::run([]() -> task<> {
    std::vector<int> log;
    const auto far = green::spawn([&]() -> task<> {
      co_await green::sleep(1h);
      log.push_back(2);
    });
    co_await green::sleep();
    const auto near = green::spawn([&]() -> task<> {
      co_await green::sleep(1ms);
      log.push_back(1);
    });
    co_await near.join();
    CHECK(log == std::vector<int>{1});
    co_await far.kill();
  });
}

TEST_CASE("on virtual time I/O that is ready comes before the next timer") {
  socket_pair pair;
  run_virtual([&]() -> task<> {
    const auto start = green::core::now();
    const auto far =
        green::spawn([]() -> task<> { co_await green::sleep(1h); });
    char byte = 0;
    CHECK(co_await green::send(pair.b.get(), "x", 1, 0) == 1);
    CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == 1);
    CHECK(byte == 'x');
    CHECK(tests::since(start) == 0s);
    co_await far.kill();
  });
}

TEST_CASE("the hub describes all its green threads") {
  socket_pair pair;
  run_virtual([&]() -> task<> {
    char byte = 0;
    const auto g = green::spawn(
        [&]() -> task<> { co_await green::recv(pair.a.get(), &byte, 1, 0); });
    g.set_name("reader");
    co_await green::sleep();
    const std::string text = green::hub::loop::here().describe_threads();
    const std::string fd = std::to_string(pair.a.get());
    CHECK(text.find("  main: running\n") != std::string::npos);
    CHECK(text.find("  reader: recv(fd " + fd + ") at ") != std::string::npos);
    CHECK(text.find("loop_test.cc:") != std::string::npos);
    co_await g.kill();
  });
}
