// Lambdas and templates.
#include <unistd.h>

#include <string>
#include <utility>

template <class F>
auto apply(F f) {
  return f();
}

template <class T>
struct reader {
  T value;
  bool read_all(int fd) { return read(fd, &value, sizeof value) > 0; }
  template <class U>
  U as(int fd) {
    if (!read_all(fd)) return U();
    return U(value);
  }
};

template <class T>
T twice(int fd) {
  T a;
  read(fd, &a, sizeof a);
  return a;
}

int all(int fd) {
  auto plain = [] { return 1; };
  auto waits = [fd] { return int(sleep(unsigned(fd))); };
  auto explicit_result = [&](int n) -> long { return read(n, nullptr, 0); };
  auto counting = [n = 0]() mutable {
    usleep(1);
    return ++n;
  };
  auto generic = [](auto x) { return usleep(unsigned(x)); };
  auto nothing = [] { pause(); };
  auto nested = [&] { return [&] { return waits(); }(); };
  nothing();
  reader<char> small;
  reader<long> large;
  return plain() + waits() + int(explicit_result(1)) + counting() +
         generic(1) + generic(2u) + nested() + apply([] { return 6; }) +
         apply([fd] { return int(read(fd, nullptr, 0)); }) +
         small.as<int>(fd) + int(large.as<long>(fd)) + twice<int>(fd) +
         int(twice<long>(fd));
}

int main() { return all(0); }
