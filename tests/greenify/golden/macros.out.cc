// Macros of the program, and of the system.
#include "green/unistd.h"

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include "green/green.h"

#define CHECK(x) \
  do {           \
    if (!(x)) abort(); \
  } while (0)
#define READ(fd, c) co_await green::read(fd, &c, 1)
#define FIRST(fd) co_await first(fd)
#define RETURN_IF(x, value) \
  do {                      \
    if (x) return value;    \
  } while (0)
#define CO_RETURN_IF(x, value) \
  do {                      \
    if (x) co_return value;    \
  } while (0)
#define RETURN_IF_BAD(fd) RETURN_IF((fd) < 0, 'x')
#define CO_RETURN_IF_BAD(fd) CO_RETURN_IF((fd) < 0, 'x')
#define TASKS_ONLY(x) \
  if (x) co_return 'y'
#define NAP(n) co_await green::usleep(n)

green::task<char> first(int fd) {
  char c = 0;
  CO_RETURN_IF_BAD(fd);
  TASKS_ONLY(fd == 7);
  CHECK(co_await green::read(fd, &c, 1) == 1);
  assert(co_await green::read(fd, &c, 1) == 1);
  READ(fd, c);
  co_return c;
}

green::task<char> second(int fd) {
  char c = 0;
  READ(fd, c);
  co_return FIRST(fd);
}

char plain(int n) {
  RETURN_IF_BAD(n);
  RETURN_IF(n == 1, 'z');
  return char(n);
}

green::task<int> green_main() {
  NAP(1);
  co_return FIRST(0) + plain(2) + co_await second(0);
}

int main() {
  return green::run(green_main);
}
