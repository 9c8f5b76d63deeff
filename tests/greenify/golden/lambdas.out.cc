// Lambdas and templates.
#include "green/unistd.h"

#include <string>
#include <utility>
#include "green/green.h"

template <class F>
green::task<int> apply(F f) {
  co_return co_await f();
}

template <class T>
struct reader {
  T value;
  green::task<bool> read_all(int fd) { co_return co_await green::read(fd, &value, sizeof value) > 0; }
  template <class U>
  green::task<U> as(int fd) {
    if (!co_await read_all(fd)) co_return U();
    co_return U(value);
  }
};

template <class T>
green::task<T> twice(int fd) {
  T a;
  co_await green::read(fd, &a, sizeof a);
  co_return a;
}

green::task<int> all(int fd) {
  auto plain = [] { return 1; };
  auto waits = [fd] () -> green::task<int> { co_return int(co_await green::sleep(unsigned(fd))); };
  auto explicit_result = [&](int n) -> green::task<long> { co_return co_await green::read(n, nullptr, 0); };
  auto counting = [n = 0]() mutable -> green::task<int> {
    co_await green::usleep(1);
    co_return ++n;
  };
  auto generic = [](auto x) -> green::task<int> { co_return co_await green::usleep(unsigned(x)); };
  auto nothing = [] () -> green::task<> { co_await green::pause(); };
  auto nested = [&] () -> green::task<int> { co_return co_await [&] () -> green::task<int> { co_return co_await waits(); }(); };
  co_await nothing();
  reader<char> small;
  reader<long> large;
  co_return plain() + co_await waits() + int(co_await explicit_result(1)) + co_await counting() +
         co_await generic(1) + co_await generic(2u) + co_await nested() + co_await apply([] () -> green::task<int> { co_return 6; }) +
         co_await apply([fd] () -> green::task<int> { co_return int(co_await green::read(fd, nullptr, 0)); }) +
         co_await small.as<int>(fd) + int(co_await large.as<long>(fd)) + co_await twice<int>(fd) +
         int(co_await twice<long>(fd));
}

int main() { return green::run(all, 0); }
