// SPDX-License-Identifier: MIT
// Notifications from OS threads against kills, deadlines and timeouts: whoever
// wins, no permit is lost and none is given twice.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <latch>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "green/core/queue_wait.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/permits.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::permits;

constexpr int released = 4'000;  // by each OS thread

struct counts {
  permits p;
  permits producers_over;
  std::atomic<bool> over = false;
  std::atomic<int> taken = 0;
};

// Gives permits from an OS thread, in spurts.
void produce(counts& c, unsigned seed) {
  std::minstd_rand random(seed);
  for (int i = 0; i < released; ++i) {
    c.p.release();
    if (random() % 8 == 0) std::this_thread::yield();
  }
  c.producers_over.release();
}

// Takes permits with short deadlines until there will be no more.
task<> consume(counts& c, unsigned seed) {
  std::minstd_rand random(seed);
  while (!c.over) {
    const auto patience = std::chrono::microseconds(random() % 50);
    if (co_await c.p.acquire(patience)) ++c.taken;
    if (random() % 16 == 0) co_await green::sleep();
  }
}

task<> consume_with_timeouts(counts& c, unsigned seed) {
  std::minstd_rand random(seed);
  while (!c.over) {
    try {
      const green::timeout limit(std::chrono::microseconds(random() % 50));
      co_await c.p.acquire();
      ++c.taken;
      co_await green::sleep();
    } catch (const green::timed_out&) {
    }
  }
}

// One that is killed again and again; its successor takes over.
task<> consume_mortally(counts& c) {
  while (!c.over) {
    const auto consumer = green::spawn([&c]() -> task<> {
      for (;;) {
        co_await c.p.acquire();
        ++c.taken;
      }
    });
    co_await green::sleep(20us);
    co_await consumer.kill();
  }
}

// Takes until the producers are done.
task<> consume_all(counts& c, unsigned seed) {
  std::vector<green::greenlet<>> consumers;
  for (unsigned i = 0; i < 3; ++i) {
    consumers.push_back(green::spawn(consume, std::ref(c), seed + i));
    consumers.push_back(
        green::spawn(consume_with_timeouts, std::ref(c), seed + 10 + i));
    consumers.push_back(green::spawn(consume_mortally, std::ref(c)));
  }
  co_await c.producers_over.acquire();
  co_await c.producers_over.acquire();
  c.over = true;
  co_await green::joinall(consumers);
}

}  // namespace

TEST_CASE("permits from OS threads against kills and deadlines") {
  counts c;
  std::thread one([&] { produce(c, 1); });
  std::thread two([&] { produce(c, 2); });
  green::run(consume_all, std::ref(c), 3U);
  one.join();
  two.join();
  CHECK(c.taken + c.p.left() == 2 * released);
  CHECK_FALSE(c.p.somebody_waits());
}

TEST_CASE("permits shared by two hubs") {
  counts c;
  const auto other_hub = [&c](unsigned seed) {
    green::run([&c, seed]() -> task<> { co_await consume(c, seed); });
  };
  std::thread hub_one([&] { other_hub(100); });
  std::thread hub_two([&] { other_hub(200); });
  std::thread one([&] { produce(c, 1); });
  std::thread two([&] { produce(c, 2); });
  green::run(consume_all, std::ref(c), 3U);
  for (std::thread* t : {&one, &two, &hub_one, &hub_two}) t->join();
  CHECK(c.taken + c.p.left() == 2 * released);
}

TEST_CASE("notify_all from an OS thread against deadlines") {
  constexpr int waiters = 16;
  constexpr int rounds = 500;
  permits p;
  std::atomic<bool> over = false;
  std::thread notifier([&] {
    while (!over) p.release_all();
  });
  std::atomic<int> ended = 0;
  green::run([&]() -> task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < waiters; ++i) {
      all.push_back(green::spawn([&, i]() -> task<> {
        for (int round = 0; round < rounds; ++round) {
          co_await p.acquire(std::chrono::microseconds((i * 7 + round) % 40));
          ++ended;
        }
      }));
    }
    co_await green::joinall(all);
  });
  over = true;
  notifier.join();
  CHECK(ended == waiters * rounds);
  CHECK_FALSE(p.somebody_waits());
}

// Whoever has notified all may destroy the queue at once. One of them may be
// giving up at that moment, on another thread, and about to lock it.
TEST_CASE("a queue may go when its waiters are notified, even late ones") {
  using green::core::wait_queue;
  class forever final : public green::core::queue_wait {
   public:
    forever(wait_queue& queue, std::latch& waiting, std::latch& locked) noexcept
        : queue_wait(queue, 1ms), waiting_(waiting), locked_(locked) {}
    bool await_resume() { return finish_wait(); }
    void describe(std::string& out) const override { out += "test"; }

   private:
    bool try_now() override { return false; }
    // Its time cannot come before the other thread has locked the queue.
    void queued() override {
      waiting_.count_down();
      locked_.wait();
    }

    std::latch& waiting_;
    std::latch& locked_;
  };
  std::latch waiting(1), locked(1);
  alignas(wait_queue) unsigned char room[sizeof(wait_queue)];
  auto* const queue = new (room) wait_queue;
  std::thread notifier([&] {
    waiting.wait();
    queue->lock();
    locked.count_down();
    std::this_thread::sleep_for(50ms);  // the deadline passes meanwhile
    green::core::waiter* const late = queue->pop();
    queue->unlock();
    if (late != nullptr) late->wake_(*late);
    queue->~wait_queue();
    std::memset(room, 0x55, sizeof room);  // locked for ever
  });
  green::run([&]() -> task<> {
    forever wait(*queue, waiting, locked);
    co_await wait;
  });
  notifier.join();
}
