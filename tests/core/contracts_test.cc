// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <concepts>
#include <coroutine>
#include <optional>
#include <string>
#include <thread>

#include "green/core/promise_base.h"
#include "green/core/wait_queue.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/poll.h"
#include "green/queue.h"
#include "green/semaphore"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/support/contracts.h"
#include "tests/support/sockets.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::check_broken;
using tests::dying_words;

// Destroys an object while `ada` waits for it.
template <class T, class Wait>
void destroy_with_waiter(std::optional<T>& object, Wait wait) {
  green::run([&]() -> task<> {
    const auto body = [&]() -> task<> { co_await wait(*object); };
    auto ada = green::spawn(body);
    ada.set_name("ada");
    co_await green::sleep();
    object.reset();
  });
}

// Takes the frame of the coroutine that awaits it, as only green's own
// awaitables can.
struct grab {
  std::coroutine_handle<>& frame;
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<green::core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting) const noexcept {
    frame = awaiting;
    return false;
  }
  void await_resume() const noexcept {}
};

// Resumes the coroutine itself on another thread.
struct elsewhere {
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<green::core::promise_base> Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) const {
    std::thread([awaiting] { awaiting.resume(); }).join();
  }
  void await_resume() const noexcept {}
};

// Destroys a coroutine while the kernel works for it.
template <class Wait>
void destroy_in_flight(Wait wait) {
  const auto ends = tests::stream_pair();
  green::run([&]() -> task<> {
    std::coroutine_handle<> frame;
    const auto body = [&]() -> task<> {
      const grab self(frame);
      co_await self;
      co_await wait(ends.a);
    };
    auto ada = green::spawn(body);
    ada.set_name("ada");
    co_await green::sleep();
    frame.destroy();
  });
}

}  // namespace

// Checked in every build: it costs one comparison.

TEST_CASE("a lock or queue destroyed with waiters names them") {
  const auto has = [](const std::string& words, const char* message) {
    INFO(words);
    CHECK(words.find(message) != std::string::npos);
    CHECK(words.find(": ada (") != std::string::npos);
    CHECK(words.find("contracts_test.cc:") != std::string::npos);
  };
  has(dying_words([] {
        std::optional<green::event> e(std::in_place);
        destroy_with_waiter(e, [](auto& x) { return x.wait(); });
      }),
      "an event was destroyed while green threads wait for it");
  has(dying_words([] {
        std::optional<green::queue<int>> q(std::in_place);
        destroy_with_waiter(q, [](auto& x) { return x.get(); });
      }),
      "a queue was destroyed while green threads wait in it");
  has(dying_words([] {
        std::optional<green::mutex> m(std::in_place);
        CHECK(m->try_lock());
        destroy_with_waiter(m, [](auto& x) { return x.lock(); });
      }),
      "a mutex was destroyed with waiters");
}

TEST_CASE("a coroutine destroyed while the kernel has its buffer is named") {
  char byte;
  const auto receiving = dying_words([&] {
    destroy_in_flight([&](int fd) { return green::recv(fd, &byte, 1, 0); });
  });
  INFO(receiving);
  CHECK(receiving.find("destroyed while the kernel works for it") !=
        std::string::npos);
  CHECK(receiving.find("recv(fd ") != std::string::npos);
  CHECK(receiving.find(" of ada") != std::string::npos);
  pollfd asked;
  const auto polling = dying_words([&] {
    destroy_in_flight([&](int fd) {
      asked = {fd, POLLIN, 0};
      return green::poll(&asked, 1, -1);
    });
  });
  INFO(polling);
  CHECK(polling.find("destroyed while the kernel works for it") !=
        std::string::npos);
  CHECK(polling.find(" of ada") != std::string::npos);
}

// Checked in builds without NDEBUG.

TEST_CASE("every wait queue destroyed with waiters names them") {
  check_broken(
      [] {
        std::optional<green::binary_semaphore> s(std::in_place, 0);
        destroy_with_waiter(s, [](auto& x) { return x.acquire(); });
      },
      "a wait queue was destroyed with waiters: ada (", "contracts_test.cc:");
  check_broken(
      [] {
        green::core::waiter somebody([](green::core::waiter&) {});
        green::core::wait_queue queue;
        queue.push(somebody);
      },
      "a wait queue was destroyed with waiters: a joiner");
}

TEST_CASE("a handle's own members, used on a foreign thread, say both") {
  const auto use = [](auto f) {
    return [f] {
      green::run([f]() -> task<> {
        const auto body = []() -> task<> { co_await green::sleep(1h); };
        auto g = green::spawn(body);
        std::thread([&] { f(g); }).join();
        co_await g.join();
      });
    };
  };
  const auto words = "a hub was used from a foreign thread: the hub of thread ";
  check_broken(use([](auto& g) { (void)g.name(); }), words, " by thread ");
  check_broken(use([](auto& g) { g.set_name("eve"); }), words);
  check_broken(use([](auto& g) { g.link([] {}); }), words);
  // From a green thread of another hub.
  const auto within = [](auto& g) {
    green::run([&]() -> task<> {
      (void)g.name();
      co_return;
    });
  };
  check_broken(use(within), words, ", in main");
}

TEST_CASE("a timeout that leaves its thread says both") {
  check_broken(
      [] {
        green::run([]() -> task<> {
          green::timeout limit(1h);
          std::thread([&] { limit.cancel(); }).join();
          co_return;
        });
      },
      "a hub was used from a foreign thread: ");
}

TEST_CASE("a coroutine that is resumed on a foreign thread cannot wait there") {
  check_broken(
      [] {
        green::run([]() -> task<> {
          const elsewhere move;
          co_await move;
          co_await green::sleep();
        });
      },
      "a hub was used from a foreign thread: ");
}

TEST_CASE("what is safe between threads stays so") {
  green::run([]() -> task<> {
    const auto body = []() -> task<> { co_await green::sleep(1h); };
    auto g = green::spawn(body);
    std::thread([&] {
      CHECK_FALSE(g.ready());
      g.kill_nowait();
    }).join();
    co_await g.join();
    // When it has ended, nobody else uses it.
    std::thread([&] { CHECK(g.name().starts_with("greenlet-")); }).join();
  });
}
