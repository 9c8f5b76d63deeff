// SPDX-License-Identifier: MIT
// The queues of green/queue.h between hubs and OS threads.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/timeout.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using std::ref;

constexpr int hubs = 3;
constexpr int per_hub = 4;       // producers, and as many consumers
constexpr long items = 100'000;  // in all

template <class Queue>
struct exchange {
  explicit exchange(Queue& q) : queue(&q) {}
  Queue* queue;
  std::atomic<long> sum = 0;
  std::atomic<long> count = 0;
  std::atomic<int> producing = hubs * per_hub;
};

template <class Queue>
task<> produce(exchange<Queue>& x, long from, long to) {
  for (long i = from; i < to; ++i) {
    if (i % 3 != 0 || !x.queue->try_put(i)) co_await x.queue->put(i);
    if (i % 64 == 0) co_await green::sleep();
  }
  if (--x.producing == 0) x.queue->close();
}

template <class Queue>
task<> consume(exchange<Queue>& x) {
  while (const auto item = co_await x.queue->next()) {
    x.sum += *item;
    ++x.count;
  }
}

template <class Queue>
void exchange_between_hubs(Queue& q) {
  exchange<Queue> x(q);
  const auto hub = [&](int h) -> task<> {
    std::vector<green::greenlet<>> all;
    constexpr long share = items / (hubs * per_hub);
    for (int p = 0; p < per_hub; ++p) {
      const long from = (h * per_hub + p) * share;
      all.push_back(green::spawn(produce<Queue>, ref(x), from, from + share));
      all.push_back(green::spawn(consume<Queue>, ref(x)));
    }
    co_await green::joinall(all, green::deadline::never(), true);
  };
  std::vector<std::thread> threads;
  for (int h = 0; h < hubs; ++h) {
    threads.emplace_back([&hub, h] { green::run(hub, h); });
  }
  for (std::thread& t : threads) t.join();
  constexpr long put = items / (hubs * per_hub) * (hubs * per_hub);
  CHECK(x.count == put);
  CHECK(x.sum == put * (put - 1) / 2);
  CHECK(q.empty());
}

}  // namespace

TEST_CASE("three hubs exchange items through an unbounded queue") {
  green::queue<long> q;
  exchange_between_hubs(q);
}

TEST_CASE("three hubs exchange items through a small queue") {
  green::queue<long> q(3);
  exchange_between_hubs(q);
}

TEST_CASE("three hubs exchange items through a channel") {
  green::channel<long> c;
  exchange_between_hubs(c);
}

TEST_CASE("three hubs exchange items through a small priority_queue") {
  green::priority_queue<long> q(10);
  exchange_between_hubs(q);
}

TEST_CASE("OS threads put and get without waiting") {
  green::queue<std::string> in;
  green::queue<std::string> out;
  constexpr int lines = 2000;
  std::thread giver([&] {
    for (int i = 0; i < lines; ++i) in.put_nowait(std::to_string(i));
    in.close();
  });
  std::thread taker([&] {
    for (int next = 0; next < lines;) {
      if (const auto line = out.try_get()) {
        CHECK(*line == "<" + std::to_string(next++) + ">");
      } else {
        std::this_thread::yield();
      }
    }
  });
  green::run([&]() -> task<> {
    while (const auto line = co_await in.next()) {
      co_await out.put("<" + *line + ">");
    }
  });
  giver.join();
  taker.join();
}

TEST_CASE("peeking and getting between hubs") {
  green::queue<std::string> q(2);
  constexpr int rounds = 3000;
  const std::string item(64, 'x');
  std::atomic<bool> over = false;
  std::thread peeker([&] {
    green::run([&]() -> task<> {
      try {
        while (!over) {
          const std::string peeked = co_await q.peek();
          CHECK(peeked == item);
          co_await green::sleep();
        }
      } catch (const green::queue_closed&) {
      }
    });
  });
  std::thread getter([&] {
    green::run([&]() -> task<> {
      for (int i = 0; i < rounds; ++i) CHECK(co_await q.get() == item);
      over = true;
      q.close();
    });
  });
  green::run([&]() -> task<> {
    for (int i = 0; i < rounds; ++i) co_await q.put(item);
  });
  getter.join();
  peeker.join();
}

TEST_CASE("close races with put and get") {
  for (int round = 0; round < 100; ++round) {
    green::queue<int> q(1);
    int put = 0;
    int got = 0;
    std::thread getter([&] {
      green::run([&]() -> task<> {
        while (co_await q.next()) ++got;
      });
    });
    std::thread closer([&] { q.close(); });
    green::run([&]() -> task<> {
      try {
        for (;;) {
          co_await q.put(1);
          ++put;
        }
      } catch (const green::queue_closed&) {
      }
    });
    closer.join();
    getter.join();
    CHECK(got == put);
  }
}

namespace {

struct lossless {
  green::queue<int> q{2};
  std::atomic<long> got = 0;
  std::atomic<bool> over = false;
};

task<> get_until_killed(lossless& l) {
  for (;;) {
    const int item = co_await l.q.get();
    l.got += item;
  }
}

task<> get_impatiently(lossless& l) {
  while (!l.over) {
    int item = 0;
    try {
      item = co_await l.q.get(20us);
    } catch (const green::queue_empty&) {
    }
    l.got += item;
    if (item == 0) co_await green::sleep();
  }
}

task<> kill_getters(lossless& l) {
  while (!l.over) {
    const auto victim = green::spawn(get_until_killed, ref(l));
    co_await green::sleep(30us);
    co_await victim.kill();
  }
}

}  // namespace

// H5
TEST_CASE("getters that die or lose patience lose nothing, on any hub") {
  lossless l;
  std::thread other([&] {
    green::run([&]() -> task<> {
      const auto a = green::spawn(get_impatiently, ref(l));
      const auto b = green::spawn(kill_getters, ref(l));
      co_await a.join();
      co_await b.join();
    });
  });
  green::run([&]() -> task<> {
    const auto a = green::spawn(get_impatiently, ref(l));
    const auto b = green::spawn(kill_getters, ref(l));
    constexpr int put = 3000;
    for (int i = 0; i < put; ++i) {
      co_await l.q.put(1);
      if (i % 16 == 0) co_await green::sleep();
    }
    while (l.got < put) co_await green::sleep(100us);
    CHECK(l.got == put);
    l.over = true;
    co_await a.join();
    co_await b.join();
  });
  other.join();
  CHECK(l.q.empty());
}

TEST_CASE("who gets the last item may destroy the queue at once") {
  green::run([]() -> task<> {
    for (int i = 0; i < 1000; ++i) {
      auto q = std::make_unique<green::queue<int>>(1);
      std::thread putter([at = q.get(), i] { at->put_nowait(i); });
      CHECK(co_await q->get() == i);
      q.reset();
      putter.join();
    }
  });
}
