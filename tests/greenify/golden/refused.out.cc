// Where nothing may wait.
#include "green/stdlib.h"
#include "green/unistd.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include "green/mutex"
#include "green/thread"
#include <vector>
#include "green/green.h"
#include "green/signal.h"

green::task<int> wait_for(int fd) { co_return int(co_await green::read(fd, nullptr, 0)); }

green::task<int> wait_for_one() { co_return co_await wait_for(1); }

struct made {
  int value;
  explicit made(int fd) : value(greenify_by_hand(wait_for(fd)) /* wait_for: a constructor cannot wait: give the class a static green::task<T> make(...) */) {}
  int member = greenify_by_hand(wait_for(1)) /* wait_for: a member's initialiser cannot wait: set it in a function */;
};

int global = greenify_by_hand(wait_for(0)) /* wait_for: a global initialiser cannot wait: initialise it in main */;

decltype(greenify_by_hand(wait_for(0)) /* wait_for: nothing runs in a decltype: write the type out */) typed = 0;

size_t size_of() { return sizeof(greenify_by_hand(wait_for(0)) /* wait_for: nothing runs in a sizeof: write the type out */); }

int defaulted(int n = greenify_by_hand(wait_for(0)) /* wait_for: a default argument cannot wait: write an overload that awaits */) { return n; }

int variadic(int fd, ...) { return greenify_by_hand(wait_for(fd)) /* wait_for: a coroutine takes no `...`: make it a variadic template, or split off a function with a va_list */; }

struct base {
  virtual ~base() { green::lock_guard<green::mutex> lock(m); }
  green::mutex m;
};

std::function<green::task<long>()> named = greenify_by_hand(wait_for_one) /* wait_for_one waits, but a std::function<long (void)> takes no task of another result: let a lambda await it */;

green::task<> on_signal(int) { co_await wait_for(0); }

green::task<int> compare(const void*, const void*) { co_return co_await wait_for(0); }

green::task<int> green_main() {
  static int once = greenify_by_hand(wait_for(0)) /* wait_for: a static initialiser cannot wait: use green::call_once */;
  made m(0);
  base b;
  std::vector<int> v = {2, 1};
  std::sort(v.begin(), v.end(),
            greenify_by_hand([](int x, int y) -> green::task<bool> { co_return x < y + co_await wait_for(0); }) /* the lambda of line 49 waits, but std::sort does not await it: write a loop */);
  green::signal(SIGINT, greenify_by_hand(on_signal) /* on_signal waits, but a signal handler cannot wait: a green thread awaits green::sigwait */);
  qsort(v.data(), v.size(), sizeof(int), greenify_by_hand(compare) /* compare waits, but qsort calls it and cannot await it: call it from a green thread */);
  green::thread t;
  t.native_handle();
  co_return int(co_await named() + typed) + once + defaulted() + variadic(0) + global + m.value;
}

int main() {
  return green::run(green_main);
}
