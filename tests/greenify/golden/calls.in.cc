// Calls: precedence, nesting, qualified names, names that stay.
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

struct point {
  int x;
};

point read_point(int fd) {
  point p;
  ::read(fd, &p, sizeof p);
  return p;
}

const char* read_name(int fd) {
  static char name[8];
  read(fd, name, sizeof name);
  return name;
}

int next(int fd) { return read_point(fd).x + -read_point(fd).x; }

bool both(int a, int b) {
  return next(a) == 1 && !next(b) && (next(a) ? next(b) : 0) != next(a);
}

char letter(int fd) { return read_name(fd)[next(fd) % 8]; }

std::string text(int fd) {
  std::string s = read_name(fd);
  for (char c : std::string(read_name(fd))) s += c;
  while (char c = letter(fd)) s += c;
  switch (next(fd)) {
    case 1:
      s += read_name(fd);
      break;
    default:
      throw next(fd);
  }
  return s;
}

bool exists(const char* path) {
  struct stat st;
  return stat(path, &st) == 0;
}

void limits(int fd) {
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &on, sizeof on);
}

int main(int argc, char** argv) {
  if (argc > 1 && exists(argv[1])) limits(0);
  return both(0, 1) ? int(text(0).size()) : EXIT_FAILURE;
}
