// SPDX-License-Identifier: MIT
// Look-ups in a child of fork, beside one that was under way in the parent.
#include <doctest/doctest.h>

#include <chrono>
#include <latch>
#include <mutex>
#include <thread>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/netdb.h"
#include "green/timeout.h"
#include "tests/support/forks.h"
#include "tests/support/look_up.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// It refuses threads in a child of a process that had several.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif
#endif

using namespace std::chrono_literals;
using green::task;
using tests::exited;
using tests::in_child;

namespace {

std::mutex library_lock;
std::latch slow_name_asked(1);
std::latch slow_name_answered(1);

}  // namespace

// The C library's, with a lock for all that it does; "slow" is long about it.
extern "C" int getaddrinfo(const char* node, const char* service,
                           const addrinfo* hints, addrinfo** result) {
  const std::lock_guard guard(library_lock);
  if (!tests::asks_for("slow", node, hints)) {
    return tests::next_getaddrinfo(node, service, hints, result);
  }
  slow_name_asked.count_down();
  slow_name_answered.wait();
  return tests::next_getaddrinfo("127.0.0.1", service, hints, result);
}

namespace {

task<int> look_up(const char* node) {
  addrinfo* found = nullptr;
  const int code = co_await green::getaddrinfo(node, "80", nullptr, &found);
  if (found != nullptr) green::freeaddrinfo(found);
  co_return code;
}

}  // namespace

TEST_CASE("in the child a look-up that cannot end leaves others their turn") {
  green::run([]() -> task<> {
    const auto slow = green::spawn(look_up, "slow");
    co_await green::sleep(1ms);
    slow_name_asked.wait();
    const auto times_out = []() -> task<bool> {
      int expired = 0;
      for (const char* node : {"127.0.0.1", "::1", "localhost"}) {
        try {
          co_await green::with_timeout(20ms, look_up, node);
        } catch (const green::timed_out&) {
          ++expired;
        }
      }
      co_return expired == 3;
    };
    CHECK(co_await in_child(times_out) == exited(0));
    CHECK(co_await in_child(times_out, &::fork) == exited(0));
    slow_name_answered.count_down();
    CHECK(co_await slow.get() == 0);
  });
}

TEST_CASE("where nothing is under way, names are found in the child") {
  green::run([]() -> task<> {
    const auto finds = []() -> task<bool> {
      const int number = co_await look_up("127.0.0.1");
      const int name = co_await look_up("localhost");
      co_return (number == 0 && name == 0);
    };
    CHECK(co_await finds());
    CHECK(co_await in_child(finds) == exited(0));
  });
}
