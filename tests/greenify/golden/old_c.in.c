/* Forms of C that C++ has not. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int count;
int count;

static int total;
static int table[2];
static int *where = &total;
static int total = 1;
static int table[2];

int sum();

int read_all(fd, buffer, size)
  int fd;
  char *buffer;
  unsigned long size;
{
  return (int)read(fd, buffer, size);
}

int sum(a, b)
  int a, b;
{
  return a + b;
}

static int last(int n, int values[n]) { return values[n - 1]; }

struct inner { int x, y; };
struct outer { struct inner in; int z; };
struct deep { struct outer out; union { int id; long wide; }; };
static struct deep deepest = {
    .out.in.x = 1, .out.in.y = 2, .out.z = 3, .wide = 4};
static struct outer made = {.in.x = 1, .in.y = 2, .z = 3};

static int work(int fd) {
  int result = -1;
  if (fd < 0) goto out;
  int n = read_all(fd, (char *)&count, 0ul);
  char line[8] = {0};
  struct inner pair = {1, 2};
  result = sum(n, pair.x) + line[0];
out:
  return result;
}

int main(void) {
  int values[2] = {1, 2};
  int kind = _Generic(count, int: 1, default: 2);
  switch (kind) {
    case 1:;
      int twice = 2 * kind;
      count = twice;
      break;
    default:
      break;
  }
  return work(0) + last(2, values) + made.in.x +
         table[0] * total + *where + deepest.id;
}
