// SPDX-License-Identifier: MIT
// Memory is refused, at each allocation in turn: whoever asked for it gets
// std::bad_alloc, and the hub lives.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "green/core/frame_pool.h"
#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/queue.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/support/descriptors.h"
#include "tests/support/sockets.h"

namespace {

using namespace std::chrono_literals;
using green::task;

constexpr long unlimited = -1;
thread_local long allowed = unlimited;
thread_local long asked = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++asked;
  if (allowed == 0) throw std::bad_alloc();
  if (allowed > 0) --allowed;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

task<int> add(int a, int b) {
  co_await green::sleep();
  co_return a + b;
}

task<> echo_once(int from, int to) {
  char byte = 0;
  if (co_await green::recv(from, &byte, 1, 0) == 1) {
    co_await green::send(to, &byte, 1, 0);
  }
}

// A bit of everything that takes memory in the middle of a run.
task<> work(tests::two_descriptors& pair) {
  const auto echo = green::spawn(echo_once, int(pair.a), int(pair.a));
  const auto sum = green::spawn(add, 1, 2);
  green::queue<std::string> words(1);
  co_await words.put(std::string(100, 'x'));
  co_await words.get();
  green::mutex m;
  co_await m.lock();
  m.unlock();
  co_await green::send(pair.b, "x", 1, 0);
  co_await echo.join();
  char byte = 0;
  co_await green::recv(pair.b, &byte, 1, MSG_DONTWAIT);
  {
    const green::timeout limit(1s);
    co_await green::sleep(1ms);
  }
  co_await sum.get();
  co_await echo.get();
}

// True when it went through.
bool run_with(long allocations) {
  auto pair = tests::stream_pair();
  bool through = false, lives = false;
  green::run([&]() -> task<> {
    green::core::frame_pool::trim();
    allowed = allocations;
    try {
      co_await work(pair);
      through = true;
    } catch (const std::bad_alloc&) {
    }
    allowed = unlimited;
    lives = co_await green::spawn(add, 3, 4).get() == 7;
  });
  CHECK(lives);
  return through;
}

}  // namespace

TEST_CASE("memory refused ends what asked for it, and no more") {
  const auto before =
      green::set_error_handler([](const green::unhandled_error&) {});
  std::thread hub([] {
    CHECK(run_with(unlimited));
    long allocations = 0;
    while (!run_with(allocations)) {
      ++allocations;
      REQUIRE(allocations < 10'000);
    }
    CHECK(allocations > 5);
  });
  hub.join();
  green::set_error_handler(before);
}
