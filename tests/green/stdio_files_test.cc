// SPDX-License-Identifier: MIT
// The calls of <stdio.h> that open, close and place streams.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/unistd.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/sanitizers.h"
#include "tests/support/sockets.h"
#include "tests/support/stdio_sides.h"
#include "tests/support/waiting.h"

using tests::answers;
using tests::task_of;

namespace {

template <class S>
task_of<S> opens(answers& out) {
  const tests::temporary_folder folder;
  const std::string there = folder.file("a", "abc\n"), none = folder.at("none"),
                    below = there + "/b";
  for (const std::string& path :
       {there, none, below, folder.path(), std::string()}) {
    for (const char* mode :
         {"r", "r+", "w", "w+", "a", "a+", "rb", "wx", "wbx+", "re", "w+be", "",
          "x", "+r", "rx", "rrrrrr+", "rrrrrrr+", "r,ccs=UTF-8",
          "r,ccs=nothing"}) {
      // The original keeps tables for codes until the process ends.
      const bool coded = std::strstr(mode, "ccs=") != nullptr;
      if (coded && tests::with_address_sanitizer()) continue;
      ::unlink(none.c_str());
      errno = 0;
      FILE* const f = co_await S::fopen(path.c_str(), mode);
      const std::string name =
          (path.empty() ? path : path.substr(folder.path().size())) + " " +
          mode;
      out.add(name, {f == nullptr ? -1 : 0, errno});
      if (f == nullptr) continue;
      out.add("flags", ::fcntl(::fileno(f), F_GETFL));
      out.add("of descriptor", ::fcntl(::fileno(f), F_GETFD));
      out.add("place", ::ftell(f));
      errno = 0;
      const int put = co_await S::fputs("xy", f);
      out.add("fputs", {put, put < 0 ? errno : 0});
      out.add("fclose", co_await S::fclose(f));
      out.add(tests::contents(there) + "|" + tests::contents(none), 0);
    }
  }
}

template <class S>
task_of<S> opens_again(answers& out) {
  const tests::temporary_folder folder;
  const std::string a = folder.at("a"), b = folder.at("b");
  FILE* f = co_await S::fopen(a.c_str(), "w");
  out.add("one", co_await S::fputs("one", f));
  const int fd = ::fileno(f);
  FILE* const again = co_await S::freopen(b.c_str(), "w+", f);
  out.add("the same", again == f);
  out.add("its descriptor", ::fileno(f) == fd);
  out.add("two", co_await S::fputs("two", f));
  co_await S::rewind(f);
  out.add("reads", co_await S::fgetc(f));
  out.add("mode", co_await S::freopen(nullptr, "r", f) == f);
  out.add("writes", co_await S::fputs("more", f));
  out.add("fclose", co_await S::fclose(f));
  out.add(tests::contents(a) + "|" + tests::contents(b), 0);
  // The original loses the memory of a stream that cannot be opened again.
  if (tests::with_address_sanitizer()) co_return;
  f = co_await S::fopen(a.c_str(), "r");
  errno = 0;
  FILE* const none = co_await S::freopen("/nowhere/at/all", "r", f);
  out.add("nowhere", {none == nullptr ? -1 : 0, errno});
}

// A child shares the place of the file, so fclose has to leave it where the
// program has read.
template <class S>
task_of<S> places(answers& out) {
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "one\ntwo\nthree\n");
  const tests::descriptor other(::open(path.c_str(), O_RDONLY));
  FILE* const f = ::fdopen(::dup(other), "r");
  std::array<char, 20> line{};
  const char* got = co_await S::fgets(line.data(), 20, f);
  out.add(got != nullptr ? got : "none", 0);
  out.add("fflush", co_await S::fflush(f));
  out.add("place", ::lseek(other, 0, SEEK_CUR));
  got = co_await S::fgets(line.data(), 20, f);
  out.add(got != nullptr ? got : "none", ::ftell(f));
  out.add("seek", co_await S::fseek(f, -3, SEEK_CUR));
  got = co_await S::fgets(line.data(), 20, f);
  out.add(got != nullptr ? got : "none", ::ftell(f));
  out.add("fclose", co_await S::fclose(f));
  out.add("place", ::lseek(other, 0, SEEK_CUR));
  const auto ends = tests::pipe_descriptors();
  FILE* const pipe = ::fdopen(::dup(ends.a), "r");
  out.add("a pipe", co_await S::fseek(pipe, 0, SEEK_SET));
  out.add("fclose", co_await S::fclose(pipe));
  FILE* const own = co_await S::tmpfile();
  out.add("tmpfile", own != nullptr);
  out.add("writes", co_await S::fputs("abc", own));
  out.add("seek", co_await S::fseeko(own, 1, SEEK_SET));
  out.add("reads", co_await S::fgetc(own));
  out.add("fclose", co_await S::fclose(own));
}

}  // namespace

TEST_CASE("files are opened in each mode") {
  tests::compare([]<class S>(answers& out) { return opens<S>(out); });
}

TEST_CASE("a stream is opened again") {
  tests::compare([]<class S>(answers& out) { return opens_again<S>(out); });
}

TEST_CASE("a stream's place in its file is kept") {
  tests::compare([]<class S>(answers& out) { return places<S>(out); });
}

TEST_CASE("fopen of a FIFO waits for its other end, and can be ended") {
  green::run([]() -> green::task<> {
    const tests::temporary_folder folder;
    const std::string path = folder.at("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    co_await tests::check_interruptible(
        [&]() -> green::task<> { co_await green::fopen(path.c_str(), "r"); });
    FILE* reader = nullptr;
    const auto reads = [&]() -> green::task<> {
      reader = co_await green::fopen(path.c_str(), "r");
    };
    const auto g = co_await tests::started(reads);
    FILE* const writer = co_await green::fopen(path.c_str(), "w");
    co_await g.join();
    CHECK(reader != nullptr);
    CHECK(co_await green::fclose(writer) == 0);
    CHECK(co_await green::fclose(reader) == 0);
  });
}

TEST_CASE("a kill waits until freopen has opened the stream again") {
  green::run([]() -> green::task<> {
    const tests::temporary_folder folder;
    const std::string path = folder.at("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    FILE* const f = co_await green::fopen("/dev/null", "r");
    const auto opens = [&]() -> green::task<> {
      CHECK(co_await green::freopen(path.c_str(), "r", f) == f);
      co_await green::sleep();
    };
    const auto g = co_await tests::started(opens);
    g.kill_nowait();
    co_await tests::others_wait();
    CHECK_FALSE(g.ready());
    FILE* const writer = co_await green::fopen(path.c_str(), "w");
    co_await g.join();
    CHECK(g.was_killed());
    CHECK(co_await green::fputs("a", writer) == 1);
    CHECK(co_await green::fclose(writer) == 0);
    CHECK(co_await green::fgetc(f) == 'a');
    CHECK(co_await green::fclose(f) == 0);
  });
}

TEST_CASE("a prompt is printed before a terminal is read") {
  int master = -1, slave = -1;
  REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
  const tests::descriptor ours(master), theirs(slave);
  FILE* const terminal = ::fdopen(::dup(theirs), "r");
  FILE* const prompts = ::fdopen(::dup(theirs), "w");
  FILE* const stdout_before = std::exchange(stdout, prompts);
  green::run([&]() -> green::task<> {
    CHECK(co_await green::printf("your name? ") == 11);
    std::array<char, 20> line{};
    const auto reads = [&]() -> green::task<> {
      CHECK(co_await green::fgets(line.data(), 20, terminal) == line.data());
    };
    const auto g = co_await tests::started(reads);
    std::array<char, 20> shown{};
    CHECK(co_await green::read(ours, shown.data(), 20) == 11);
    CHECK(::write(ours, "me\n", 3) == 3);
    co_await g.join();
    CHECK(std::string(line.data()) == "me\n");
  });
  stdout = stdout_before;
  ::fclose(prompts);
  ::fclose(terminal);
}
