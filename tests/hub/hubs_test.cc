// SPDX-License-Identifier: MIT
// A hub for each OS thread: they don't interfere, and leave nothing behind.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
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
using tests::socket_pair;

// A bit of everything: timers, I/O, green threads, errors.
task<int> errands() {
  socket_pair pair;
  const auto reader = green::spawn([fd = pair.a.get()]() -> task<int> {
    char text[3];
    int sum = 0;
    while (const auto n = co_await green::recv(fd, text, 3, 0)) {
      for (int i = 0; i < n; ++i) sum += text[i];
    }
    co_return sum;
  });
  for (char i = 1; i <= 10; ++i) {
    if (co_await green::send(pair.b.get(), &i, 1, 0) != 1) co_return -1;
    if (i % 3 == 0) co_await green::sleep(50us);
  }
  green::shutdown(pair.b.get(), SHUT_RDWR);
  co_return co_await reader.get();
}

}  // namespace

TEST_CASE("hubs on several threads at once") {
  constexpr int threads = 6;
  std::atomic<int> sum = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&sum] {
      for (int round = 0; round < 20; ++round) sum += green::run(errands);
    });
  }
  for (std::thread& t : all) t.join();
  CHECK(sum == threads * 20 * 55);
}

TEST_CASE("each hub has its own time") {
  std::string log;
  tests::run_virtual([&]() -> task<> {
    co_await green::sleep(1000h);
    std::thread([&log] {
      green::run([]() -> task<> { co_await green::sleep(1ms); });
      log += "real ";
      tests::run_virtual([]() -> task<> { co_await green::sleep(1000h); });
      log += "virtual ";
    }).join();
    co_await green::sleep(1000h);
    log += "both";
  });
  CHECK(log == "real virtual both");
}

TEST_CASE("fifty short hubs leave no descriptor") {
  green::run([] {});
  const int before = tests::open_descriptors();
  for (int i = 0; i < 50; ++i) {
    std::thread([] { CHECK(green::run(errands) == 55); }).join();
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a hub whose run ends by an exception leaves nothing") {
  green::run([] {});
  const int before = tests::open_descriptors();
  for (int i = 0; i < 10; ++i) {
    std::thread([] {
      CHECK_THROWS_AS(green::run([]() -> task<> {
                        green::spawn(errands);
                        co_await green::sleep();
                        throw std::runtime_error("over");
                      }),
                      std::runtime_error);
    }).join();
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a hub that only spawned, and one that was only made") {
  green::run([] {});
  const int before = tests::open_descriptors();
  std::thread([] { green::hub::this_hub(); }).join();
  std::thread([] { green::spawn(errands); }).join();
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("green threads of two hubs hand something to and fro") {
  constexpr int rounds = 3000;
  permits here;
  permits there;
  int count = 0;  // guarded by whose turn it is
  std::thread other([&] {
    green::run([&]() -> task<> {
      for (int i = 0; i < rounds; ++i) {
        co_await there.acquire();
        ++count;
        here.release();
      }
    });
  });
  green::run([&]() -> task<> {
    for (int i = 0; i < rounds; ++i) {
      there.release();
      co_await here.acquire();
      ++count;
    }
  });
  other.join();
  CHECK(count == 2 * rounds);
}

TEST_CASE("joining, asking and killing across hubs") {
  permits ready;
  permits never_given;
  green::greenlet<int> worker;
  green::greenlet<> waiter;
  std::thread other([&] {
    green::run([&]() -> task<> {
      worker = green::spawn([]() -> task<int> {
        co_await green::sleep(5ms);
        co_return 6;
      });
      waiter =
          green::spawn([&]() -> task<> { co_await never_given.acquire(); });
      ready.release();
      co_await worker.join();
      co_await waiter.join();
    });
  });
  green::run([&]() -> task<> {
    co_await ready.acquire();
    CHECK(co_await worker.get() == 6);
    CHECK_FALSE(co_await waiter.join(1ms));
    co_await waiter.kill();
    CHECK(waiter.was_killed());
  });
  other.join();
}

TEST_CASE("handles outlive the hub of their green thread") {
  green::greenlet<std::string> g;
  std::thread([&] {
    green::run([&]() -> task<> {
      g = green::spawn([] { return std::string("still here"); });
      co_await g.join();
    });
  }).join();
  g.kill_nowait();
  CHECK(*g.value() == "still here");
  green::run([&]() -> task<> {
    CHECK(co_await g.get() == "still here");
    CHECK(co_await g.join(1s));
  });
}

TEST_CASE("a hub ends at once after it was woken by another thread") {
  // Its wake-up descriptor is closed only when nobody writes to it any more.
  for (int round = 0; round < 300; ++round) {
    permits p;
    permits waiting;
    std::thread hub([&] {
      green::run([&]() -> task<> {
        waiting.release();
        co_await p.acquire(1h);
      });
    });
    if (round % 3 != 0) {
      while (!p.somebody_waits()) std::this_thread::yield();
    }
    p.release();
    hub.join();
  }
}
