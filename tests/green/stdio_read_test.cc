// SPDX-License-Identifier: MIT
// The calls of <stdio.h> that read: on files, pipes and streams in memory.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"
#include "tests/support/stdio_sides.h"

using tests::answer;
using tests::answers;
using tests::task_of;

namespace {

// A stream to read these bytes: from a file, a pipe or memory. Nobody gives a
// buffer to `unset`, so that green's is the larger one.
enum class source { file, pipe, memory, unbuffered, unset };
constexpr source sources[] = {source::file, source::pipe, source::memory,
                              source::unbuffered, source::unset};

struct input {
  input(source where, const std::string& bytes) {
    if (where == source::file) {
      stream = ::fopen(folder.file("a", bytes).c_str(), "r");
    } else if (where == source::memory) {
      copy = bytes;
      stream = ::fmemopen(copy.data(), copy.size(), "r");
    } else {
      auto ends = tests::pipe_descriptors();
      REQUIRE(::write(ends.b, bytes.data(), bytes.size()) ==
              static_cast<ssize_t>(bytes.size()));
      stream = ::fdopen(ends.a.release(), "r");
    }
    REQUIRE(stream != nullptr);
    if (where == source::unbuffered) ::setvbuf(stream, nullptr, _IONBF, 0);
    if (where == source::pipe) ::setvbuf(stream, nullptr, _IOFBF, 0);
  }
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  ~input() { ::fclose(stream); }

  tests::temporary_folder folder;
  std::string copy;
  FILE* stream;
};

std::string state(FILE* f) {
  return std::string(::feof(f) != 0 ? " eof" : "") +
         (::ferror(f) != 0 ? " error" : "");
}

template <class S>
task_of<S> reads_bytes(answers& out, source where) {
  const input in(where, std::string("ab\xff") + std::string(4, '\1') + "xy");
  errno = 77;
  out.add("fgetc", co_await S::fgetc(in.stream));
  ::ungetc('q', in.stream);
  out.add("put back", co_await S::fgetc(in.stream));
  out.add("fgetc", co_await S::fgetc(in.stream));
  out.add("fgetc 255", co_await S::fgetc(in.stream));
  out.add("getw", co_await S::getw(in.stream));
  const int left = co_await S::getw(in.stream);
  out.add("getw at the end" + state(in.stream), {left, 0});
  const int end = co_await S::fgetc(in.stream);
  out.add("fgetc at the end" + state(in.stream), {end, 0});
  out.add("errno", {errno, 0});
}

template <class S>
task_of<S> reads_lines(answers& out, source where) {
  const std::string longer(9000, 'c');
  const input in(where, "a\nbb\n\n" + longer + "\nlast");
  std::array<char, 5000> line{};
  const int size = static_cast<int>(line.size());
  for (int i = 0; i < 8; ++i) {
    const char* const got = co_await S::fgets(line.data(), size, in.stream);
    out.add(
        std::string(got != nullptr ? line.data() : "none") + state(in.stream),
        {got == line.data(), 0});
  }
  const char* const none = co_await S::fgets(line.data(), 1, in.stream);
  out.add("size 1", {none != nullptr, 0});
  const char* const less = co_await S::fgets(line.data(), 0, in.stream);
  out.add("size 0", {less != nullptr, 0});
}

template <class S>
task_of<S> reads_whole_lines(answers& out, source where) {
  const std::string longer(9000, 'c');
  const input in(where, "a\n" + longer + "\nx;y;" + std::string(2, '\0') + "z");
  char* line = nullptr;
  size_t size = 0;
  for (int i = 0; i < 2; ++i) {
    out.add("getline", co_await S::getline(&line, &size, in.stream));
    // It grows by the pieces that the stream's buffer holds.
    const size_t grown = where == source::unset ? 0 : size;
    out.add(line, {static_cast<long>(grown), 0});
  }
  for (int i = 0; i < 4; ++i) {
    errno = 0;
    const ssize_t got = co_await S::getdelim(&line, &size, ';', in.stream);
    out.add("getdelim" + state(in.stream), {got, errno});
    if (got > 0) out.add(line, {0, 0});
  }
  out.add("null", co_await S::getline(nullptr, &size, in.stream));
  out.add("null", co_await S::getline(&line, nullptr, in.stream));
  std::free(line);
}

template <class S>
task_of<S> reads_items(answers& out, source where) {
  std::string bytes;
  for (int i = 0; i < 20000; ++i) bytes += static_cast<char>('a' + i % 26);
  const input in(where, bytes);
  std::string data(30000, '-');
  for (const size_t count : {0u, 1u, 3u, 1365u, 1365u, 300u, 2000u, 1u}) {
    const size_t got = co_await S::fread(data.data(), 3, count, in.stream);
    out.add(data.substr(0, 3 * got) + state(in.stream),
            {static_cast<long>(got), 0});
  }
  out.add("size 0",
          static_cast<long>(co_await S::fread(data.data(), 0, 9, in.stream)));
}

template <class S>
task_of<S> scans(answers& out, source where) {
  const input in(where, "12 ab 0x1f rest;7,8 nan 3.5e2 tail [xy]z 1 2 % 5 q");
  int a = 0, b = 0, n = 0;
  char word[20] = "", *made = nullptr;
  double x = 0;
  const auto add = [&](const char* name, int found) {
    out.add(name + state(in.stream) + " " + std::to_string(a) + " " +
                std::to_string(b) + " " + word + " " + std::to_string(x),
            {found, 0});
  };
  add("two", co_await S::fscanf(in.stream, "%d %9s", &a, word));
  add("hex", co_await S::fscanf(in.stream, "%i", &a));
  add("set", co_await S::fscanf(in.stream, " %19[^;];", word));
  const std::string numbered = "%2$d,%1$d";  // not ISO C++
  add("pair", co_await S::fscanf(in.stream, numbered.c_str(), &a, &b));
  add("wrong", co_await S::fscanf(in.stream, "%d", &a));
  add("nan", co_await S::fscanf(in.stream, "%lf", &x));
  add("float", co_await S::fscanf(in.stream, "%lf%n", &x, &n));
  out.add("n", {n, 0});
  const std::string making = "%ms";
  add("made", co_await S::fscanf(in.stream, making.c_str(), &made));
  out.add(made, {0, 0});
  std::free(made);
  add("bracket", co_await S::fscanf(in.stream, " [%19[]xy]z", word));
  add("skipped", co_await S::fscanf(in.stream, "%*d%d", &a));
  add("percent", co_await S::fscanf(in.stream, " %%%d", &a));
  add("nothing", co_await S::fscanf(in.stream, "x"));
  add("last", co_await S::fscanf(in.stream, "%s%d", word, &a));
  add("end", co_await S::fscanf(in.stream, "%d", &a));
}

// What is refused, on a stream that only writes and on one of wide characters.
template <class S>
task_of<S> refuses(answers& out) {
  const tests::temporary_folder folder;
  FILE* const writer = ::fopen(folder.at("a").c_str(), "w");
  FILE* const wide = ::fopen(folder.file("b", "abc\n").c_str(), "r");
  FILE* const none = ::fopen(folder.path().c_str(), "r");
  ::fwide(wide, 1);
  for (FILE* const f : {writer, wide, none}) {
    char line[9] = "";
    int number = 0;
    errno = 0;
    const int byte = co_await S::fgetc(f);
    out.add("fgetc" + state(f), {byte, errno});
    errno = 0;
    const char* const got = co_await S::fgets(line, 9, f);
    out.add("fgets" + state(f), {got != nullptr, errno});
    errno = 0;
    const size_t items = co_await S::fread(line, 1, 9, f);
    out.add("fread" + state(f), {static_cast<long>(items), errno});
    errno = 0;
    const int found = co_await S::fscanf(f, "%d", &number);
    out.add("fscanf" + state(f), {found, errno});
    ::fclose(f);
  }
}

}  // namespace

TEST_CASE("bytes, lines, items and numbers are read as by the originals") {
  for (const source where : sources) {
    CAPTURE(static_cast<int>(where));
    tests::compare([=]<class S>(answers& out) -> task_of<S> {
      co_await reads_bytes<S>(out, where);
      co_await reads_lines<S>(out, where);
      co_await reads_whole_lines<S>(out, where);
      co_await reads_items<S>(out, where);
      co_await scans<S>(out, where);
    });
  }
}

TEST_CASE("what the originals refuse to read is refused") {
  tests::compare([]<class S>(answers& out) { return refuses<S>(out); });
}
