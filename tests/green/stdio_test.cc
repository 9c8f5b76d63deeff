// SPDX-License-Identifier: MIT
#include "green/stdio.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "green/sys/wait.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/forks.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/processes.h"
#include "tests/support/stdio_sides.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::childless;
using tests::exited;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::fgetc, ::fgetc));
static_assert(tests::mirrors(green::fgetc_unlocked, ::fgetc_unlocked));
static_assert(tests::mirrors(green::getc, ::getc));
static_assert(tests::mirrors(green::getc_unlocked, ::getc_unlocked));
static_assert(tests::mirrors(green::getw, ::getw));
static_assert(tests::mirrors(green::getchar, ::getchar));
static_assert(tests::mirrors(green::getchar_unlocked, ::getchar_unlocked));
static_assert(tests::mirrors(green::fgets, ::fgets));
static_assert(tests::mirrors(green::fgets_unlocked, ::fgets_unlocked));
static_assert(tests::mirrors(green::fread, ::fread));
static_assert(tests::mirrors(green::fread_unlocked, ::fread_unlocked));
static_assert(tests::mirrors(green::getdelim, ::getdelim));
static_assert(tests::mirrors(green::getline, ::getline));
static_assert(tests::mirrors(green::fscanf, ::fscanf));
static_assert(tests::mirrors(green::scanf, ::scanf));
static_assert(tests::mirrors(green::vfscanf, ::vfscanf));
static_assert(tests::mirrors(green::vscanf, ::vscanf));
static_assert(tests::mirrors(green::fputc, ::fputc));
static_assert(tests::mirrors(green::fputc_unlocked, ::fputc_unlocked));
static_assert(tests::mirrors(green::putc, ::putc));
static_assert(tests::mirrors(green::putc_unlocked, ::putc_unlocked));
static_assert(tests::mirrors(green::putw, ::putw));
static_assert(tests::mirrors(green::putchar, ::putchar));
static_assert(tests::mirrors(green::putchar_unlocked, ::putchar_unlocked));
static_assert(tests::mirrors(green::fputs, ::fputs));
static_assert(tests::mirrors(green::fputs_unlocked, ::fputs_unlocked));
static_assert(tests::mirrors(green::puts, ::puts));
static_assert(tests::mirrors(green::fwrite, ::fwrite));
static_assert(tests::mirrors(green::fwrite_unlocked, ::fwrite_unlocked));
static_assert(tests::mirrors(green::fprintf, ::fprintf));
static_assert(tests::mirrors(green::printf, ::printf));
static_assert(tests::mirrors(green::vfprintf, ::vfprintf));
static_assert(tests::mirrors(green::vprintf, ::vprintf));
static_assert(tests::mirrors(green::dprintf, ::dprintf));
static_assert(tests::mirrors(green::vdprintf, ::vdprintf));
static_assert(tests::mirrors(green::perror, ::perror));
static_assert(tests::mirrors(green::fflush, ::fflush));
static_assert(tests::mirrors(green::fflush_unlocked, ::fflush_unlocked));
static_assert(tests::mirrors(green::fopen, ::fopen));
static_assert(tests::mirrors(green::freopen, ::freopen));
static_assert(tests::mirrors(green::fclose, ::fclose));
static_assert(tests::mirrors(green::tmpfile, ::tmpfile));
static_assert(tests::mirrors(green::fseek, ::fseek));
static_assert(tests::mirrors(green::fseeko, ::fseeko));
static_assert(tests::mirrors(green::rewind, ::rewind));
static_assert(tests::mirrors(green::fsetpos, ::fsetpos));
static_assert(tests::mirrors(green::remove, ::remove));
static_assert(tests::mirrors(green::renameat, ::renameat));
static_assert(tests::mirrors(green::renameat2, ::renameat2));
static_assert(tests::mirrors(green::rename, ::rename));
static_assert(tests::mirrors(green::popen, ::popen));
static_assert(tests::mirrors(green::pclose, ::pclose));

namespace {

struct original : tests::stdio_original {
  static constexpr tests::blocking_call waitid = &::waitid;
};

struct mirror : tests::stdio_mirror {
  static constexpr auto waitid = &green::waitid;
};

template <class S>
task_of<S> renames(answers& out) {
  const tests::temporary_folder place;
  const std::string a = place.at("a"), b = place.at("b"), sub = place.at("sub");
  const std::string none = place.at("none"), below = a + "/x";
  ::close(::open(a.c_str(), O_CREAT | O_WRONLY, 0600));
  ::mkdir(sub.c_str(), 0700);
  out.add("rename", co_await S::rename(a.c_str(), b.c_str()));
  out.add("there", ::access(b.c_str(), F_OK));
  out.add("gone", ::access(a.c_str(), F_OK));
  out.add("from none", co_await S::rename(none.c_str(), a.c_str()));
  out.add("onto a folder", co_await S::rename(b.c_str(), sub.c_str()));
  out.add("folder onto", co_await S::rename(sub.c_str(), b.c_str()));
  out.add("itself", co_await S::rename(b.c_str(), b.c_str()));
  out.add("empty", co_await S::rename("", b.c_str()));
  out.add("below none", co_await S::rename(b.c_str(), below.c_str()));
  out.add("nowhere", co_await S::rename(tests::nowhere<char>(), b.c_str()));
  out.add("at", co_await S::renameat(AT_FDCWD, b.c_str(), -1, a.c_str()));
  out.add("at nothing", co_await S::renameat(-1, "b", AT_FDCWD, a.c_str()));
  ::close(::open(a.c_str(), O_CREAT | O_WRONLY, 0600));
  const unsigned keep = RENAME_NOREPLACE;
  out.add("no replacing", co_await S::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD,
                                                b.c_str(), keep));
  out.add("exchange", co_await S::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD,
                                            b.c_str(), RENAME_EXCHANGE));
  out.add("no flags", co_await S::renameat2(-1, "a", -1, "b", 1u << 30));
  out.add("remove", co_await S::remove(a.c_str()));
  out.add("again", co_await S::remove(a.c_str()));
  out.add("a folder", co_await S::remove(sub.c_str()));
  out.add("not empty", co_await S::remove(place.path().c_str()));
}

template <class S>
task_of<S> bad_modes(answers& out) {
  for (const char* mode : {"", "x", "rw", "r+", "e", "rb", "rr", "we", "er"}) {
    errno = 0;
    FILE* const f = co_await S::popen("exit 0", mode);
    out.add(std::string("mode ") + mode, {f == nullptr ? -1 : 0, errno});
    if (f != nullptr) out.add("closed", co_await S::pclose(f));
  }
}

template <class S>
task_of<S, int> closed(const char* command, const char* mode) {
  FILE* const f = co_await S::popen(command, mode);
  REQUIRE(f != nullptr);
  co_return co_await S::pclose(f);
}

// Waits until the one child has stopped itself.
template <class S>
task_of<S, pid_t> stopped_child() {
  siginfo_t info{};
  while (co_await S::waitid(P_ALL, 0, &info, WSTOPPED) < 0) {
    co_await S::this_thread::yield();  // it is not there yet
  }
  co_return info.si_pid;
}

}  // namespace

TEST_CASE("what rename and popen refuse is refused as by the originals") {
  answers by_green, by_original;
  mirror::run(renames<mirror>, std::ref(by_green));
  original::run(renames<original>, std::ref(by_original));
  mirror::run(bad_modes<mirror>, std::ref(by_green));
  original::run(bad_modes<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("from none ENOENT"));
  CHECK(by_original.has("mode rw EINVAL"));
}

TEST_CASE_TEMPLATE("popen reads what a command prints, pclose tells its end", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    FILE* const f = co_await S::popen("echo hello; exit 3", "r");
    REQUIRE(f != nullptr);
    CHECK(::fcntl(::fileno(f), F_GETFD) == 0);
    char line[16] = {};
    CHECK(co_await S::fgets(line, sizeof line, f) != nullptr);
    CHECK(std::string(line) == "hello\n");
    CHECK(co_await S::fgets(line, sizeof line, f) == nullptr);
    CHECK(co_await S::pclose(f) == exited(3));
    FILE* const quiet = co_await S::popen("kill -9 $$", "re");
    CHECK(::fcntl(::fileno(quiet), F_GETFD) == FD_CLOEXEC);
    CHECK(co_await S::pclose(quiet) == SIGKILL);
    CHECK(co_await closed<S>("no-such-command 2>/dev/null", "r") ==
          exited(127));
    CHECK(childless());
  });
}

TEST_CASE_TEMPLATE("popen writes what a command reads", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const tests::temporary_folder place;
    const std::string out = place.at("out");
    FILE* const f = co_await S::popen(("cat > " + out).c_str(), "w");
    REQUIRE(f != nullptr);
    CHECK(co_await S::fputs("some words", f) >=
          0);  // in the buffer until the end
    CHECK(co_await S::pclose(f) == 0);
    char data[16] = {};
    const tests::descriptor in(::open(out.c_str(), O_RDONLY));
    CHECK(::read(in, data, sizeof data) == 10);
    CHECK(std::string(data) == "some words");
  });
}

TEST_CASE_TEMPLATE("a command does not hold the streams of the others", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    FILE* const first = co_await S::popen("cat > /dev/null", "w");
    FILE* const second = co_await S::popen("cat > /dev/null", "w");
    CHECK(co_await S::pclose(first) == 0);
    CHECK(co_await S::pclose(second) == 0);
    CHECK(childless());
  });
}

TEST_CASE_TEMPLATE("others go on while pclose waits", S, original, mirror) {
  S::run([]() -> task_of<S> {
    typename S::thread other([]() -> task_of<S> {
      const pid_t child = co_await stopped_child<S>();
      ::kill(child, SIGCONT);
    });
    FILE* const f = co_await S::popen("kill -STOP $$; exit 5", "r");
    CHECK(co_await S::pclose(f) == exited(5));
    co_await other.join();
  });
}

TEST_CASE("pclose of a stream that popen did not open is ECHILD") {
  green::run([]() -> green::task<> {
    FILE* const f = ::fopen("/dev/null", "r");
    CHECK(answer(co_await green::pclose(f)) == failed(ECHILD));
    ::fclose(f);
  });
}

TEST_CASE("killed or timed out in pclose, the child is reaped at its end") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    for (const bool kills : {true, false}) {
      FILE* const f = co_await green::popen("kill -STOP $$", "r");
      const pid_t child = co_await stopped_child<mirror>();
      const auto closes = [f]() -> green::task<> { co_await green::pclose(f); };
      if (kills) {
        const auto g = co_await tests::started(closes);
        co_await g.kill();
        CHECK(g.was_killed());
      } else {
        bool expired = false;
        try {
          co_await green::with_timeout(1ms, closes);
        } catch (const green::timed_out&) {
          expired = true;
        }
        CHECK(expired);
      }
      CHECK_FALSE(childless());
      ::kill(child, SIGCONT);
      while (!childless()) co_await green::sleep(1ms);
    }
  });
  CHECK(tests::open_descriptors() == before);
}
