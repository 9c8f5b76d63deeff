// SPDX-License-Identifier: MIT
// Locks of std across awaits, tasks that outlive their arguments, handlers that
// swallow a kill, and storage that green threads share.
#include <chrono>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "green/when.h"

std::mutex m;
thread_local int calls = 0;

green::task<> nap() { co_await green::sleep(); }
green::task<> by_reference(const std::string& text) {
  co_await nap();
  (void)text;
}
green::task<> by_view(std::string_view text) {
  co_await nap();
  (void)text;
}

green::task<> locks() {
  {
    std::lock_guard<std::mutex> held(m);  // finds: held holds
    co_await nap();
  }
  m.lock();  // finds: held holds
  co_await nap();
  m.unlock();
  {
    std::unique_lock<std::mutex> freed(m);  // finds: holds
    freed.unlock();
    co_await nap();
  }
}

green::task<> lifetimes() {
  auto a = by_reference("a temporary");          // finds: dangles
  auto b = by_view(std::string("a temporary"));  // finds: dangles
  const int one = 1;
  auto c = [one]() -> green::task<> {  // finds: dangles
    (void)one;
    co_await nap();
  }();
  co_await by_reference("lives until the await ends");
  co_await green::when_all(by_reference("a"), nap());
  co_await std::move(a);
  co_await std::move(b);
  co_await std::move(c);
}

green::task<> given_on(std::string text) {
  return by_reference(text);  // finds: dangles
}

green::task<> handlers() {
  try {
    co_await nap();
  } catch (...) {  // finds: swallowed
  }
  try {
    co_await nap();
  } catch (...) {
    throw;
  }
  try {
    co_await nap();
  } catch (const std::exception&) {
  }
  std::exception_ptr kept;
  try {
    co_await nap();
  } catch (...) {
    kept = std::current_exception();
  }
}

// Whose deadline it is, the program alone knows.
green::task<> deadlines() {
  for (;;) {
    try {
      co_await green::with_timeout(std::chrono::seconds(1), nap);
    } catch (const green::timed_out&) {
    }
  }
}

green::task<> storage() {
  static char buffer[100];  // finds: shared
  ++calls;                  // finds: shared
  co_await nap();
  (void)buffer;
}

struct options {
  std::string text;
};
green::task<> given(options) { co_return; }

green::task<> compilers() {
  const std::string text = "text";
  co_await given(options{text});  // finds: gcc12
  options named{text};
  co_await given(std::move(named));
}

int main() { green::run(locks); }
