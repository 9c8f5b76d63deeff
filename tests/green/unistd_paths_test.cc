// SPDX-License-Identifier: MIT
// The functions of <unistd.h> that act on a path.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "green/greenlet.h"
#include "green/unistd.h"
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
  static constexpr tests::blocking_call access = &::access;
  static constexpr tests::blocking_call chdir = &::chdir;
  static constexpr tests::blocking_call chown = &::chown;
  static constexpr tests::blocking_call eaccess = &::eaccess;
  static constexpr tests::blocking_call euidaccess = &::euidaccess;
  static constexpr tests::blocking_call faccessat = &::faccessat;
  static constexpr tests::blocking_call fchown = &::fchown;
  static constexpr tests::blocking_call fchownat = &::fchownat;
  static constexpr tests::blocking_call gethostid = &::gethostid;
  static constexpr tests::blocking_call getlogin_r = &::getlogin_r;
  static constexpr tests::blocking_call lchown = &::lchown;
  static constexpr tests::blocking_call link = &::link;
  static constexpr tests::blocking_call linkat = &::linkat;
  static constexpr tests::blocking_call readlink = &::readlink;
  static constexpr tests::blocking_call readlinkat = &::readlinkat;
  static constexpr tests::blocking_call rmdir = &::rmdir;
  static constexpr tests::blocking_call symlink = &::symlink;
  static constexpr tests::blocking_call symlinkat = &::symlinkat;
  static constexpr tests::blocking_call syncfs = &::syncfs;
  static constexpr tests::blocking_call truncate = &::truncate;
  static constexpr tests::blocking_call unlinkat = &::unlinkat;
};

struct mirror : tests::green_side {
  static constexpr auto access = &green::access;
  static constexpr auto chdir = &green::chdir;
  static constexpr auto chown = &green::chown;
  static constexpr auto eaccess = &green::eaccess;
  static constexpr auto euidaccess = &green::euidaccess;
  static constexpr auto faccessat = &green::faccessat;
  static constexpr auto fchown = &green::fchown;
  static constexpr auto fchownat = &green::fchownat;
  static constexpr auto gethostid = &green::gethostid;
  static constexpr auto getlogin_r = &green::getlogin_r;
  static constexpr auto lchown = &green::lchown;
  static constexpr auto link = &green::link;
  static constexpr auto linkat = &green::linkat;
  static constexpr auto readlink = &green::readlink;
  static constexpr auto readlinkat = &green::readlinkat;
  static constexpr auto rmdir = &green::rmdir;
  static constexpr auto symlink = &green::symlink;
  static constexpr auto symlinkat = &green::symlinkat;
  static constexpr auto syncfs = &green::syncfs;
  static constexpr auto truncate = &green::truncate;
  static constexpr auto unlinkat = &green::unlinkat;
};

std::string facts(const std::string& path) {
  struct ::stat found;
  if (::lstat(path.c_str(), &found) != 0) return ::strerrorname_np(errno);
  return std::to_string(found.st_mode) + " " + std::to_string(found.st_nlink) +
         " " + std::to_string(found.st_size);
}

// A folder with one file of each kind, which is the working folder meanwhile.
struct place {
  place()
      : before(::open(".", O_PATH)),
        here(::open(folder.path().c_str(), O_PATH)) {
    REQUIRE(::chdir(folder.path().c_str()) == 0);
    folder.file("file", "0123456789");
    REQUIRE(::mkdir("folder", 0700) == 0);
    REQUIRE(::mkdir("full", 0700) == 0);
    REQUIRE(::mkdir("full/sub", 0700) == 0);
    REQUIRE(::symlink("file", "link") == 0);
    REQUIRE(::symlink("loop", "loop") == 0);
    REQUIRE(::symlink("missing", "dangling") == 0);
  }
  ~place() { (void)!::fchdir(before); }

  temporary_folder folder;
  descriptor before, here;
};

const char* const paths[] = {"file",        "folder",   "full", "link",
                             "loop",        "dangling", "",     "file/sub",
                             "missing/sub", "folder/",  "."};

template <class S>
task_of<S> ask(answers& out) {
  const place p;
  const std::string long_name(5000, 'n');
  char text[100];
  for (const char* path :
       {paths[0], paths[1], paths[2], paths[3], paths[4], paths[5], paths[6],
        paths[7], paths[8], paths[9], paths[10], long_name.c_str(),
        static_cast<const char*>(nowhere<char>())}) {
    const std::string name =
        path == nowhere<char>() ? "nowhere" : std::string(path).substr(0, 20);
    out.add("access " + name, co_await S::access(path, R_OK | X_OK));
    out.add("eaccess " + name, co_await S::eaccess(path, W_OK));
    out.add("euidaccess " + name, co_await S::euidaccess(path, F_OK));
    out.add("faccessat " + name,
            co_await S::faccessat(p.here, path, R_OK, AT_SYMLINK_NOFOLLOW));
    out.add("readlink " + name, co_await S::readlink(path, text, 100));
    out.add("readlinkat " + name,
            co_await S::readlinkat(p.here, path, text, 3));
    out.add("chown " + name, co_await S::chown(path, ::getuid(), ::getgid()));
    out.add("lchown " + name, co_await S::lchown(path, ::getuid(), ::getgid()));
    out.add("fchownat " + name,
            co_await S::fchownat(p.here, path, ::getuid(), ::getgid(),
                                 AT_SYMLINK_NOFOLLOW));
    out.add("truncate " + name, co_await S::truncate(path, 5));
    out.add("facts " + facts("file"), 0);
  }
  out.add("access oddly", co_await S::access("file", 99));
  out.add("faccessat oddly", co_await S::faccessat(p.here, "file", R_OK, 99));
  out.add("faccessat of none", co_await S::faccessat(-1, "file", R_OK, 0));
  out.add("fchownat oddly", co_await S::fchownat(p.here, "file", 0, 0, 99));
  out.add("readlink of no bytes", co_await S::readlink("link", text, 0));
  out.add("readlink to nowhere",
          co_await S::readlink("link", nowhere<char>(), 10));
  out.add("truncate before", co_await S::truncate("file", -1));
  out.add("fchown", co_await S::fchown(p.here, ::getuid(), ::getgid()));
  out.add("fchown of none", co_await S::fchown(-1, 0, 0));
  const descriptor file(::open("file", O_RDONLY));
  out.add("fchown of a file", co_await S::fchown(file, -1u, ::getgid()));
  out.add("syncfs", co_await S::syncfs(file));
  out.add("syncfs of none", co_await S::syncfs(-1));
}

template <class S>
task_of<S> change(answers& out) {
  const place p;
  for (const char* path : paths) {
    const std::string name = path;
    out.add("link " + name, co_await S::link(path, "new"));
    out.add("link to " + name, co_await S::link("file", path));
    out.add("linked " + facts("new"), ::unlink("new"));
    out.add("linkat " + name,
            co_await S::linkat(p.here, path, p.here, "new", AT_SYMLINK_FOLLOW));
    out.add("linked " + facts("new"), ::unlink("new"));
    out.add("symlink " + name, co_await S::symlink(path, "new"));
    out.add("symlink to " + name, co_await S::symlink("file", path));
    out.add("linked " + facts("new"), ::unlink("new"));
    out.add("symlinkat " + name, co_await S::symlinkat(path, p.here, "new"));
    out.add("linked " + facts("new"), ::unlink("new"));
    out.add("unlinkat a folder " + name,
            co_await S::unlinkat(p.here, path, AT_REMOVEDIR));
    out.add("rmdir " + name, co_await S::rmdir(path));
  }
  out.add("linkat oddly",
          co_await S::linkat(p.here, "file", p.here, "new", 99));
  out.add("linkat from none", co_await S::linkat(-1, "file", p.here, "new", 0));
  out.add("linkat to none", co_await S::linkat(p.here, "file", -1, "new", 0));
  out.add("link nowhere", co_await S::link(nowhere<char>(), "new"));
  out.add("symlink nowhere", co_await S::symlink(nowhere<char>(), "new"));
  out.add("symlinkat none", co_await S::symlinkat("file", -1, "new"));
  out.add("rmdir nowhere", co_await S::rmdir(nowhere<char>()));
  out.add("unlinkat oddly", co_await S::unlinkat(p.here, "file", 99));
  out.add("unlinkat none", co_await S::unlinkat(-1, "file", 0));
  out.add("unlinkat a file", co_await S::unlinkat(p.here, "file", 0));
  out.add("the file " + facts("file"), 0);
}

template <class S>
task_of<S> go_to(answers& out) {
  const place p;
  for (const char* path : paths) {
    out.add(std::string("chdir ") + path, co_await S::chdir(path));
    char folder[4096];
    const bool same = ::getcwd(folder, sizeof folder) == p.folder.path();
    out.add("it is the same", same ? 1 : 0);
    REQUIRE(::chdir(p.folder.path().c_str()) == 0);
  }
  out.add("chdir nowhere", co_await S::chdir(nowhere<char>()));
}

template <class S>
task_of<S> ask_names(answers& out) {
  char name[300] = "";
  out.add_number("getlogin_r", co_await S::getlogin_r(name, sizeof name));
  out.add(std::string("it is ") + name, 0);
  out.add("gethostid", co_await S::gethostid() != 0 ? 1 : 0);
}

}  // namespace

TEST_CASE("functions on paths give what the originals give") {
  answers by_green, by_original;
  mirror::run(ask<mirror>, std::ref(by_green));
  mirror::run(change<mirror>, std::ref(by_green));
  mirror::run(go_to<mirror>, std::ref(by_green));
  mirror::run(ask_names<mirror>, std::ref(by_green));
  original::run(ask<original>, std::ref(by_original));
  original::run(change<original>, std::ref(by_original));
  original::run(go_to<original>, std::ref(by_original));
  original::run(ask_names<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  for (const char* one :
       {"access folder 0", "readlink link 4", "truncate file 0", "link file 0",
        "symlink file 0", "rmdir full ENOTEMPTY", "chdir folder 0",
        "readlinkat link 3", "syncfs 0"}) {
    CAPTURE(one);
    CHECK(by_green.has(one));
  }
}

TEST_CASE("getlogin gives the name of getlogin_r, or the same error") {
  green::run([]() -> green::task<> {
    char name[300] = "";
    const int error = co_await green::getlogin_r(name, sizeof name);
    const char* const found = co_await green::getlogin();
    if (found == nullptr) {
      CHECK(error == errno);
    } else {
      CHECK(std::string(found) == name);
      char small[1];
      CHECK(co_await green::getlogin_r(small, 1) == ERANGE);
    }
  });
}

TEST_CASE("sync gives nothing, and others run meanwhile") {
  green::run([]() -> green::task<> {
    bool ran = false;
    const auto other = green::spawn([&ran] { ran = true; });
    co_await green::sync();
    CHECK(ran);
    co_await other.join();
  });
}

TEST_CASE("a kill keeps a call on a path from beginning, or waits for it") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string path = folder.file("a", "0123456789");
    long cuts = 0;
    const auto cut = [&path, &cuts]() -> green::task<> {
      for (;;) {
        if (co_await green::truncate(path.c_str(), 5) == 0) ++cuts;
      }
    };
    for (int turns = 0; turns < 20; ++turns) {
      const green::greenlet<> cutter = green::spawn(cut);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await cutter.kill();
      CHECK(cutter.was_killed());
      CHECK((tests::contents(path).size() == 5) == (cuts > 0));
    }
    // Nobody cuts it any more.
    folder.file("a", "0123456789");
    for (int i = 0; i < 20; ++i) co_await green::sleep();
    CHECK(tests::contents(path).size() == 10);
  });
}
