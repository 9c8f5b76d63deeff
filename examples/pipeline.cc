// SPDX-License-Identifier: MIT
// pipeline: the most frequent words of a file by three children, with progress

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <vector>

#include "green/err.h"
#include "green/errno.h"
#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/subprocess.h"
#include "green/sys/stat.h"
#include "green/unique_fd.h"
#include "green/unistd.h"

namespace sp = green::subprocess;
using namespace std::chrono_literals;

// What is at work: words | sort | count. The children that are not the last
// write to the next one's stdin, not to us.
struct pipeline {
  sp::popen words{{"tr", "-cs", "A-Za-z", "\n"},
                  sp::options().stdin(sp::pipe).stdout(sp::pipe)};
  sp::popen sort{{"sort"}, sp::options().stdin(words.out()).stdout(sp::pipe)};
  sp::popen count{{"uniq", "-c"},
                  sp::options().stdin(sort.out()).stdout(sp::pipe)};
};

// Feeds the file to the first child, and knows how far it is.
green::task<bool> feed(sp::writer& to, int file, size_t& done) {
  std::vector<char> part(size_t{64} * 1024);
  ssize_t got = 0;
  while ((got = co_await green::read(file, part.data(), part.size())) > 0) {
    co_await to.write({part.data(), size_t(got)});
    done += size_t(got);
  }
  // greenify: allow(warn) one line for a terminal or a log
  if (got < 0) warn("read");
  co_await to.close();
  co_return got == 0;
}

green::task<> show(const size_t& done, size_t all) {
  for (;;) {
    co_await green::sleep(100ms);
    co_await green::fprintf(stderr, "%zu%% of %zu bytes\n",
                            all > 0 ? done * 100 / all : 100, all);
  }
}

struct frequency {
  long count;
  std::string word;
};

green::task<int> count_words(const char* name, size_t most) {
  struct ::stat about;
  green::unique_fd file(co_await green::open(name, O_RDONLY | O_CLOEXEC));
  if (!file) throw std::system_error(errno, std::generic_category(), name);
  co_await green::fstat(file.get(), &about);
  pipeline line;
  co_await line.words.out().close();  // the children's own, from now on
  co_await line.sort.out().close();

  size_t done = 0;
  auto progress = green::spawn(show, std::cref(done), size_t(about.st_size));
  auto feeding =
      green::spawn(feed, std::ref(line.words.in()), file.get(), std::ref(done));
  std::vector<frequency> all;
  while (auto text = co_await line.count.out().read_line()) {
    size_t used = 0;
    long count = std::stol(*text, &used);
    if (used + 1 < text->size()) all.push_back({count, text->substr(used + 1)});
  }
  co_await progress.kill();
  int status = co_await feeding.get() ? 0 : 1;
  co_await green::fprintf(stderr, "%zu bytes done\n", done);

  std::ranges::sort(all, [](const frequency& a, const frequency& b) {
    return a.count != b.count ? a.count > b.count : a.word < b.word;
  });
  for (size_t i = 0; i < all.size() && i < most; ++i) {
    co_await green::printf("%7ld %s\n", all[i].count, all[i].word.c_str());
  }
  for (sp::popen* p : {&line.words, &line.sort, &line.count}) {
    if (co_await p->wait() != 0) status = 1;
  }
  co_return status;
}

int main(int argc, char** argv) {
  const char usage[] = "usage: pipeline FILE [HOW_MANY]";
  if (argc < 2 || argc > 3) errx(2, "a file is needed\n%s", usage);
  if (argv[1][0] == '-') errx(2, "no such option: '%s'\n%s", argv[1], usage);
  const char* many = argc == 3 ? argv[2] : "10";
  char* end = nullptr;
  const size_t most = strtoul(many, &end, 10);
  if (*many < '0' || *many > '9' || *end != 0) {
    errx(2, "not a number: '%s'\n%s", many, usage);
  }
  try {
    return green::run(count_words, argv[1], most);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
