// greenify: --functions=type
#include "green/unistd.h"

#include <functional>
#include "green/green.h"

// With --functions=type all objects of one type are one slot.
green::task<> run(const std::function<green::task<>()>& f) { co_await f(); }
void run_plain(const std::function<int()>& f) { f(); }

green::task<int> green_main() {
  co_await run([] () -> green::task<> { co_await green::usleep(1); });
  std::function<green::task<>()> plain = [] () -> green::task<> { co_return; };
  co_await plain();
  run_plain([] { return 1; });
  co_return 0;
}

int main() {
  return green::run(green_main);
}
