// Where nothing may wait.
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

int wait_for(int fd) { return int(read(fd, nullptr, 0)); }

int wait_for_one() { return wait_for(1); }

struct made {
  int value;
  explicit made(int fd) : value(wait_for(fd)) {}
  int member = wait_for(1);
};

int global = wait_for(0);

decltype(wait_for(0)) typed = 0;

size_t size_of() { return sizeof(wait_for(0)); }

int defaulted(int n = wait_for(0)) { return n; }

int variadic(int fd, ...) { return wait_for(fd); }

struct base {
  virtual ~base() { std::lock_guard<std::mutex> lock(m); }
  std::mutex m;
};

std::function<long()> named = wait_for_one;

void on_signal(int) { wait_for(0); }

int compare(const void*, const void*) { return wait_for(0); }

int main() {
  static int once = wait_for(0);
  made m(0);
  base b;
  std::vector<int> v = {2, 1};
  std::sort(v.begin(), v.end(),
            [](int x, int y) { return x < y + wait_for(0); });
  signal(SIGINT, on_signal);
  qsort(v.data(), v.size(), sizeof(int), compare);
  std::thread t;
  t.native_handle();
  return int(named() + typed) + once + defaulted() + variadic(0) + global + m.value;
}
