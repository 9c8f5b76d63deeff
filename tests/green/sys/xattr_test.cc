// SPDX-License-Identifier: MIT
#include "green/sys/xattr.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>

#include "green/greenlet.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::descriptor;
using tests::nowhere;
using tests::task_of;
using tests::temporary_folder;

static_assert(tests::mirrors(green::setxattr, ::setxattr));
static_assert(tests::mirrors(green::lsetxattr, ::lsetxattr));
static_assert(tests::mirrors(green::fsetxattr, ::fsetxattr));
static_assert(tests::mirrors(green::getxattr, ::getxattr));
static_assert(tests::mirrors(green::lgetxattr, ::lgetxattr));
static_assert(tests::mirrors(green::fgetxattr, ::fgetxattr));
static_assert(tests::mirrors(green::listxattr, ::listxattr));
static_assert(tests::mirrors(green::llistxattr, ::llistxattr));
static_assert(tests::mirrors(green::flistxattr, ::flistxattr));
static_assert(tests::mirrors(green::removexattr, ::removexattr));
static_assert(tests::mirrors(green::lremovexattr, ::lremovexattr));
static_assert(tests::mirrors(green::fremovexattr, ::fremovexattr));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call setxattr = &::setxattr;
  static constexpr tests::blocking_call lsetxattr = &::lsetxattr;
  static constexpr tests::blocking_call fsetxattr = &::fsetxattr;
  static constexpr tests::blocking_call getxattr = &::getxattr;
  static constexpr tests::blocking_call lgetxattr = &::lgetxattr;
  static constexpr tests::blocking_call fgetxattr = &::fgetxattr;
  static constexpr tests::blocking_call listxattr = &::listxattr;
  static constexpr tests::blocking_call llistxattr = &::llistxattr;
  static constexpr tests::blocking_call flistxattr = &::flistxattr;
  static constexpr tests::blocking_call removexattr = &::removexattr;
  static constexpr tests::blocking_call lremovexattr = &::lremovexattr;
  static constexpr tests::blocking_call fremovexattr = &::fremovexattr;
};

struct mirror : tests::green_side {
  static constexpr auto setxattr = &green::setxattr;
  static constexpr auto lsetxattr = &green::lsetxattr;
  static constexpr auto fsetxattr = &green::fsetxattr;
  static constexpr auto getxattr = &green::getxattr;
  static constexpr auto lgetxattr = &green::lgetxattr;
  static constexpr auto fgetxattr = &green::fgetxattr;
  static constexpr auto listxattr = &green::listxattr;
  static constexpr auto llistxattr = &green::llistxattr;
  static constexpr auto flistxattr = &green::flistxattr;
  static constexpr auto removexattr = &green::removexattr;
  static constexpr auto lremovexattr = &green::lremovexattr;
  static constexpr auto fremovexattr = &green::fremovexattr;
};

constexpr const char* colour = "user.colour";

template <class S>
task_of<S> of_path(answers& out, const std::string& path) {
  const char* const p = path.c_str();
  char text[100] = "";
  out.add("set", co_await S::setxattr(p, colour, "blue", 4, XATTR_CREATE));
  out.add("set again", co_await S::setxattr(p, colour, "x", 1, XATTR_CREATE));
  out.add("lset", co_await S::lsetxattr(p, colour, "green", 5, XATTR_REPLACE));
  out.add("lset none",
          co_await S::lsetxattr(p, "user.no", "", 0, XATTR_REPLACE));
  out.add("get", co_await S::getxattr(p, colour, text, sizeof text));
  out.add(std::string("it is ") + text, 0);
  out.add("lget", co_await S::lgetxattr(p, colour, text, 5));
  out.add("get its size", co_await S::getxattr(p, colour, nullptr, 0));
  out.add("get too much", co_await S::getxattr(p, colour, text, 2));
  out.add("get none", co_await S::getxattr(p, "user.no", text, 9));
  out.add("get strangely", co_await S::getxattr(p, "odd", text, 9));
  out.add("get no name", co_await S::getxattr(p, "", text, 9));
  out.add("get of nowhere",
          co_await S::getxattr(nowhere<char>(), colour, text, 9));
  out.add("get nowhere", co_await S::getxattr(p, nowhere<char>(), text, 9));
  out.add("get to nowhere",
          co_await S::getxattr(p, colour, nowhere<char>(), 9));
  out.add("set from nowhere",
          co_await S::setxattr(p, colour, nowhere<char>(), 9, 0));
  out.add("set oddly", co_await S::setxattr(p, colour, "x", 1, 99));
  out.add("set much", co_await S::setxattr(p, colour, text, SIZE_MAX, 0));
  out.add("list", co_await S::listxattr(p, text, sizeof text));
  out.add("list too much", co_await S::listxattr(p, text, 2));
  out.add("llist", co_await S::llistxattr(p, nullptr, 0));
  out.add("remove", co_await S::removexattr(p, colour));
  out.add("remove again", co_await S::removexattr(p, colour));
  out.add("lremove again", co_await S::lremovexattr(p, colour));
}

template <class S>
task_of<S> of_descriptor(answers& out, int fd) {
  char text[100] = "";
  out.add("fset", co_await S::fsetxattr(fd, colour, "blue", 4, XATTR_CREATE));
  out.add("fset again",
          co_await S::fsetxattr(fd, colour, "x", 1, XATTR_CREATE));
  out.add("fget", co_await S::fgetxattr(fd, colour, text, sizeof text));
  out.add(std::string("it is ") + text, 0);
  out.add("fget too much", co_await S::fgetxattr(fd, colour, text, 2));
  out.add("flist", co_await S::flistxattr(fd, text, sizeof text));
  out.add("fremove", co_await S::fremovexattr(fd, colour));
  out.add("fremove again", co_await S::fremovexattr(fd, colour));
}

template <class S>
task_of<S> all(answers& out) {
  const temporary_folder folder;
  const std::string file = folder.file("file");
  REQUIRE(::symlink("file", folder.at("link").c_str()) == 0);
  for (const char* name : {"file", "link", "missing", "file/sub"}) {
    co_await of_path<S>(out, folder.at(name));
  }
  co_await of_path<S>(out, "");
  co_await of_path<S>(out, std::string(5000, 'n'));
  const descriptor open(::open(file.c_str(), O_RDWR));
  const descriptor in(::open(file.c_str(), O_RDONLY));
  const descriptor path(::open(file.c_str(), O_PATH));
  const auto pipe = tests::pipe_descriptors();
  for (const int fd : {int(open), int(in), int(path), int(pipe.a), -1}) {
    co_await of_descriptor<S>(out, fd);
  }
}

}  // namespace

TEST_CASE("attributes are set, read, listed and removed as by the originals") {
  answers by_green, by_original;
  mirror::run(all<mirror>, std::ref(by_green));
  original::run(all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("get no name ERANGE"));
  CHECK(by_green.has("fset EBADF"));
}

TEST_CASE("a kill keeps an attribute from being set, or waits for it") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string path = folder.file("a");
    long calls = 0;
    const auto sets = [&path, &calls]() -> green::task<> {
      for (;; ++calls) {
        (void)co_await green::setxattr(path.c_str(), colour, "blue", 4, 0);
        (void)co_await green::lremovexattr(path.c_str(), colour);
      }
    };
    for (int turns = 0; turns < 20; ++turns) {
      const green::greenlet<> setter = green::spawn(sets);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await setter.kill();
      CHECK(setter.was_killed());
      const ssize_t before = ::getxattr(path.c_str(), colour, nullptr, 0);
      co_await green::sleep();
      CHECK(::getxattr(path.c_str(), colour, nullptr, 0) == before);
    }
  });
}
