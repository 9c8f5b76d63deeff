// SPDX-License-Identifier: MIT
// The functions of <stdlib.h> that act on a path.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <functional>
#include <memory>
#include <string>

#include "green/greenlet.h"
#include "green/stdlib.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::descriptor;
using tests::task_of;
using tests::temporary_folder;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call realpath = &::realpath;
  static constexpr tests::blocking_call canonicalize_file_name =
      &::canonicalize_file_name;
  static constexpr tests::blocking_call mkstemp = &::mkstemp;
  static constexpr tests::blocking_call mkostemp = &::mkostemp;
  static constexpr tests::blocking_call mkstemps = &::mkstemps;
  static constexpr tests::blocking_call mkostemps = &::mkostemps;
  static constexpr tests::blocking_call mkdtemp = &::mkdtemp;
};

struct mirror : tests::green_side {
  static constexpr auto realpath = &green::realpath;
  static constexpr auto canonicalize_file_name = &green::canonicalize_file_name;
  static constexpr auto mkstemp = &green::mkstemp;
  static constexpr auto mkostemp = &green::mkostemp;
  static constexpr auto mkstemps = &green::mkstemps;
  static constexpr auto mkostemps = &green::mkostemps;
  static constexpr auto mkdtemp = &green::mkdtemp;
};

// A path below the folder, or the error.
std::string below(const char* path, const std::string& folder) {
  if (path == nullptr) return ::strerrorname_np(errno);
  const std::string text = path;
  return text.starts_with(folder) ? text.substr(folder.size()) : text;
}

template <class S>
task_of<S> resolve(answers& out) {
  const temporary_folder folder;
  const std::string top = folder.path();
  folder.file("file");
  REQUIRE(::mkdir(folder.at("sub").c_str(), 0700) == 0);
  REQUIRE(::symlink("../file", folder.at("sub/link").c_str()) == 0);
  REQUIRE(::symlink("loop", folder.at("loop").c_str()) == 0);
  for (const char* name : {"file", "sub/link", "sub/../sub/./link", "missing",
                           "loop", "file/sub", "sub/"}) {
    const std::string path = folder.at(name);
    char room[PATH_MAX];
    const char* const found = co_await S::realpath(path.c_str(), room);
    out.add("realpath " + below(found, top), found == room ? 1 : 0);
    using freed = std::unique_ptr<char, decltype(&::free)>;
    const freed other(co_await S::realpath(path.c_str(), nullptr), &::free);
    out.add("realpath " + below(other.get(), top), 0);
    const freed same(co_await S::canonicalize_file_name(path.c_str()), &::free);
    out.add("canonical " + below(same.get(), top), 0);
  }
  const char* const null = nullptr;
  char room[PATH_MAX];
  const char* found = co_await S::realpath(null, room);
  out.add("realpath of null " + below(found, top), 0);
  found = co_await S::realpath("", room);
  out.add("realpath of nothing " + below(found, top), 0);
}

// What was made, and whether its name is a new one.
void add(answers& out, const std::string& call, int fd, const std::string& path,
         const std::string& asked) {
  out.add(call, fd < 0 ? fd : 0);
  if (fd < 0) return;
  const descriptor made(fd);
  struct ::stat facts;
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  out.add(call + " has " + std::to_string(facts.st_mode), path == asked);
  out.add(call + " is opened", ::fcntl(fd, F_GETFL) & (O_APPEND | O_ACCMODE));
  out.add(call + " is kept", ::fcntl(fd, F_GETFD));
  out.add(call + " ends", path.ends_with(".txt"));
}

template <class S>
task_of<S> make(answers& out) {
  const temporary_folder folder;
  for (const char* name : {"a.XXXXXX", "a.XXXXX", "missing/a.XXXXXX",
                           "a.XXXXXX.txt", "XXXXXX.txt"}) {
    const std::string asked = folder.at(name);
    std::string path = asked;
    int fd = co_await S::mkstemp(path.data());
    add(out, "mkstemp", fd, path, asked);
    path = asked;
    fd = co_await S::mkostemp(path.data(), O_APPEND | O_CLOEXEC);
    add(out, "mkostemp", fd, path, asked);
    path = asked;
    fd = co_await S::mkstemps(path.data(), 4);
    add(out, "mkstemps", fd, path, asked);
    path = asked;
    fd = co_await S::mkostemps(path.data(), 4, O_CLOEXEC);
    add(out, "mkostemps", fd, path, asked);
    path = asked;
    const char* const made = co_await S::mkdtemp(path.data());
    out.add("mkdtemp", made == nullptr ? -1 : 0);
    out.add("mkdtemp gives its argument", made == path.data() ? 1 : 0);
    if (made == nullptr) continue;
    out.add("it is new", path != asked && ::rmdir(path.c_str()) == 0);
  }
}

}  // namespace

TEST_CASE("paths are resolved, and new names made, as by the originals") {
  answers by_green, by_original;
  mirror::run(resolve<mirror>, std::ref(by_green));
  mirror::run(make<mirror>, std::ref(by_green));
  original::run(resolve<original>, std::ref(by_original));
  original::run(make<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  for (const char* one :
       {"realpath /file 1", "realpath ENOENT 0", "canonical ELOOP 0",
        "mkstemp 0", "mkstemp EINVAL", "mkostemps 0", "mkdtemp 0"}) {
    CAPTURE(one);
    CHECK(by_green.has(one));
  }
}

TEST_CASE("no descriptor is lost when a kill meets mkstemp") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    long made = 0;
    const auto makes = [&folder, &made]() -> green::task<> {
      for (;;) {
        std::string path = folder.at("a.XXXXXX");
        const descriptor fd(co_await green::mkstemp(path.data()));
        ++made;
        REQUIRE(::unlink(path.c_str()) == 0);
      }
    };
    for (int turns = 0; turns < 20; ++turns) {
      const green::greenlet<> maker = green::spawn(makes);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await maker.kill();
      CHECK(maker.was_killed());
    }
    // Each file that was made was given to its maker, who removed it.
    CHECK(::rmdir(folder.path().c_str()) == 0);
    REQUIRE(::mkdir(folder.path().c_str(), 0700) == 0);
  });
}
