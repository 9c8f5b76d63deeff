// SPDX-License-Identifier: MIT
// cat: writes files, or what it is given on stdin, to stdout

#include <vector>

#include "green/err.h"
#include "green/fcntl.h"
#include "green/green.h"
#include "green/string.h"
#include "green/unique_fd.h"
#include "green/unistd.h"

green::task<bool> copy(int from, const char* name) {
  std::vector<char> buffer(size_t{128} * 1024);
  for (;;) {
    ssize_t got = co_await green::read(from, buffer.data(), buffer.size());
    if (got == 0) co_return true;
    if (got < 0) {
      // greenify: allow(warn) one line for a terminal or a log
      warn("%s", name);
      co_return false;
    }
    ssize_t put =
        co_await green::write(STDOUT_FILENO, buffer.data(), size_t(got));
    if (put != got) err(1, "write error");
  }
}

green::task<bool> print(const char* name) {
  if (strcmp(name, "-") == 0) co_return co_await copy(STDIN_FILENO, "stdin");
  green::unique_fd file(co_await green::open(name, O_RDONLY | O_CLOEXEC));
  if (!file) {
    // greenify: allow(warn) one line for a terminal or a log
    warn("%s", name);
    co_return false;
  }
  co_return co_await copy(file.get(), name);
}

green::task<int> print_all(std::vector<const char*> names) {
  int status = 0;
  for (const char* name : names) {
    if (!co_await print(name)) status = 1;
  }
  co_return status;
}

int main(int argc, char** argv) {
  std::vector<const char*> names(argv + 1, argv + argc);
  if (!names.empty() && strcmp(names[0], "--") == 0) {
    names.erase(names.begin());
  } else {
    for (const char* name : names) {
      if (name[0] != '-' || name[1] == 0) continue;
      errx(2, "no such option: '%s'\nusage: cat [--] [FILE...]", name);
    }
  }
  if (names.empty()) names.push_back("-");
  return green::run(print_all, names);
}
