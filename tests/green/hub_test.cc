// SPDX-License-Identifier: MIT
#include "green/hub.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"

using green::greenlet;
using green::hub_ref;
using green::task;
using namespace std::chrono_literals;

namespace {

// Another thread's hub, which runs until the object goes.
class other_hub {
 public:
  other_hub()
      : thread_([this] {
          green::run([this]() -> task<> {
            const hub_ref mine = green::this_hub();
            {
              const std::lock_guard guard(lock_);
              ref_ = &mine;
            }
            ref_.notify_all();
            co_await end_.wait();
          });
        }) {
    ref_.wait(nullptr);
  }
  other_hub(const other_hub&) = delete;
  other_hub& operator=(const other_hub&) = delete;
  ~other_hub() {
    end_.set();
    thread_.join();
  }

  const hub_ref& ref() const { return *ref_.load(); }
  std::thread::id thread() const { return thread_.get_id(); }

 private:
  green::event end_;
  std::mutex lock_;
  std::atomic<const hub_ref*> ref_ = nullptr;
  std::thread thread_;
};

}  // namespace

TEST_CASE("what another hub spawns here gives its value there") {
  const other_hub other;
  green::run([&]() -> task<> {
    const auto where = [](int n) -> task<std::pair<std::thread::id, int>> {
      co_await green::sleep(1ms);
      co_return std::pair(std::this_thread::get_id(), 2 * n);
    };
    const greenlet<std::pair<std::thread::id, int>> there =
        other.ref().spawn(where, 21);
    CHECK(co_await there.get() == std::pair(other.thread(), 42));
    const auto here = green::this_hub().spawn(where, 1);
    CHECK((co_await here.get()).first == std::this_thread::get_id());
  });
}

TEST_CASE("an error comes to the one that asks") {
  const other_hub other;
  green::run([&]() -> task<> {
    const auto fails = [] { throw std::runtime_error("no"); };
    const greenlet<> there = other.ref().spawn(fails);
    CHECK_THROWS_WITH(co_await there.get(), "no");
  });
}

TEST_CASE("a kill reaches it, begun or not") {
  const other_hub other;
  green::run([&]() -> task<> {
    const auto waits = []() -> task<> { co_await green::sleep(1h); };
    for (int i = 0; i < 200; ++i) {
      const greenlet<> there = other.ref().spawn(waits);
      if (i % 2 == 0) co_await green::sleep();
      co_await there.kill();
      CHECK(there.was_killed());
    }
  });
}

TEST_CASE("a hub that has ended is told") {
  std::vector<hub_ref> ended;
  std::thread([&] { ended.push_back(green::this_hub()); }).join();
  const hub_ref copy = ended[0];
  CHECK(copy == ended[0]);
  try {
    copy.spawn([] {});
    FAIL("nothing was thrown");
  } catch (const std::system_error& e) {
    CHECK(e.code().value() == ESRCH);
  }
}

TEST_CASE("a green thread that comes too late is killed with its hub") {
  std::vector<greenlet<>> late;
  std::thread([&] {
    std::vector<hub_ref> mine;
    green::run([&] { mine.push_back(green::this_hub()); });
    std::thread([&] { late.push_back(mine[0].spawn([] {})); }).join();
  }).join();
  CHECK(late[0].ready());
  CHECK(late[0].was_killed());
}

TEST_CASE("when the last reference goes, a wait for nobody is a deadlock") {
  std::vector<hub_ref> held;
  std::thread last;
  const auto waits = [&]() -> task<> {
    held.push_back(green::this_hub());
    held.push_back(held[0]);
    last = std::thread([&held] {
      std::this_thread::sleep_for(20ms);  // the hub is asleep
      held.clear();
    });
    green::event never;
    co_await never.wait();
  };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
  last.join();
}

TEST_CASE("two hubs spawn on each other") {
  constexpr int rounds = 2000;
  std::atomic<int> ran = 0;
  const other_hub other;
  green::run([&]() -> task<> {
    const hub_ref here = green::this_hub(), there = other.ref();
    const auto one = [&ran]() -> task<> {
      ++ran;
      co_return;
    };
    const auto by_other = [here, one]() -> task<> {
      for (int i = 0; i < rounds; ++i) co_await here.spawn(one).get();
    };
    const greenlet<> busy = there.spawn(by_other);
    for (int i = 0; i < rounds; ++i) co_await there.spawn(one).get();
    co_await busy.get();
  });
  CHECK(ran == 2 * rounds);
}

TEST_CASE("run_on_each runs on a thread each, and waits for all") {
  std::mutex lock;
  std::set<std::thread::id> threads;
  std::multiset<int> numbers;
  green::run([&]() -> task<> {
    const auto f = [&](int n) -> task<> {
      co_await green::sleep(1ms);
      const std::lock_guard guard(lock);
      threads.insert(std::this_thread::get_id());
      numbers.insert(n);
    };
    co_await green::run_on_each(3, f, 7);
    co_await green::run_on_each(0, f, 7);
  });
  CHECK(threads.size() == 3);
  CHECK(threads.count(std::this_thread::get_id()) == 0);
  CHECK(numbers == std::multiset<int>{7, 7, 7});
}

TEST_CASE("run_on_each takes a plain function") {
  std::atomic<int> sum = 0;
  green::run([&]() -> task<> {
    const auto add = [&sum](int n) { sum += n; };
    co_await green::run_on_each(2, add, 5);
  });
  CHECK(sum == 10);
}

TEST_CASE("the first error kills the others, and is thrown") {
  std::atomic<int> begun = 0, killed = 0;
  green::run([&]() -> task<> {
    const auto f = [&]() -> task<> {
      const int mine = begun++;
      while (begun != 3) co_await green::sleep();
      if (mine == 0) throw std::runtime_error("the first");
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        ++killed;
        throw;
      }
    };
    CHECK_THROWS_WITH(co_await green::run_on_each(3, f), "the first");
  });
  CHECK(killed == 2);
}

TEST_CASE("a timeout of the one that waits ends all") {
  std::atomic<int> alive = 0;
  green::run([&]() -> task<> {
    struct counted {
      explicit counted(std::atomic<int>& in) : count(in) { ++count; }
      ~counted() { --count; }
      std::atomic<int>& count;
    };
    const auto f = [&]() -> task<> {
      const counted me(alive);
      co_await green::sleep(1h);
    };
    const auto all = [&]() -> task<> { co_await green::run_on_each(2, f); };
    const greenlet<> waiting = green::spawn(all);
    while (alive != 2) co_await green::sleep();
    co_await waiting.kill();
    CHECK(alive == 0);
    CHECK(waiting.was_killed());
  });
}
