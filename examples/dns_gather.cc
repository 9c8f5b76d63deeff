// SPDX-License-Identifier: MIT
// dns_gather: looks up many names at once and prints them as they come

#include <chrono>
#include <string>
#include <vector>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/netdb.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/string.h"

green::task<bool> look_up(std::string name) {
  addrinfo hints = {}, *list = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  int error = co_await green::getaddrinfo(name.c_str(), nullptr, &hints, &list);
  if (error != 0) {
    co_await green::printf("%s: %s\n", name.c_str(),
                           green::gai_strerror(error));
    co_return false;
  }
  std::string line = name;
  for (addrinfo* a = list; a != nullptr; a = a->ai_next) {
    char text[NI_MAXHOST];
    co_await green::getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text,
                                nullptr, 0, NI_NUMERICHOST);
    line += std::string(" ") + text;
  }
  green::freeaddrinfo(list);
  co_await green::printf("%s\n", line.c_str());
  co_return true;
}

green::task<int> gather(std::vector<std::string> names,
                        std::chrono::duration<double> limit) {
  std::vector<green::greenlet<bool>> jobs;
  for (const std::string& name : names) {
    jobs.push_back(green::spawn(look_up, name));
  }
  co_await green::joinall(jobs, limit);
  bool all = true;
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (!jobs[i].ready()) {
      co_await green::printf("%s: no answer in %g s\n", names[i].c_str(),
                             limit.count());
    }
    all = all && jobs[i].ready() && *jobs[i].value();
  }
  co_return all ? 0 : 1;
}

int main(int argc, char** argv) {
  const char usage[] = "usage: dns_gather [-t SECONDS] NAME...";
  double limit = 10;
  int first = 1;
  if (argc > 1 && strcmp(argv[1], "-t") == 0) {
    char* end = nullptr;
    if (argc > 2) limit = strtod(argv[2], &end);
    if (argc < 3 || end == argv[2] || *end != 0 || !(limit > 0)) {
      errx(2, "-t needs a number of seconds above 0, not '%s'\n%s",
           argc < 3 ? "" : argv[2], usage);
    }
    first = 3;
  }
  if (first >= argc) errx(2, "no name is given\n%s", usage);
  if (argv[first][0] == '-') {
    errx(2, "no such option: '%s'\n%s", argv[first], usage);
  }
  setvbuf(stdout, nullptr, _IOLBF, 0);
  std::vector<std::string> names(argv + first, argv + argc);
  return green::run(gather, names, std::chrono::duration<double>(limit));
}
