// SPDX-License-Identifier: MIT
// The calls of <stdio.h> on the standard streams, and those with a va_list.
#include <doctest/doctest.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "green/green.h"
#include "green/stdio.h"
#include "tests/support/death.h"
#include "tests/support/files.h"

namespace {

// A standard stream is this file in the scope.
class replaced {
 public:
  replaced(FILE*& standard, const std::string& path, const char* mode)
      : standard_(standard), was_(standard) {
    standard_ = ::fopen(path.c_str(), mode);
    REQUIRE(standard_ != nullptr);
  }
  replaced(const replaced&) = delete;
  replaced& operator=(const replaced&) = delete;
  ~replaced() { ::fclose(std::exchange(standard_, was_)); }

 private:
  FILE*& standard_;
  FILE* const was_;
};

using green::stream_writing;

stream_writing printed(FILE* to, const char* format, ...) {
  va_list list;
  va_start(list, format);
  stream_writing call = to == stdout ? green::vprintf(format, list)
                                     : green::vfprintf(to, format, list);
  va_end(list);
  return call;
}

green::task<int> printed_to(int fd, const char* format, ...) {
  va_list list;
  va_start(list, format);
  green::task<int> call = green::vdprintf(fd, format, list);
  va_end(list);
  return call;
}

green::task<int> scanned(FILE* from, const char* format, ...) {
  va_list list;
  va_start(list, format);
  green::task<int> call = from == stdin ? green::vscanf(format, list)
                                        : green::vfscanf(from, format, list);
  va_end(list);
  return call;
}

}  // namespace

TEST_CASE("what is printed goes to stdout, and perror's to stderr") {
  const tests::temporary_folder folder;
  const std::string out = folder.at("out"), error = folder.at("error");
  {
    const replaced first(stdout, out, "w"), second(stderr, error, "w");
    green::run([]() -> green::task<> {
      CHECK(co_await green::printf("%d ", 1) == 2);
      CHECK(co_await printed(stdout, "%d ", 22) == 3);
      CHECK(co_await green::putchar('a') == 'a');
      CHECK(co_await green::putchar_unlocked('b') == 'b');
      CHECK(co_await green::puts("c") == 2);
      CHECK(co_await green::fflush(stdout) == 0);
      CHECK(co_await printed_to(::fileno(stdout), "%s\n", "d") == 2);
      errno = ENOENT;
      co_await green::perror("why");
      errno = EPERM;
      co_await green::perror("");
      co_await green::perror(nullptr);
      CHECK(co_await printed(stderr, "%s", "end") == 3);
    });
  }
  CHECK(tests::contents(out) == "1 22 abc\nd\n");
  CHECK(tests::contents(error) ==
        "why: No such file or directory\nOperation not permitted\n"
        "Operation not permitted\nend");
}

TEST_CASE("what names no stream is read from stdin") {
  const tests::temporary_folder folder;
  const replaced standard(stdin, folder.file("in", "ab 1 2 3"), "r");
  green::run([]() -> green::task<> {
    CHECK(co_await green::getchar() == 'a');
    CHECK(co_await green::getchar_unlocked() == 'b');
    int number = 0;
    CHECK(co_await green::scanf("%d", &number) == 1);
    CHECK(number == 1);
    CHECK(co_await scanned(stdin, "%d", &number) == 1);
    CHECK(number == 2);
    FILE* const same = stdin;
    CHECK(co_await green::fscanf(same, "%d", &number) == 1);
    CHECK(number == 3);
    CHECK(co_await green::getchar() == EOF);
    CHECK(::feof(stdin) != 0);
  });
}

TEST_CASE("scanf refuses more places than it can keep") {
  const tests::temporary_folder folder;
  FILE* const f = ::fopen(folder.file("a", "1").c_str(), "r");
  green::run([&]() -> green::task<> {
    std::string format;
    for (int i = 0; i < 65; ++i) format += "%d";
    errno = 0;
    CHECK(co_await green::fscanf(f, format.c_str(), nullptr) == EOF);
    CHECK(errno == E2BIG);
  });
  ::fclose(f);
}

TEST_CASE("a null pointer for a stream aborts with a message") {
  FILE* const none = nullptr;
  const auto says = [](auto call) {
    const auto runs = [=] {
      green::run([=]() -> green::task<> { co_await call(); });
    };
    return tests::dying_words(runs).find("null pointer for its stream") !=
           std::string::npos;
  };
  char line[9];
  CHECK(says([=] { return green::fgetc(none); }));
  CHECK(says([&, none] { return green::fgets(line, 9, none); }));
  CHECK(says([=] { return green::fscanf(none, "x"); }));
  CHECK(says([=] { return green::fputs("text", none); }));
  CHECK(says([=] { return green::fprintf(none, "text"); }));
  CHECK(says([=] { return green::rewind(none); }));
  CHECK(says([=] { return green::freopen("/dev/null", "r", none); }));
  CHECK(says([=] { return green::fclose(none); }));
  CHECK(says([=] { return green::pclose(none); }));
}
