// Macros of the program, and of the system.
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>

#define CHECK(x) \
  do {           \
    if (!(x)) abort(); \
  } while (0)
#define READ(fd, c) read(fd, &c, 1)
#define FIRST(fd) first(fd)
#define RETURN_IF(x, value) \
  do {                      \
    if (x) return value;    \
  } while (0)
#define RETURN_IF_BAD(fd) RETURN_IF((fd) < 0, 'x')
#define TASKS_ONLY(x) \
  if (x) return 'y'
#define NAP(n) usleep(n)

char first(int fd) {
  char c = 0;
  RETURN_IF_BAD(fd);
  TASKS_ONLY(fd == 7);
  CHECK(read(fd, &c, 1) == 1);
  assert(read(fd, &c, 1) == 1);
  READ(fd, c);
  return c;
}

char second(int fd) {
  char c = 0;
  READ(fd, c);
  return FIRST(fd);
}

char plain(int n) {
  RETURN_IF_BAD(n);
  RETURN_IF(n == 1, 'z');
  return char(n);
}

int main() {
  NAP(1);
  return FIRST(0) + plain(2) + second(0);
}
