// SPDX-License-Identifier: MIT
// What is said of a fiber that needs more stack than it has. Each program that
// ends is a child; no fiber is used here before it starts.
#include <doctest/doctest.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/patched.h"
#include "tests/support/death.h"
#include "tests/support/hooked.h"
#include "tests/support/shared_object.h"

using tests::dying_words;
using tests::on_fiber;

namespace {

namespace c {
const auto nanosleep = tests::hooked("nanosleep", ::nanosleep);
}  // namespace c

// Sanitizers have handlers of their own.
const bool left_alone = tests::has_sanitizer();

// NOLINTNEXTLINE(misc-no-recursion)
std::size_t without_end(std::size_t depth) {
  std::array<volatile char, 1024> frame{};
  frame[depth % frame.size()] = 1;
  // Also after its stack was left and entered again.
  const timespec moment{0, 1};
  if (depth == 10) c::nanosleep(&moment, nullptr);
  if (depth == SIZE_MAX) return 0;
  return without_end(depth + 1) + static_cast<std::size_t>(frame[0]);
}

void touch_nothing() {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
}

void say(const char* word) {
  (void)!::write(STDERR_FILENO, word, std::strlen(word));
}

// Is this all that was said? An emulator (qemu) adds a line of its own.
bool said_only(const std::string& words, const std::string& all) {
  return words.starts_with(all) && words.find("green") == std::string::npos;
}

// The signal stack of this thread; null when it has none.
void* signal_stack() {
  stack_t now{};
  CHECK(::sigaltstack(nullptr, &now) == 0);
  return (now.ss_flags & SS_DISABLE) != 0 ? nullptr : now.ss_sp;
}

}  // namespace

TEST_CASE("a stack overflow names the fiber" * doctest::skip(left_alone)) {
  const unsigned line = __LINE__ + 4;
  const auto overflow = [](std::size_t bytes) {
    return [bytes] {
      green::run([bytes]() -> green::task<> {
        auto deep = green::spawn([bytes]() -> green::task<> {
          const auto f = [] { return without_end(0); };
          co_await on_fiber(f).stack(bytes);
        });
        deep.set_name("digger");
        co_await deep.join();
      });
    };
  };
  const std::string here = __FILE__;
  const auto words = [&](const std::string& size) {
    return "green: stack overflow in green::patched() called at " + here + ":" +
           std::to_string(line + 2) + " by digger, spawned at " + here + ":" +
           std::to_string(line) + " (" + size +
           " KiB): ask for more with .stack(bytes)\n";
  };
  for (const unsigned size : {64U, 256U}) {
    const std::string said = dying_words(overflow(size * 1024), SIGSEGV);
    INFO(said);
    CHECK(said.starts_with(words(std::to_string(size))));
  }
}

TEST_CASE("a fault that is no overflow ends a fiber's program as ever" *
          doctest::skip(left_alone)) {
  const auto on_a_fiber = [](auto f) {
    return [f] {
      say("began");
      green::run([f]() -> green::task<> { co_await on_fiber(f); });
    };
  };
  CHECK(said_only(dying_words(on_a_fiber(touch_nothing), SIGSEGV), "began"));
  const auto sent = [] {
    ::kill(::getpid(), SIGSEGV);
    for (;;) ::pause();
  };
  CHECK(said_only(dying_words(on_a_fiber(sent), SIGSEGV), "began"));
  const auto hub = [] {
    green::run([]() -> green::task<> { co_await on_fiber([] {}); });
    say("began");
    touch_nothing();
  };
  CHECK(said_only(dying_words(hub, SIGSEGV), "began"));
}

TEST_CASE("a program that handles faults goes on doing so" *
          doctest::skip(left_alone)) {
  const auto handles = [] {
    ::signal(SIGSEGV, [](int) {
      say("mine");
      ::signal(SIGSEGV, SIG_DFL);
    });
    green::run([]() -> green::task<> { co_await on_fiber([] {}); });
    touch_nothing();
  };
  CHECK(said_only(dying_words(handles, SIGSEGV), "mine"));
}

TEST_CASE("a thread has a signal stack while it may run fibers, or its own" *
          doctest::skip(left_alone)) {
  const auto use_a_fiber = [] {
    green::run([]() -> green::task<> { co_await on_fiber([] {}); });
  };
  std::thread([&] {
    CHECK(signal_stack() == nullptr);
    use_a_fiber();
    CHECK(signal_stack() != nullptr);
  }).join();
  std::thread([&] {
    std::array<char, 64 * 1024> memory;
    const stack_t mine{memory.data(), 0, memory.size()};
    CHECK(::sigaltstack(&mine, nullptr) == 0);
    use_a_fiber();
    CHECK(signal_stack() == memory.data());
    const stack_t none{nullptr, SS_DISABLE, 0};
    CHECK(::sigaltstack(&none, nullptr) == 0);
  }).join();
}
