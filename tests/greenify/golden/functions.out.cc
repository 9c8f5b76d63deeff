// Functions: results, declarations, returns.
#include "green/unistd.h"

#include <memory>
#include <utility>
#include <vector>
#include "green/green.h"

static green::task<int> declared(int fd);
extern green::task<> also_declared(int fd);

struct holder {
  int value = 0;
  green::task<int&> refer(int fd);
  green::task<const int*> point(int fd) const;
  static green::task<long> count(int fd);
  friend green::task<> befriend(holder& h, int fd);
};

green::task<int&> holder::refer(int fd) {
  co_await green::read(fd, &value, sizeof value);
  co_return value;
}

green::task<const int*> holder::point(int fd) const {
  if (fd < 0) co_return 0;
  if (co_await green::sleep(1)) co_return NULL;
  co_return &value;
}

green::task<long> holder::count(int fd) { co_return co_await green::read(fd, nullptr, 0); }

green::task<> befriend(holder& h, int fd) { co_await h.refer(fd) = 1; }

static green::task<int> declared(int fd) { co_return int(co_await holder::count(fd)); }

green::task<> also_declared(int fd) {
  if (fd < 0) co_return;
  co_await declared(fd);
}

inline green::task<unsigned long long> wide(int fd) { co_return (unsigned)co_await declared(fd); }

auto trailing(int fd) -> green::task<std::pair<int, int>> { co_return {co_await declared(fd), fd}; }

green::task<std::pair<int, int>> deduced(int fd) { co_return co_await trailing(fd); }

green::task<int> constant(int fd) { co_return co_await declared(fd); }

green::task<std::unique_ptr<int>> owned(int fd) {
  auto p = std::make_unique<int>(co_await declared(fd));
  co_return p;
}

green::task<std::vector<int>> listed(int fd) {
  const int n = co_await declared(fd);
  co_return {n, n};
}

green::task<> passed(int fd) { co_return co_await also_declared(fd); }

green::task<int> green_main() {
  co_await passed(0);
  const int* p = co_await holder().point(co_await constant(0));
  co_return *co_await owned(0) + (co_await listed(0))[0] + (co_await deduced(0)).first + int(co_await wide(0)) +
         (p != nullptr);
}

int main() {
  return green::run(green_main);
}
