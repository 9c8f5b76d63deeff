// Calls: precedence, nesting, qualified names, names that stay.
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/unistd.h"

#include <cstdlib>
#include <string>
#include "green/green.h"

struct point {
  int x;
};

green::task<point> read_point(int fd) {
  point p;
  co_await green::read(fd, &p, sizeof p);
  co_return p;
}

green::task<const char*> read_name(int fd) {
  static char name[8];
  co_await green::read(fd, name, sizeof name);
  co_return name;
}

green::task<int> next(int fd) { co_return (co_await read_point(fd)).x + -(co_await read_point(fd)).x; }

green::task<bool> both(int a, int b) {
  co_return co_await next(a) == 1 && !co_await next(b) && (co_await next(a) ? co_await next(b) : 0) != co_await next(a);
}

green::task<char> letter(int fd) { co_return (co_await read_name(fd))[co_await next(fd) % 8]; }

green::task<std::string> text(int fd) {
  std::string s = co_await read_name(fd);
  for (char c : std::string(co_await read_name(fd))) s += c;
  while (char c = co_await letter(fd)) s += c;
  switch (co_await next(fd)) {
    case 1:
      s += co_await read_name(fd);
      break;
    default:
      throw co_await next(fd);
  }
  co_return s;
}

green::task<bool> exists(const char* path) {
  struct stat st;
  co_return co_await green::stat(path, &st) == 0;
}

void limits(int fd) {
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  green::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &on, sizeof on);
}

green::task<int> green_main(int argc, char** argv) {
  if (argc > 1 && co_await exists(argv[1])) limits(0);
  co_return co_await both(0, 1) ? int((co_await text(0)).size()) : EXIT_FAILURE;
}

int main(int argc, char** argv) {
  return green::run(green_main, argc, argv);
}
