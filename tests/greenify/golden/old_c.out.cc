/* Forms of C that C++ has not. */
#include "green/stdio.h"
#include <string.h>
#include "green/unistd.h"
#include "green/green.h"

extern int count;
int count;

namespace { extern int total; }
namespace { extern int table[2]; }
static int *where = &total;
namespace { int total = 1; }
namespace { int table[2]; }

int sum(int a, int b);

green::task<int> read_all(int fd, char *buffer, unsigned long size) {
  co_return (int)co_await green::read(fd, buffer, size);
}

int sum(int a, int b) {
  return a + b;
}

static int last(int n, int values[]) { return values[n - 1]; }

struct inner { int x, y; };
struct outer { struct inner in; int z; };
struct deep { struct outer out; union { int id; long wide; }; };
static struct deep deepest = {
    .out = {.in = {.x = 1, .y = 2}, .z = 3}, .wide = 4};
static struct outer made = {.in = {.x = 1, .y = 2}, .z = 3};

static green::task<int> work(int fd) {
  int result = -1;
  if (fd < 0) goto out;
  int n; n = co_await read_all(fd, (char *)&count, 0ul);
  char line[8]; __builtin_memset(line, 0, sizeof line);
  struct inner pair; pair = {1, 2};
  result = sum(n, pair.x) + line[0];
out:
  co_return result;
}

int main(void) {
  int values[2] = {1, 2};
  int kind = (1);
  switch (kind) {
    case 1:;
      int twice; twice = 2 * kind;
      count = twice;
      break;
    default:
      break;
  }
  return green::run(work, 0) + last(2, values) + made.in.x +
         table[0] * total + *where + deepest.id;
}
