// SPDX-License-Identifier: MIT
// The calls of <stdio.h> that write: to files, pipes and streams in memory, and
// in each mode of buffering.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/sanitizers.h"
#include "tests/support/sockets.h"
#include "tests/support/stdio_sides.h"

using tests::answer;
using tests::answers;
using tests::task_of;

namespace {

std::string state(FILE* f) {
  return std::string(::feof(f) != 0 ? " eof" : "") +
         (::ferror(f) != 0 ? " error" : "");
}

// What a pipe holds now.
std::string held(int fd) {
  std::string all;
  std::array<char, 4096> part{};
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  for (;;) {
    const ssize_t got = ::read(fd, part.data(), part.size());
    if (got <= 0) return all;
    all.append(part.data(), static_cast<size_t>(got));
  }
}

// After each call: what has reached the pipe, and what has not.
template <class S>
task_of<S> writes(answers& out, int mode) {
  const auto ends = tests::pipe_descriptors();
  FILE* const f = ::fdopen(::dup(ends.b), "w");
  if (mode >= 0) ::setvbuf(f, nullptr, mode, 0);
  const auto add = [&](const char* name, long result) {
    const size_t left =
        f->_IO_write_ptr > f->_IO_write_base
            ? static_cast<size_t>(f->_IO_write_ptr - f->_IO_write_base)
            : 0;
    out.add(std::string(name) + " " + std::to_string(left) + " left" +
                state(f) + ": " + held(ends.a),
            {result, 0});
  };
  const std::string longer(5000, 'x');
  errno = 77;
  add("fputc", co_await S::fputc('a' + 256, f));
  add("fputc", co_await S::fputc('\n', f));
  add("fputs", co_await S::fputs("one", f));
  add("fputs", co_await S::fputs("", f));
  add("fputs", co_await S::fputs("two\nthree", f));
  add("putw", co_await S::putw(0x31323334, f));
  add("fprintf", co_await S::fprintf(f, "%d %s\n", 5, "words"));
  add("fprintf", co_await S::fprintf(f, "%s", ""));
  add("fwrite", static_cast<long>(co_await S::fwrite("abcdef", 2, 3, f)));
  add("fwrite", static_cast<long>(co_await S::fwrite("abcdef", 0, 3, f)));
  add("fflush", co_await S::fflush(f));
  add("fflush", co_await S::fflush(f));
  for (int i = 0; i < 3; ++i) {
    add("longer",
        static_cast<long>(co_await S::fwrite(longer.data(), 1000, 5, f)));
    add("a line", co_await S::fputs("\n", f));
    add("fflush", co_await S::fflush(f));
  }
  out.add("errno", {errno, 0});
  add("rest", co_await S::fputs("rest", f));
  out.add("fclose", co_await S::fclose(f));
  out.add(held(ends.a), {0, 0});
}

template <class S>
task_of<S> refuses(answers& out) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const tests::temporary_folder folder;
  auto ends = tests::pipe_descriptors();
  ends.a.reset();
  FILE* const broken = ::fdopen(::dup(ends.b), "w");
  FILE* const full = ::fopen("/dev/full", "w");
  FILE* const reader = ::fopen(folder.file("a", "abc").c_str(), "r");
  FILE* const wide = ::fopen(folder.at("b").c_str(), "w");
  FILE* const closed = ::fdopen(::dup(ends.b), "w");
  ::close(::fileno(closed));
  ::fwide(wide, 1);
  for (FILE* const f : {broken, full, reader, wide, closed}) {
    const auto add = [&](const char* name, long result) {
      out.add(name + state(f), {result, result <= 0 ? errno : 0});
      errno = 0;
      ::clearerr(f);
    };
    errno = 0;
    add("fputs", co_await S::fputs("text", f));
    add("fflush", co_await S::fflush(f));
    add("fprintf", co_await S::fprintf(f, "%d", 5));
    if (f != wide) add("fputc", co_await S::fputc('c', f));
    errno = 0;
    const int closed_now = co_await S::fclose(f);
    out.add("fclose", {closed_now, errno});
  }
  ::signal(SIGPIPE, before);
}

// Formats whose places are numbered, that count, and that cannot be printed.
template <class S>
task_of<S> prints(answers& out) {
  const auto ends = tests::pipe_descriptors();
  FILE* const f = ::fdopen(::dup(ends.b), "w");
  const std::string numbered = "%2$s %1$d %2$s|";  // not ISO C++
  out.add("numbered", co_await S::fprintf(f, numbered.c_str(), 5, "five"));
  const std::string width = "%2$*1$d|";
  out.add("width", co_await S::fprintf(f, width.c_str(), 5, 7));
  int first = -1, second = -1;
  const std::string counts = "abc%n%*d%n|";
  out.add("counts",
          co_await S::fprintf(f, counts.c_str(), &first, 9, 1, &second));
  out.add("first", first);
  out.add("second", second);
  out.add("dprintf", co_await S::dprintf(ends.b, numbered.c_str(), 6, "six"));
  errno = 0;
  out.add("bytes", co_await S::fprintf(f, "%.*s|", 2, "abcdef"));
  out.add("long", co_await S::fprintf(f, "%*d%600d|", 90, 1, 2));
  errno = 0;
  const int none = co_await S::fprintf(f, "%ls", L"\x7fffffff");
  out.add("no character", {none, errno});
  ::clearerr(f);
  errno = 0;
  const std::string wide = "%9999999999d";
  const int over = co_await S::fprintf(f, wide.c_str(), 1);
  out.add("too long", {over, errno});
  ::clearerr(f);
  out.add("fclose", co_await S::fclose(f));
  out.add(held(ends.a), {0, 0});
}

template <class S>
task_of<S> prints_to_descriptors(answers& out) {
  const tests::temporary_folder folder;
  const tests::descriptor to(::open(folder.at("a").c_str(), O_CREAT | O_RDWR));
  out.add("dprintf", co_await S::dprintf(to, "%s-%d\n", "a", 3));
  out.add("dprintf", co_await S::dprintf(to, "%s", ""));
  // The original loses the memory of its buffer then.
  if (!tests::with_address_sanitizer()) {
    out.add("dprintf", co_await S::dprintf(-1, "%d", 3));
  }
  out.add(tests::contents(folder.at("a")), {0, 0});
}

// Reading and writing take turns on one stream.
template <class S>
task_of<S> updates(answers& out) {
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "one\ntwo\nthree\nfour\n");
  FILE* const f = ::fopen(path.c_str(), "r+");
  std::array<char, 20> line{};
  const auto read = [&](const char* got) {
    out.add(std::string(got == nullptr ? "none" : got) + state(f), 0);
  };
  read(co_await S::fgets(line.data(), 20, f));
  out.add("seek", co_await S::fseek(f, 0, SEEK_CUR));
  out.add("write", co_await S::fputs("TWO", f));
  out.add("seek", co_await S::fseeko(f, 1, SEEK_CUR));
  read(co_await S::fgets(line.data(), 20, f));
  out.add("place", ::ftell(f));
  out.add("write", co_await S::fputs("FOUR", f));
  out.add("place", ::ftell(f));
  co_await S::rewind(f);
  ::ungetc('!', f);
  read(co_await S::fgets(line.data(), 20, f));
  out.add("end", co_await S::fseek(f, 0, SEEK_END));
  fpos_t end{};
  ::fgetpos(f, &end);
  out.add("write", co_await S::fprintf(f, "five%c", '\n'));
  out.add("flush", co_await S::fflush(f));
  out.add("back", co_await S::fsetpos(f, &end));
  read(co_await S::fgets(line.data(), 20, f));
  read(co_await S::fgets(line.data(), 20, f));
  errno = 0;
  out.add("before the start", co_await S::fseek(f, -1, SEEK_SET));
  out.add("no whence", co_await S::fseek(f, 0, 77));
  out.add("fclose", co_await S::fclose(f));
  out.add(tests::contents(path), 0);
}

}  // namespace

TEST_CASE("each mode of buffering writes as the original's") {
  for (const int mode : {-1, _IOFBF, _IOLBF, _IONBF}) {
    CAPTURE(mode);
    tests::compare([=]<class S>(answers& out) { return writes<S>(out, mode); });
  }
}

TEST_CASE("what the originals refuse to write is refused") {
  tests::compare([]<class S>(answers& out) { return refuses<S>(out); });
}

TEST_CASE("formats have numbered places, counts and mistakes") {
  tests::compare([]<class S>(answers& out) { return prints<S>(out); });
}

TEST_CASE("dprintf writes to descriptors") {
  tests::compare(
      []<class S>(answers& out) { return prints_to_descriptors<S>(out); });
}

TEST_CASE("a stream is read and written in turn") {
  tests::compare([]<class S>(answers& out) { return updates<S>(out); });
}

TEST_CASE("printf formats at the call") {
  green::run([]() -> green::task<> {
    const auto ends = tests::pipe_descriptors();
    FILE* const f = ::fdopen(::dup(ends.b), "w");
    auto text = std::make_unique<std::string>("words");
    auto call = green::fprintf(f, "%s\n", text->c_str());
    text.reset();
    CHECK(co_await call == 6);
    CHECK(co_await green::fclose(f) == 0);
    CHECK(held(ends.a) == "words\n");
  });
}

TEST_CASE("fflush of a null pointer writes what all streams hold") {
  green::run([]() -> green::task<> {
    const auto one = tests::pipe_descriptors(), two = tests::pipe_descriptors();
    FILE* const f = ::fdopen(::dup(one.b), "w");
    FILE* const g = ::fdopen(::dup(two.b), "w");
    CHECK(co_await green::fputs("first", f) == 1);
    ::fputs("second", g);
    CHECK(co_await green::fflush(nullptr) == 0);
    CHECK(held(one.a) == "first");
    CHECK(held(two.a) == "second");
    CHECK(co_await green::fclose(f) == 0);
    CHECK(co_await green::fclose(g) == 0);
  });
}

TEST_CASE("plain calls and green's share a stream") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const to = ::fdopen(ends.b.release(), "w");
    FILE* const from = ::fdopen(ends.a.release(), "r");
    ::fputs("a\n", to);
    CHECK(co_await green::fputs("b\n", to) == 1);
    ::fputs("c\nd", to);
    CHECK(co_await green::fputc('\n', to) == '\n');
    CHECK(::fflush(to) == 0);
    std::array<char, 20> line{};
    for (const char* const wanted : {"a\n", "c\n"}) {
      CHECK(std::string(co_await green::fgets(line.data(), 20, from)) ==
            wanted);
      const char* const next = *wanted == 'a' ? "b\n" : "d\n";
      CHECK(std::string(::fgets(line.data(), 20, from)) == next);
    }
    CHECK(co_await green::fclose(to) == 0);
    CHECK(co_await green::fgetc(from) == EOF);
    CHECK(co_await green::fclose(from) == 0);
  });
}
