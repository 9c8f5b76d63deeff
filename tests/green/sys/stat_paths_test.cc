// SPDX-License-Identifier: MIT
// Of <sys/stat.h>: files that are made, and facts that are changed.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>

#include "green/greenlet.h"
#include "green/sys/stat.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::descriptor;
using tests::nowhere;
using tests::task_of;
using tests::temporary_folder;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call chmod = &::chmod;
  static constexpr tests::blocking_call fchmod = &::fchmod;
  static constexpr tests::blocking_call fchmodat = &::fchmodat;
  static constexpr tests::blocking_call fstatat = &::fstatat;
  static constexpr tests::blocking_call futimens = &::futimens;
  static constexpr tests::blocking_call lchmod = &::lchmod;
  static constexpr tests::blocking_call mkdirat = &::mkdirat;
  static constexpr tests::blocking_call mkfifo = &::mkfifo;
  static constexpr tests::blocking_call mkfifoat = &::mkfifoat;
  static constexpr tests::blocking_call mknod = &::mknod;
  static constexpr tests::blocking_call mknodat = &::mknodat;
  static constexpr tests::blocking_call utimensat = &::utimensat;
  static constexpr tests::blocking_call<int, int, const char*, int, unsigned,
                                        struct ::statx*>
      statx = &::statx;
};

struct mirror : tests::green_side {
  static constexpr auto chmod = &green::chmod;
  static constexpr auto fchmod = &green::fchmod;
  static constexpr auto fchmodat = &green::fchmodat;
  static constexpr auto fstatat = &green::fstatat;
  static constexpr auto futimens = &green::futimens;
  static constexpr auto lchmod = &green::lchmod;
  static constexpr auto mkdirat = &green::mkdirat;
  static constexpr auto mkfifo = &green::mkfifo;
  static constexpr auto mkfifoat = &green::mkfifoat;
  static constexpr auto mknod = &green::mknod;
  static constexpr auto mknodat = &green::mknodat;
  static constexpr auto utimensat = &green::utimensat;
  static constexpr auto statx = &green::statx;
};

std::string facts(const std::string& path) {
  struct ::stat found;
  if (::lstat(path.c_str(), &found) != 0) return ::strerrorname_np(errno);
  return std::to_string(found.st_mode) + " " + std::to_string(found.st_rdev);
}

std::string times(const std::string& path) {
  struct ::stat found;
  if (::lstat(path.c_str(), &found) != 0) return ::strerrorname_np(errno);
  return std::to_string(found.st_atim.tv_sec) + "." +
         std::to_string(found.st_atim.tv_nsec) + " " +
         std::to_string(found.st_mtim.tv_sec);
}

struct place {
  place() : here(::open(folder.path().c_str(), O_PATH)) {
    folder.file("file", "0123456789");
    REQUIRE(::mkdirat(here, "folder", 0700) == 0);
    REQUIRE(::symlinkat("file", here, "link") == 0);
    REQUIRE(::symlinkat("missing", here, "dangling") == 0);
  }
  temporary_folder folder;
  descriptor here;
};

const char* const names[] = {"file", "folder",   "link",        "dangling",
                             "",     "file/sub", "missing/sub", "folder/"};

template <class S>
task_of<S> change(answers& out) {
  const place p;
  const timespec old[] = {{-5, 7}, {1'234'567'890, 123}};
  for (const char* name : names) {
    const std::string path = p.folder.at(name), of = name;
    out.add("chmod " + of, co_await S::chmod(path.c_str(), 0750));
    out.add("is " + facts(path), 0);
    out.add("fchmodat " + of, co_await S::fchmodat(p.here, name, 0700, 0));
    out.add("fchmodat of links " + of,
            co_await S::fchmodat(p.here, name, 0700, AT_SYMLINK_NOFOLLOW));
    out.add("lchmod " + of, co_await S::lchmod(path.c_str(), 0710));
    out.add("is " + facts(path), 0);
    out.add("utimensat " + of,
            co_await S::utimensat(p.here, name, old, AT_SYMLINK_NOFOLLOW));
    if (of != "") out.add("are " + times(path), 0);
    const descriptor open(::open("/", O_PATH));
    out.add("fchmod of a path", co_await S::fchmod(open, 0700));
  }
  const descriptor file(::open(p.folder.at("file").c_str(), O_RDONLY));
  out.add("fchmod", co_await S::fchmod(file, 0444));
  out.add("fchmod none", co_await S::fchmod(-1, 0444));
  const timespec odd[] = {{0, 2'000'000'000}, {0, UTIME_OMIT}};
  out.add("futimens", co_await S::futimens(file, old));
  out.add("futimens oddly", co_await S::futimens(file, odd));
  out.add("futimens nowhere", co_await S::futimens(file, nowhere<timespec>()));
  out.add("futimens none", co_await S::futimens(-1, old));
  out.add("are " + times(p.folder.at("file")), 0);
  out.add("chmod nowhere", co_await S::chmod(nowhere<char>(), 0700));
  out.add("fchmodat oddly", co_await S::fchmodat(p.here, "file", 0700, 99));
  out.add("fchmodat none", co_await S::fchmodat(-1, "file", 0700, 0));
  out.add("utimensat none", co_await S::utimensat(-1, "file", old, 0));
}

template <class S>
task_of<S> make(answers& out) {
  const place p;
  const char* const made[] = {"a", "file", "missing/a", "", "file/a"};
  for (const char* name : made) {
    const std::string path = p.folder.at(name), of = name;
    out.add("mkdirat " + of, co_await S::mkdirat(p.here, name, 0700));
    out.add("is " + facts(path), ::rmdir(path.c_str()));
    out.add("mkfifo " + of, co_await S::mkfifo(path.c_str(), 0640));
    out.add("is " + facts(path), 0);
    if (of == "a") REQUIRE(::unlink(path.c_str()) == 0);
    out.add("mkfifoat " + of, co_await S::mkfifoat(p.here, name, 0600));
    out.add("is " + facts(path), 0);
    if (of == "a") REQUIRE(::unlink(path.c_str()) == 0);
    out.add("mknod " + of, co_await S::mknod(path.c_str(), S_IFREG | 0600, 0));
    out.add("is " + facts(path), 0);
    if (of == "a") REQUIRE(::unlink(path.c_str()) == 0);
    out.add("mknodat " + of,
            co_await S::mknodat(p.here, name, S_IFSOCK | 0600, 0));
    out.add("is " + facts(path), 0);
    if (of == "a") REQUIRE(::unlink(path.c_str()) == 0);
  }
  out.add("mkdirat none", co_await S::mkdirat(-1, "b", 0700));
  out.add("mkfifoat none", co_await S::mkfifoat(-1, "b", 0700));
  out.add("mknodat none", co_await S::mknodat(-1, "b", S_IFREG, 0));
  out.add("mknod of a folder",
          co_await S::mknod(p.folder.at("b").c_str(), S_IFDIR, 0));
  out.add("mkfifo nowhere", co_await S::mkfifo(nowhere<char>(), 0600));
}

template <class S>
task_of<S> look(answers& out) {
  const place p;
  for (const char* name : names) {
    for (const int flags : {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 0x8000}) {
      struct ::stat found{};
      out.add("fstatat", co_await S::fstatat(p.here, name, &found, flags));
      out.add("is " + std::to_string(found.st_mode) + " " +
                  std::to_string(found.st_size * S_ISREG(found.st_mode)),
              0);
      struct ::statx more{};
      out.add("statx",
              co_await S::statx(p.here, name, flags, STATX_BASIC_STATS, &more));
      out.add("is " + std::to_string(more.stx_mode) + " " +
                  std::to_string(more.stx_size * S_ISREG(more.stx_mode)),
              0);
    }
  }
  struct ::stat found{};
  struct ::statx more{};
  out.add("fstatat none", co_await S::fstatat(-1, "file", &found, 0));
  out.add("statx none", co_await S::statx(-1, "file", 0, 0, &more));
  out.add("statx oddly", co_await S::statx(p.here, "file", 0, 1u << 31, &more));
  out.add("statx nowhere", co_await S::statx(p.here, "file", 0, STATX_SIZE,
                                             nowhere<struct ::statx>()));
  out.add("fstatat nowhere",
          co_await S::fstatat(p.here, "file", nowhere<struct ::stat>(), 0));
}

}  // namespace

TEST_CASE("files are made and changed as by the originals") {
  answers by_green, by_original;
  mirror::run(change<mirror>, std::ref(by_green));
  mirror::run(make<mirror>, std::ref(by_green));
  mirror::run(look<mirror>, std::ref(by_green));
  original::run(change<original>, std::ref(by_original));
  original::run(make<original>, std::ref(by_original));
  original::run(look<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  for (const char* one : {"chmod file 0", "mkdirat a 0", "mkfifo a 0",
                          "mknod a 0", "mkdirat file EEXIST", "fstatat 0",
                          "statx 0", "utimensat link 0", "futimens 0"}) {
    CAPTURE(one);
    CHECK(by_green.has(one));
  }
}

TEST_CASE("a kill keeps a folder from being made, or waits for it") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string path = folder.at("a");
    const auto makes = [&path]() -> green::task<> {
      for (;;) {
        (void)co_await green::mkfifo(path.c_str(), 0600);
        ::unlink(path.c_str());
      }
    };
    for (int turns = 0; turns < 20; ++turns) {
      const green::greenlet<> maker = green::spawn(makes);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await maker.kill();
      CHECK(maker.was_killed());
      CHECK(facts(path) == "ENOENT");
      co_await green::sleep();
      CHECK(facts(path) == "ENOENT");
    }
  });
}
