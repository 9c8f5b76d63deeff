// SPDX-License-Identifier: MIT
// What libraries keep for each fiber, as for a thread, ends as a thread's does.
#include <doctest/doctest.h>
#include <pthread.h>

#include <atomic>
#include <thread>

#include "green/green.h"
#include "green/patcher/fiber.h"

using green::task;

namespace {

std::atomic<int> destroyed = 0;
pthread_key_t key = 0;

void destroy(void* value) {
  destroyed += *static_cast<int*>(value);
  delete static_cast<int*>(value);
}

// On a fiber: as pthread_setspecific of a patched library does there.
void keep_one(void*) {
  auto& keys = green::patcher::this_fiber().keys();
  if (keys.get(key) == nullptr) keys.set(key, new int(1));
}

}  // namespace

TEST_CASE("the values of a fiber are destroyed with it") {
  REQUIRE(::pthread_key_create(&key, destroy) == 0);
  constexpr std::size_t unusual = 512 * 1024;
  std::thread hub([] {
    green::run([]() -> task<> {
      // A stack of another size is not kept for the next.
      co_await green::patcher::run_on_fiber(unusual, keep_one, nullptr);
      CHECK(destroyed == 1);
      co_await green::patcher::run_on_fiber(green::patcher::fiber_stack::usual,
                                            keep_one, nullptr);
      co_await green::patcher::run_on_fiber(green::patcher::fiber_stack::usual,
                                            keep_one, nullptr);
      CHECK(destroyed == 1);  // of a fiber that waits for more to do
    });
  });
  hub.join();
  CHECK(destroyed == 2);
  CHECK(::pthread_getspecific(key) == nullptr);
  ::pthread_key_delete(key);
}
