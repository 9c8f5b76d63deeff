// SPDX-License-Identifier: MIT
// choose, of green/choose.h, between hubs and OS threads.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "green/choose.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/timeout.h"
#include "tests/support/hubs.h"

using namespace std::chrono_literals;
using green::choose;
using green::task;

namespace {

// GREEN_CHOICES=1000000 makes of it the long test.
int rounds() {
  const char* const text = std::getenv("GREEN_CHOICES");
  return text == nullptr ? 10'000 : std::atoi(text);
}

template <class... T>
int value_of(const std::variant<T...>& one) {
  return std::visit(
      [](const auto& v) {
        if constexpr (std::is_same_v<decltype(v), const int&>) return v;
        return -1;
      },
      one);
}

// Each number is put once, and how often it was got stands here.
class numbers {
 public:
  explicit numbers(int count) : got_(std::size_t(count)) {}
  void got(int n) { ++got_.at(std::size_t(n)); }
  bool each_once() const {
    for (const auto& times : got_) {
      if (times != 1) return false;
    }
    return true;
  }

 private:
  std::vector<std::atomic<int>> got_;
};

template <class Queue>
struct four_queues {
  explicit four_queues(int count) : all(count), left(count) {}

  // Each hub puts its own numbers, and gets any.
  task<> put_all(int from, int to) {
    for (int n = from; n < to;) {
      auto first = q[0].put_case(n), second = q[1].put_case(n),
           third = q[2].put_case(n), fourth = q[3].put_case(n);
      co_await choose(first, second, third, fourth);
      const int kept = (first.value() != nullptr) +
                       (second.value() != nullptr) +
                       (third.value() != nullptr) + (fourth.value() != nullptr);
      if (kept != 3) ++wrong;
      ++n;
    }
  }
  task<> get_all() {
    for (;;) {
      const auto one =
          co_await choose(q[3].get_case(), q[2].get_case(), q[1].get_case(),
                          q[0].get_case(), over.wait_case());
      if (one.index() == 4) co_return;
      all.got(value_of(one));
      if (--left == 0) over.set();
    }
  }

  std::array<Queue, 4> q;
  green::event over;
  numbers all;
  std::atomic<int> left;
  std::atomic<int> wrong = 0;
};

template <class Queue>
void choose_on_two_hubs() {
  const int count = rounds();
  four_queues<Queue> both(count);
  tests::run_hubs(2, [&](int hub) -> task<> {
    const int from = count * hub / 2, to = count * (hub + 1) / 2;
    const auto puts = [&]() -> task<> { return both.put_all(from, to); };
    const auto gets = [&]() -> task<> { return both.get_all(); };
    const auto putter = green::spawn(puts);
    const auto getter = green::spawn(gets), more = green::spawn(gets);
    co_await green::joinall({putter, getter, more});
  });
  CHECK(both.all.each_once());
  CHECK(both.wrong == 0);
}

struct small_queue : green::queue<int> {
  small_queue() : queue(1) {}
};

}  // namespace

TEST_CASE("two hubs that choose from four queues lose and double nothing") {
  choose_on_two_hubs<green::queue<int>>();
}

TEST_CASE("nor do they with queues that are often full") {
  choose_on_two_hubs<small_queue>();
}

TEST_CASE("nor do they with channels") {
  choose_on_two_hubs<green::channel<int>>();
}

namespace {

// Puts and gets from two hubs, while kills and deadlines end choices.
struct interrupted {
  explicit interrupted(int count) : all(count), left(count) {}

  task<> put_all(int from, int to) {
    for (int n = from; n < to; ++n) {
      if (n % 3 == 0) {
        co_await a.put(n);
      } else {
        auto put = b.put_case(n);
        while (put.value() != nullptr) {
          co_await choose(put, std::chrono::microseconds(n % 50));
        }
      }
    }
  }
  task<> get_until_killed() {
    for (;;) {
      const auto one = co_await choose(a.get_case(), b.get_case(), 100us);
      if (one.index() == 2) continue;
      all.got(value_of(one));
      if (--left == 0) over.set();
    }
  }
  task<> get_all() {
    for (int i = 0; !over.is_set(); ++i) {
      const auto gets = [this]() -> task<> { return get_until_killed(); };
      const auto getter = green::spawn(gets);
      co_await over.wait(std::chrono::microseconds(i % 100));
      co_await getter.kill();
    }
  }

  green::queue<int> a{2};
  green::channel<int> b;
  green::event over;
  numbers all;
  std::atomic<int> left;
};

}  // namespace

TEST_CASE("kills and deadlines between hubs lose and double nothing") {
  const int count = rounds() / 4;
  interrupted both(count);
  tests::run_hubs(2, [&](int hub) -> task<> {
    const int from = count * hub / 2, to = count * (hub + 1) / 2;
    const auto puts = [&]() -> task<> { return both.put_all(from, to); };
    const auto gets = [&]() -> task<> { return both.get_all(); };
    const auto putter = green::spawn(puts), getter = green::spawn(gets);
    co_await green::joinall({putter, getter});
  });
  CHECK(both.all.each_once());
  CHECK(both.a.empty());
}

// The event goes while another thread, which has served one of its choices, is
// about to take that out of the event.
TEST_CASE("an event may go when it is set, whoever serves the choices") {
  for (int i = 0; i < rounds() / 50; ++i) {
    green::queue<int> q;
    auto e = std::make_unique<green::event>();
    std::atomic<bool> both_wait = false;
    std::atomic<int> items = 0;
    const auto serve = [&](bool by_event) {
      while (!both_wait) std::this_thread::yield();
      if (!by_event) return q.put_nowait(1);
      e->set();
      e.reset();
    };
    std::thread putter(serve, false), setter(serve, true);
    green::run([&]() -> task<> {
      const auto body = [&]() -> task<> {
        const auto one = co_await choose(q.get_case(), e->wait_case());
        if (one.index() == 0) ++items;
      };
      const auto one = green::spawn(body), two = green::spawn(body);
      co_await green::sleep();
      both_wait = true;
      co_await green::joinall({one, two});
    });
    putter.join();
    setter.join();
    CHECK(items + int(q.size()) == 1);
  }
}
