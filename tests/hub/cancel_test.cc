// SPDX-License-Identifier: MIT
// pthread_cancel of a thread with a hub.
#include <doctest/doctest.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/poll.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using body = std::function<green::task<>()>;

namespace {

// A thread that runs f on a hub of its own.
class cancellable {
 public:
  explicit cancellable(body f) : f_(std::move(f)) {
    ::pthread_create(&id_, nullptr, &cancellable::begin, this);
  }

  pthread_t id() const { return id_; }
  /// Was it cancelled?
  bool join() {
    void* result = nullptr;
    ::pthread_join(id_, &result);
    return result == PTHREAD_CANCELED;
  }

 private:
  static void* begin(void* self) {
    green::run(static_cast<cancellable*>(self)->f_);
    return nullptr;
  }

  body f_;
  pthread_t id_{};
};

}  // namespace

TEST_CASE("it ends a thread whose hub waits, and each green thread of it") {
  const int before = tests::open_descriptors();
  auto [a, b] = tests::stream_pair();
  const int fd = b;
  const body waits[] = {
      []() -> green::task<> {
        green::event never;
        co_await never.wait();
      },
      []() -> green::task<> { co_await green::sleep(1h); },
      [fd]() -> green::task<> {
        char byte;
        co_await green::recv(fd, &byte, 1, 0);
      },
      [fd]() -> green::task<> {
        pollfd one{fd, POLLIN, 0};
        co_await green::poll(&one, 1, -1);
      },
  };
  for (const body& wait : waits) {
    std::atomic<int> ended = 0;
    std::atomic<bool> begun = false;
    cancellable thread([&]() -> green::task<> {
      struct counts {
        ~counts() { ++n; }
        std::atomic<int>& n;
      };
      const auto counted = [&]() -> green::task<> {
        const counts at_end{ended};
        co_await wait();
      };
      green::spawn(counted);
      co_await tests::others_wait();
      begun = true;
      co_await counted();
    });
    while (!begun) std::this_thread::yield();
    ::pthread_cancel(thread.id());
    CAPTURE(&wait - waits);
    CHECK(thread.join());
    CHECK(ended == 2);
  }
  CHECK(tests::open_descriptors() == before + 2);
}

TEST_CASE("it does not end a call that runs on the hub") {
  std::atomic<bool> unharmed = false;
  cancellable thread([&]() -> green::task<> {
    ::pthread_cancel(::pthread_self());
    ::usleep(1);  // a cancellation point of the C library's
    for (int i = 0; i < 10; ++i) co_await green::sleep();
    unharmed = true;
    co_await green::sleep(1h);
  });
  CHECK(thread.join());
  CHECK(unharmed);
}

TEST_CASE("one that comes at the end lets the hub end") {
  std::atomic<bool> unharmed = false;
  cancellable thread([&]() -> green::task<> {
    ::pthread_cancel(::pthread_self());
    unharmed = true;
    co_return;
  });
  thread.join();
  CHECK(unharmed);
}

TEST_CASE("where the program has disabled it, it does nothing") {
  std::atomic<bool> slept = false;
  std::thread thread([&] {
    ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
    green::run([&]() -> green::task<> {
      ::pthread_cancel(::pthread_self());
      co_await green::sleep(1ms);
      slept = true;
    });
    int state = PTHREAD_CANCEL_ENABLE, type = PTHREAD_CANCEL_ASYNCHRONOUS;
    ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    ::pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type);
    CHECK(state == PTHREAD_CANCEL_DISABLE);
    CHECK(type == PTHREAD_CANCEL_DEFERRED);
  });
  thread.join();
  CHECK(slept);
}

TEST_CASE("green threads that clean up when it comes may wait") {
  std::atomic<bool> cleaned = false;
  std::atomic<bool> begun = false;
  cancellable thread([&]() -> green::task<> {
    try {
      begun = true;
      co_await green::sleep(1h);
    } catch (const green::killed&) {
      cleaned = true;
      throw;
    }
  });
  while (!begun) std::this_thread::yield();
  ::pthread_cancel(thread.id());
  CHECK(thread.join());
  CHECK(cleaned);
}
