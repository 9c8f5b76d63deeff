// A handler of a whole function, and returns that end several objects.
#include <chrono>
#include <cstdio>
#include "green/thread"
#include <exception>
#include "green/green.h"
#include "green/stdio.h"

struct worker {
  green::thread thread;
  worker()
      : thread([] () -> green::task<> { co_await green::this_thread::sleep_for(std::chrono::seconds(0)); }) {}
  green::task<> shutdown() { co_await thread.join(); }
};

green::task<int> twice(int n) {
  worker a;
  worker b;
  if (n < 0) { co_await b.shutdown(); co_await a.shutdown(); co_return 0; }
  { auto result_17 = n + n; co_await b.shutdown(); co_await a.shutdown(); co_return result_17; }
}

green::task<int> wait(int n) { { std::exception_ptr caught_24; int * caught_24_at = nullptr; try {
  co_await green::this_thread::sleep_for(std::chrono::seconds(n));
  if (n > 0) throw n;
  co_return co_await twice(n);
} catch (int e) { caught_24 = std::current_exception(); caught_24_at = &e; } if (caught_24) { auto& e = *caught_24_at;
  co_await green::this_thread::sleep_for(std::chrono::seconds(e));
  co_return 1;
} } }

green::task<int> green_main() { { std::exception_ptr caught_29; try { co_return co_await wait(0); } catch (...) { caught_29 = std::current_exception(); } if (caught_29) {
  co_await green::puts("it failed");
} } co_return 0; }

int main() {
  return green::run(green_main);
}
