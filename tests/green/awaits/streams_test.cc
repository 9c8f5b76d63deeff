// SPDX-License-Identifier: MIT
// Of the POSIX mirrors, the streams of <stdio.h>.
#include <doctest/doctest.h>
#include <stdio.h>

#include <cstdlib>
#include <exception>

#include "green/stdio.h"
#include "tests/support/awaits.h"

using tests::fair;

namespace {
constexpr const char* nowhere = "/nowhere/at/all";

// Streams that never end, and are always ready.
FILE* zeros() {
  static FILE* const stream = ::fopen("/dev/zero", "r");
  return stream;
}
FILE* sink() {
  static FILE* const stream = ::fopen("/dev/null", "w");
  return stream;
}

// A standard stream is another file in this scope.
class replaced {
 public:
  replaced(FILE*& standard, FILE* with) : standard_(standard), was_(standard) {
    standard_ = with;
  }
  replaced(const replaced&) = delete;
  replaced& operator=(const replaced&) = delete;
  ~replaced() { standard_ = was_; }

 private:
  FILE*& standard_;
  FILE* const was_;
};

// At its end.
FILE* closed() {
  static FILE* const stream = ::fopen("/dev/null", "r");
  return stream;
}

green::task<int> scanned(bool standard, const char* format, ...) {
  va_list list;
  va_start(list, format);
  auto call = standard ? green::vscanf(format, list)
                       : green::vfscanf(zeros(), format, list);
  va_end(list);
  return call;
}

green::stream_writing printed(bool standard, const char* format, ...) {
  va_list list;
  va_start(list, format);
  auto call = standard ? green::vprintf(format, list)
                       : green::vfprintf(sink(), format, list);
  va_end(list);
  return call;
}

green::task<int> printed_to_descriptor(const char* format, ...) {
  va_list list;
  va_start(list, format);
  auto call = green::vdprintf(::fileno(sink()), format, list);
  va_end(list);
  return call;
}

green::task<> opened_and_closed() {
  FILE* const stream = ::fopen("/dev/null", "w");
  std::exception_ptr interrupt;
  try {
    co_await green::fclose(stream);
  } catch (...) {
    interrupt = std::current_exception();
  }
  if (!interrupt) co_return;
  ::fclose(stream);
  std::rethrow_exception(interrupt);
}

green::task<> closed_later(green::task<FILE*> opening) {
  FILE* const stream = co_await opening;
  ::fclose(stream);
}

void reads() {
  const replaced standard(stdin, zeros());
  char text[20] = "";
  char* line = nullptr;
  size_t size = 0;
  fair("fgetc", [] { return green::fgetc(zeros()); });
  fair("fgetc_unlocked", [] { return green::fgetc_unlocked(zeros()); });
  fair("getc", [] { return green::getc(zeros()); });
  fair("getc_unlocked", [] { return green::getc_unlocked(zeros()); });
  fair("getw", [] { return green::getw(zeros()); });
  fair("getchar", [] { return green::getchar(); });
  fair("getchar_unlocked", [] { return green::getchar_unlocked(); });
  fair("fgets", [&] { return green::fgets(text, 20, zeros()); });
  fair("fgets_unlocked",
       [&] { return green::fgets_unlocked(text, 20, zeros()); });
  fair("fread", [&] { return green::fread(text, 1, 20, zeros()); });
  fair("fread_unlocked",
       [&] { return green::fread_unlocked(text, 1, 20, zeros()); });
  fair("getdelim", [&] { return green::getdelim(&line, &size, 0, zeros()); });
  fair("getline", [&] { return green::getline(&line, &size, closed()); });
  fair("fscanf", [&] { return green::fscanf(zeros(), "%3c", text); });
  fair("scanf", [&] { return green::scanf("%3c", text); });
  fair("vfscanf", [&] { return scanned(false, "%3c", text); });
  fair("vscanf", [&] { return scanned(true, "%3c", text); });
  std::free(line);
}

void writes() {
  const replaced out(stdout, sink()), error(stderr, sink());
  fair("fputc", [] { return green::fputc('a', sink()); });
  fair("fputc_unlocked", [] { return green::fputc_unlocked('a', sink()); });
  fair("putc", [] { return green::putc('a', sink()); });
  fair("putc_unlocked", [] { return green::putc_unlocked('a', sink()); });
  fair("putw", [] { return green::putw('a', sink()); });
  fair("putchar", [] { return green::putchar('a'); });
  fair("putchar_unlocked", [] { return green::putchar_unlocked('a'); });
  fair("fputs", [] { return green::fputs("a\n", sink()); });
  fair("fputs_unlocked", [] { return green::fputs_unlocked("a\n", sink()); });
  fair("puts", [] { return green::puts("a"); });
  fair("fwrite", [] { return green::fwrite("ab", 1, 2, sink()); });
  fair("fwrite_unlocked",
       [] { return green::fwrite_unlocked("ab", 1, 2, sink()); });
  fair("fprintf", [] { return green::fprintf(sink(), "%d", 5); });
  fair("printf", [] { return green::printf("%d", 5); });
  fair("vfprintf", [] { return printed(false, "%d", 5); });
  fair("vprintf", [] { return printed(true, "%d", 5); });
  fair("dprintf", [] { return green::dprintf(::fileno(sink()), "%d", 5); });
  fair("vdprintf", [] { return printed_to_descriptor("%d", 5); });
  fair("perror", [] { return green::perror("a"); });
  fair("fflush", [] { return green::fflush(sink()); });
  fair("fflush_unlocked", [] { return green::fflush_unlocked(sink()); });
}

void places() {
  fair("fopen", [] { return green::fopen(nowhere, "r"); });
  fair("freopen", [] { return green::freopen("/dev/null", "w", sink()); });
  fair("fclose", [] { return opened_and_closed(); });
  fair("tmpfile", [] { return closed_later(green::tmpfile()); });
  fair("fseek", [] { return green::fseek(sink(), 0, SEEK_SET); });
  fair("fseeko", [] { return green::fseeko(sink(), 0, SEEK_SET); });
  fair("rewind", [] { return green::rewind(sink()); });
  fpos_t place{};
  ::fgetpos(sink(), &place);
  fair("fsetpos", [&] { return green::fsetpos(sink(), &place); });
  fair("remove", [] { return green::remove(nowhere); });
  fair("renameat", [] { return green::renameat(-1, nowhere, -1, nowhere); });
  fair("renameat2",
       [] { return green::renameat2(-1, nowhere, -1, nowhere, 0); });
}

}  // namespace

TEST_CASE("every stream lets others run, and can be ended") {
  reads();
  writes();
  places();
}
