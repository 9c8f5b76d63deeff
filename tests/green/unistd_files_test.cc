// SPDX-License-Identifier: MIT
// unlink, ftruncate and copy_file_range of <unistd.h>; lockf is tested in
// tests/green/fcntl_lock_test.cc.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

#include "green/fcntl.h"
#include "green/unistd.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::failed;
using tests::task_of;
using tests::temporary_folder;

static_assert(tests::mirrors(green::unlink, ::unlink));
static_assert(tests::mirrors(green::ftruncate, ::ftruncate));
static_assert(tests::mirrors(green::copy_file_range, ::copy_file_range));
static_assert(tests::mirrors(green::lockf, ::lockf));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call unlink = &::unlink;
  static constexpr tests::blocking_call ftruncate = &::ftruncate;
  static constexpr tests::blocking_call copy_file_range = &::copy_file_range;
};

struct mirror : tests::green_side {
  static constexpr auto unlink = &green::unlink;
  static constexpr auto ftruncate = &green::ftruncate;
  static constexpr auto copy_file_range = &green::copy_file_range;
};

// Would a read of its first byte have to wait for the disk?
bool is_cold(int fd) {
  char byte;
  const iovec part{&byte, 1};
  return ::preadv2(fd, &part, 1, 0, RWF_NOWAIT) < 0 && errno == EAGAIN;
}

descriptor opened(const std::string& path, int flags = O_RDWR) {
  return descriptor(::open(path.c_str(), flags | O_CLOEXEC));
}

template <class S>
task_of<S> unlink_all(answers& out) {
  const temporary_folder folder;
  const descriptor before(::open(".", O_PATH));
  REQUIRE(::chdir(folder.path().c_str()) == 0);
  folder.file("file");
  folder.file("other");
  REQUIRE(::mkdir("folder", 0700) == 0);
  REQUIRE(::symlink("other", "link") == 0);
  REQUIRE(::symlink("loop", "loop") == 0);
  for (const char* path : {"file", "file", "folder", "link", "other/sub",
                           "loop/sub", "loop", "missing/sub", "folder/", ""}) {
    out.add("unlink " + std::string(path), co_await S::unlink(path));
  }
  out.add("unlink", co_await S::unlink(std::string(5000, 'n').c_str()));
  out.add("unlink nowhere", co_await S::unlink(tests::nowhere<char>()));
  out.add("left", ::access("other", F_OK));
  REQUIRE(::fchdir(before) == 0);
}

template <class S>
task_of<S> refused(answers& out) {
  const temporary_folder folder;
  const descriptor file = opened(folder.file("a", "0123456789"));
  const descriptor in = opened(folder.at("a"), O_RDONLY);
  const descriptor to = opened(folder.file("b"));
  const descriptor more = opened(folder.at("b"), O_WRONLY | O_APPEND);
  const descriptor here = opened(folder.path(), O_RDONLY);
  const auto pipe = tests::pipe_descriptors();
  off_t zero = 0, before = -1;
  out.add("truncate a file to read", co_await S::ftruncate(in, 3));
  out.add("truncate before", co_await S::ftruncate(file, -1));
  out.add("truncate none", co_await S::ftruncate(-1, 3));
  out.add("truncate a folder", co_await S::ftruncate(here, 3));
  out.add("truncate a pipe", co_await S::ftruncate(pipe.b, 3));
  constexpr unsigned odd = 1;
  out.add("copy into itself",
          co_await S::copy_file_range(file, &zero, file, nullptr, 5, 0));
  out.add("copy none",
          co_await S::copy_file_range(-1, nullptr, to, nullptr, 5, 0));
  out.add("copy to none",
          co_await S::copy_file_range(in, nullptr, -1, nullptr, 5, 0));
  out.add("copy to what is read",
          co_await S::copy_file_range(file, nullptr, in, nullptr, 5, 0));
  out.add("copy to what is appended",
          co_await S::copy_file_range(in, nullptr, more, nullptr, 5, 0));
  out.add("copy a folder",
          co_await S::copy_file_range(here, nullptr, to, nullptr, 5, 0));
  out.add("copy a pipe",
          co_await S::copy_file_range(pipe.a, nullptr, to, nullptr, 5, 0));
  out.add("copy from before",
          co_await S::copy_file_range(in, &before, to, nullptr, 5, 0));
  out.add("copy oddly",
          co_await S::copy_file_range(in, nullptr, to, nullptr, 5, odd));
  out.add("copy nothing",
          co_await S::copy_file_range(in, nullptr, to, nullptr, 0, 0));
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {
  answers by_green, by_original;
  mirror::run(unlink_all<mirror>, std::ref(by_green));
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(unlink_all<original>, std::ref(by_original));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
}

TEST_CASE_TEMPLATE("ftruncate cuts and lengthens", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("a", "0123456789");
    const descriptor file = opened(path);
    ::lseek(file, 7, SEEK_SET);
    CHECK(co_await S::ftruncate(file, 3) == 0);
    CHECK(tests::contents(path) == "012");
    CHECK(co_await S::ftruncate(file, 5) == 0);
    CHECK(tests::contents(path) == std::string("012\0\0", 5));
    CHECK(::lseek(file, 0, SEEK_CUR) == 7);
  });
}

TEST_CASE_TEMPLATE("copy_file_range with offsets and without", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const descriptor in = opened(folder.file("a", "0123456789"));
    const descriptor out = opened(folder.file("b", "------"));
    off_t from = 4, to = 1;
    CHECK(co_await S::copy_file_range(in, &from, out, &to, 3, 0) == 3);
    CHECK(from == 7);
    CHECK(to == 4);
    CHECK(tests::contents(folder.at("b")) == "-456--");
    CHECK(co_await S::copy_file_range(in, nullptr, out, nullptr, 2, 0) == 2);
    CHECK(::lseek(in, 0, SEEK_CUR) == 2);
    CHECK(::lseek(out, 0, SEEK_CUR) == 2);
    CHECK(tests::contents(folder.at("b")) == "0156--");
    CHECK(co_await S::copy_file_range(in, &from, out, nullptr, 100, 0) == 3);
    CHECK(tests::contents(folder.at("b")) == "01789-");
    CHECK(co_await S::copy_file_range(in, &from, out, nullptr, 100, 0) == 0);
  });
}

TEST_CASE("a file of several pieces is copied whole") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(40'000'001);
    const descriptor in = opened(folder.file("a", bytes));
    const descriptor out = opened(folder.file("b"));
    CHECK(co_await green::copy_file_range(in, nullptr, out, nullptr, SIZE_MAX,
                                          0) == 40'000'001);
    CHECK(tests::contents(folder.at("b")) == bytes);
  });
}

TEST_CASE("a kill waits for ftruncate, and for a piece of copy_file_range") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(40'000'001);
    const descriptor in = opened(folder.file("a", bytes));
    const descriptor out = opened(folder.file("b"));
    const int from = in, to = out;
    ssize_t copied = -1;
    const auto copies = [from, to, &copied]() -> green::task<> {
      copied = co_await green::copy_file_range(from, nullptr, to, nullptr,
                                               40'000'001, 0);
      co_await green::ftruncate(to, 0);  // not done: the kill is thrown
    };
    const green::greenlet<> copier = green::spawn(copies);
    co_await green::sleep();
    co_await copier.kill();
    CHECK(copier.was_killed());
    CHECK(copied > 0);
    CHECK(::lseek(in, 0, SEEK_CUR) == copied);
    CHECK(tests::contents(folder.at("b")) ==
          bytes.substr(0, static_cast<std::size_t>(copied)));
    long cut = 0;
    const auto cuts = [to, &cut]() -> green::task<> {
      for (;; ++cut) co_await green::ftruncate(to, 5);
    };
    const green::greenlet<> cutter = green::spawn(cuts);
    co_await green::sleep();
    co_await cutter.kill();
    CHECK(cutter.was_killed());
    CHECK((tests::contents(folder.at("b")).size() == 5) == (cut > 0));
  });
}

// N16: while a large file is read and written, others run.
TEST_CASE("N16: a large file does not stall others") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const descriptor out(co_await green::creat(folder.at("a").c_str(), 0600));
    const std::string piece = tests::pattern(1 << 20);
    bool over = false;
    int ticks = 0;
    const auto ticking = [&over, &ticks]() -> green::task<> {
      while (!over) {
        ++ticks;
        co_await green::sleep();
      }
    };
    const auto ticker = green::spawn(ticking);
    constexpr int pieces = 50;
    for (int i = 0; i < pieces; ++i) {
      const int before = ticks;
      CHECK(co_await green::write(out, piece.data(), piece.size()) ==
            static_cast<ssize_t>(piece.size()));
      CHECK(ticks > before);
    }
    const descriptor in = opened(folder.at("a"), O_RDONLY);
    // What is cached would not have to be waited for.
    CHECK(co_await green::fdatasync(out) == 0);
    CHECK(::posix_fadvise(in, 0, 0, POSIX_FADV_DONTNEED) == 0);
    std::string got(piece.size(), ' ');
    for (int i = 0; i < pieces; ++i) {
      const int before = ticks;
      CHECK(co_await green::read(in, got.data(), got.size()) ==
            static_cast<ssize_t>(got.size()));
      CHECK(ticks > before);
    }
    CHECK(got == piece);
    over = true;
    co_await ticker.join();
  });
}

TEST_CASE("others run while much of what is in memory is copied") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    std::string bytes(64 << 20, 'x');
    const descriptor file = opened(folder.file("a", bytes));
    const int fd = file;
    const auto reads = [fd, &bytes]() -> green::task<ssize_t> {
      co_return co_await green::read(fd, bytes.data(), bytes.size());
    };
    const auto preads = [fd, &bytes]() -> green::task<ssize_t> {
      return green::pread(fd, bytes.data(), bytes.size(), 0);
    };
    const auto pwrites = [fd, &bytes]() -> green::task<ssize_t> {
      return green::pwrite(fd, bytes.data(), bytes.size(), 0);
    };
    for (int way = 0; way < 3; ++way) {
      CAPTURE(way);
      auto copying = way == 0   ? green::spawn(reads)
                     : way == 1 ? green::spawn(preads)
                                : green::spawn(pwrites);
      int turns = 0;
      for (; !copying.ready(); ++turns) co_await green::sleep();
      CHECK(co_await copying.get() == ssize_t(bytes.size()));
      CHECK(turns > 20);
    }
    CHECK(bytes.find_first_not_of('x') == std::string::npos);
  });
}

TEST_CASE("who is killed while much is copied leaves no copying behind") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    std::string bytes(8 << 20, 'x');
    const descriptor file = opened(folder.file("a", bytes));
    const int fd = file;
    const auto reads = [fd, &bytes]() -> green::task<ssize_t> {
      co_return co_await green::read(fd, bytes.data(), bytes.size());
    };
    for (int turns = 0; turns < 8; ++turns) {
      REQUIRE(::lseek(fd, 0, SEEK_SET) == 0);
      auto reading = green::spawn(reads);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await reading.kill();
      CHECK(reading.ready());
      // Nobody writes into it any more.
      std::memset(bytes.data(), '-', bytes.size());
      co_await green::sleep();
      CHECK(std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
      CHECK(bytes[0] == '-');
    }
  });
}

TEST_CASE("others run while one read waits for the disk") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(16 << 20);
    const descriptor in = opened(folder.file("a", bytes));
    const int fd = in;
    std::string got(bytes.size(), ' ');
    const auto reads = [fd, &got]() -> green::task<ssize_t> {
      co_return co_await green::read(fd, got.data(), got.size());
    };
    const auto preads = [fd, &got]() -> green::task<ssize_t> {
      return green::pread(fd, got.data(), got.size(), 0);
    };
    CHECK(co_await green::fdatasync(in) == 0);
    for (const bool positioned : {false, true}) {
      REQUIRE(::posix_fadvise(in, 0, 0, POSIX_FADV_DONTNEED) == 0);
      const bool cold = is_cold(in);
      auto reading = positioned ? green::spawn(preads) : green::spawn(reads);
      int turns = 0;
      for (; !reading.ready(); ++turns) co_await green::sleep();
      CHECK(co_await reading.get() == ssize_t(bytes.size()));
      CHECK((got == bytes));
      got.assign(got.size(), ' ');
      // Of a file system in memory no read has to wait.
      if (cold) CHECK(turns > 20);
    }
  });
}
