// Words of a declaration that a coroutine cannot keep, and what a user should
// know of a coroutine's locals and callables.
#include "green/unistd.h"

#include <cstdlib>
#include <functional>
#include "green/future"
#include <vector>
#include "green/green.h"

#ifdef NO_SUCH_SYSTEM
inline void other(int fd) { close(fd); }
#endif

struct base {
  virtual ~base() = default;
  virtual green::task<base*> next() { co_return this; }
};

struct derived : base {
  green::task<base *> next() override;
};

green::task<base *> derived::next() {
  co_await green::usleep(1);
  co_return this;
}

green::task<> give_up(int n) {
  co_await green::usleep(unsigned(n));
  std::exit(n);
}

green::task<int> nap(int n) {
  if (n > 0) co_await green::usleep(unsigned(n));
  co_return n;
}

green::task<int> large() {
  char buffer[65536];
  co_return int(co_await green::read(0, buffer, sizeof buffer));
}

green::task<int> green_main(int, char*[]) {
  derived d;
  base* b = co_await d.next();
  std::vector<std::function<green::task<int>(int)>> all = {nap};
  (void)green::async([] () -> green::task<> { co_await green::usleep(1); });
  if (b == nullptr) co_await give_up(1);
  co_return co_await all[0](1) + co_await large();
}

int main(int argc, char* argv[]) {
  return green::run(green_main, argc, argv);
}
