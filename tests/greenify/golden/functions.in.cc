// Functions: results, declarations, returns.
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

static int declared(int fd);
extern void also_declared(int fd);

struct holder {
  int value = 0;
  int& refer(int fd);
  const int* point(int fd) const;
  static long count(int fd);
  friend void befriend(holder& h, int fd);
};

int& holder::refer(int fd) {
  ::read(fd, &value, sizeof value);
  return value;
}

const int* holder::point(int fd) const {
  if (fd < 0) return 0;
  if (sleep(1)) return NULL;
  return &value;
}

long holder::count(int fd) { return read(fd, nullptr, 0); }

void befriend(holder& h, int fd) { h.refer(fd) = 1; }

static int declared(int fd) { return int(holder::count(fd)); }

void also_declared(int fd) {
  if (fd < 0) return;
  declared(fd);
}

inline unsigned long long wide(int fd) { return (unsigned)declared(fd); }

auto trailing(int fd) -> std::pair<int, int> { return {declared(fd), fd}; }

auto deduced(int fd) { return trailing(fd); }

const int constant(int fd) { return declared(fd); }

std::unique_ptr<int> owned(int fd) {
  auto p = std::make_unique<int>(declared(fd));
  return p;
}

std::vector<int> listed(int fd) {
  const int n = declared(fd);
  return {n, n};
}

void passed(int fd) { return also_declared(fd); }

int main() {
  passed(0);
  const int* p = holder().point(constant(0));
  return *owned(0) + listed(0)[0] + deduced(0).first + int(wide(0)) +
         (p != nullptr);
}
