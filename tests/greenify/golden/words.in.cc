// Words of a declaration that a coroutine cannot keep, and what a user should
// know of a coroutine's locals and callables.
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <future>
#include <vector>

#ifdef NO_SUCH_SYSTEM
inline void other(int fd) { close(fd); }
#endif

struct base {
  virtual ~base() = default;
  virtual base* next() { return this; }
};

struct derived : base {
  derived* next() override;
};

derived* derived::next() {
  usleep(1);
  return this;
}

[[noreturn]] void give_up(int n) {
  usleep(unsigned(n));
  std::exit(n);
}

constexpr int nap(int n) {
  if (n > 0) usleep(unsigned(n));
  return n;
}

int large() {
  char buffer[65536];
  return int(read(0, buffer, sizeof buffer));
}

int main(int, char*[]) {
  derived d;
  base* b = d.next();
  std::vector<std::function<int(int)>> all = {nap};
  std::async([] { usleep(1); });
  if (b == nullptr) give_up(1);
  return all[0](1) + large();
}
