// SPDX-License-Identifier: MIT
#include "green/dirent.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/directories.h"
#include "tests/support/limits.h"
#include "tests/support/mirror.h"
#include "tests/support/overlay.h"
#include "tests/support/sockets.h"

using namespace std::string_literals;
using tests::answers;
using tests::descriptor;
using tests::failed;
using tests::gives;
using tests::names_in;
using tests::sorted;
using tests::task_of;
using tests::temporary_folder;
using tests::true_names;
using original = tests::system_directories;
using mirror = tests::green_directories;

static_assert(gives<decltype(green::opendir("")), green::DIR*>);
static_assert(gives<decltype(green::fdopendir(0)), green::DIR*>);
static_assert(gives<decltype(green::readdir(nullptr)), dirent*>);
static_assert(gives<decltype(green::closedir(nullptr)), int>);
static_assert(gives<decltype(green::rewinddir(nullptr)), void>);
static_assert(gives<decltype(green::seekdir(nullptr, 0)), void>);
static_assert(std::same_as<decltype(green::telldir(nullptr)), long>);
static_assert(std::same_as<decltype(green::dirfd(nullptr)), int>);
static_assert(tests::mirrors(green::scandir, ::scandir));
static_assert(tests::mirrors(green::scandirat, ::scandirat));
static_assert(tests::mirrors(green::getdents64, ::getdents64));
static_assert(tests::mirrors(green::getdirentries, ::getdirentries));

namespace {

// An error's number, or 0 for an object.
int error_of(const void* made) { return made == nullptr ? errno : 0; }

template <class S>
task_of<S> open_all(answers& out) {
  const temporary_folder folder;
  const std::string file = folder.file("file");
  REQUIRE(::symlink("loop", folder.at("loop").c_str()) == 0);
  for (const char* name : {"", ".", "missing", "file", "file/sub", "loop"}) {
    auto* const d =
        co_await S::opendir(*name == 0 ? "" : folder.at(name).c_str());
    out.add_number("opendir " + std::string(name), error_of(d));
    if (d != nullptr) out.add("closedir", co_await S::closedir(d));
  }
  for (const size_t length : {255u, 256u, 4095u, 4096u}) {
    auto* const d = co_await S::opendir(std::string(length, 'n').c_str());
    out.add_number("opendir of a name of " + std::to_string(length),
                   error_of(d));
    std::string deep;
    while (deep.size() < length) deep += "./";
    auto* const here = co_await S::opendir(deep.substr(0, length).c_str());
    out.add_number("opendir of a path of " + std::to_string(length),
                   error_of(here));
    if (here != nullptr) out.add("closedir", co_await S::closedir(here));
  }
  const descriptor open(::open(file.c_str(), O_RDONLY));
  const int path = ::open(folder.path().c_str(), O_PATH);  // closedir's
  const auto pipe = tests::pipe_descriptors();
  for (const int fd : {int(open), path, int(pipe.a), -1, 99999}) {
    auto* const d = co_await S::fdopendir(fd);
    out.add_number("fdopendir", error_of(d));
    if (d == nullptr) continue;
    const dirent* const none = co_await S::readdir(d);
    out.add_number("readdir of a mere path", error_of(none));
    out.add("closedir of a mere path", co_await S::closedir(d));
  }
  out.add("closedir of none", co_await S::closedir(nullptr));
  const tests::few_descriptors none(0);
  auto* const refused = co_await S::opendir(folder.path().c_str());
  out.add_number("opendir without descriptors", error_of(refused));
}

}  // namespace

TEST_CASE("directories open, and fail to, as by the originals") {
  answers by_green, by_original;
  mirror::run(open_all<mirror>, std::ref(by_green));
  original::run(open_all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("opendir file ENOTDIR"));
  CHECK(by_green.has("closedir of none EINVAL"));
  CHECK(by_green.has("opendir of a name of 255 ENOENT"));
  CHECK(by_green.has("opendir of a name of 256 ENAMETOOLONG"));
  CHECK(by_green.has("opendir of a path of 4095 0"));
  CHECK(by_green.has("opendir of a path of 4096 ENAMETOOLONG"));
  CHECK(by_green.has("opendir without descriptors EMFILE"));
}

TEST_CASE_TEMPLATE("readdir gives each entry, and then null", S, original,
                   mirror) {
  const temporary_folder folder;
  tests::fill(folder.path(), 2000);
  REQUIRE(::mkdir(folder.at("folder").c_str(), 0700) == 0);
  S::run([&]() -> task_of<S> {
    errno = 77;
    auto* const d = co_await S::opendir(folder.path().c_str());
    REQUIRE(d != nullptr);
    CHECK(::fcntl(S::dirfd(d), F_GETFD) == FD_CLOEXEC);
    const auto names = co_await names_in<S>(d);
    CHECK((names == true_names(folder.path())));
    CHECK(names.size() == 2003);
    const dirent* const past = co_await S::readdir(d);
    CHECK(past == nullptr);
    CHECK(errno == 77);
    co_await S::rewinddir(d);
    for (const dirent* e = co_await S::readdir(d); e != nullptr;
         e = co_await S::readdir(d)) {
      struct stat found{};
      REQUIRE(::lstat(folder.at(e->d_name).c_str(), &found) == 0);
      if (std::string(e->d_name) == "..") continue;
      CHECK(e->d_ino == found.st_ino);
      CHECK(e->d_type == IFTODT(found.st_mode));
    }
    const int fd = S::dirfd(d);
    CHECK(co_await S::closedir(d) == 0);
    CHECK(::fcntl(fd, F_GETFD) == -1);
  });
}

// The positions are the file system's own: numbers of a tree in ext4, of a list
// in tmpfs, and of one of both in an overlay.
TEST_CASE_TEMPLATE("seekdir goes back to where telldir was", S, original,
                   mirror) {
  const tests::overlay layers;
  for (const std::string& place : {"/tmp"s, "/dev/shm"s, "."s, layers.path()}) {
    CAPTURE(place);
    if (::access(place.c_str(), W_OK) != 0) continue;
    const tests::folder_in folder(place);
    tests::fill(folder.path(), 1500);
    S::run([&]() -> task_of<S> {
      auto* const d = co_await S::opendir(folder.path().c_str());
      std::vector<long> positions{S::telldir(d)};
      std::vector<std::string> names;
      for (const dirent* e = co_await S::readdir(d); e != nullptr;
           e = co_await S::readdir(d)) {
        names.emplace_back(e->d_name);
        positions.push_back(S::telldir(d));
        CHECK(positions.back() == e->d_off);
      }
      REQUIRE(names.size() == 1502);
      for (size_t i = 0; i < names.size(); i += 7) {
        const size_t at = (i * 31) % names.size();
        co_await S::seekdir(d, positions[at]);
        CHECK(S::telldir(d) == positions[at]);
        const dirent* const e = co_await S::readdir(d);
        REQUIRE(e != nullptr);
        CHECK(e->d_name == names[at]);
      }
      co_await S::seekdir(d, positions.back());
      const dirent* const past = co_await S::readdir(d);
      CHECK(past == nullptr);
      co_await S::closedir(d);
    });
  }
}

TEST_CASE_TEMPLATE("rewinddir looks anew", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    folder.file("a");
    auto* const d = co_await S::opendir(folder.path().c_str());
    auto names = co_await names_in<S>(d);
    CHECK(names.size() == 3);
    folder.file("b");
    co_await S::rewinddir(d);
    CHECK(S::telldir(d) == 0);
    names = co_await names_in<S>(d);
    CHECK((sorted(names) == std::vector<std::string>{".", "..", "a", "b"}));
    co_await S::closedir(d);
  });
}

TEST_CASE_TEMPLATE("fdopendir goes on at the descriptor's place", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    tests::fill(folder.path(), 100);
    const auto names = true_names(folder.path());
    const int fd = ::open(folder.path().c_str(), O_RDONLY | O_CLOEXEC);
    auto* d = co_await S::fdopendir(fd);
    CHECK(S::dirfd(d) == fd);
    for (int i = 0; i < 40; ++i) (void)co_await S::readdir(d);
    const long place = S::telldir(d);
    const int other = ::open(folder.path().c_str(), O_RDONLY);
    CHECK(::lseek(other, place, SEEK_SET) == place);
    auto* const late = co_await S::fdopendir(other);
    const auto rest = co_await names_in<S>(late);
    CHECK((rest == std::vector(names.begin() + 40, names.end())));
    CHECK(co_await S::closedir(late) == 0);
    CHECK(co_await S::closedir(d) == 0);
    CHECK(::fcntl(fd, F_GETFD) == -1);
  });
}

TEST_CASE_TEMPLATE("a directory that is removed or closed while it is read", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.at("gone");
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    auto* d = co_await S::opendir(path.c_str());
    REQUIRE(::rmdir(path.c_str()) == 0);
    errno = 77;
    const dirent* none = co_await S::readdir(d);
    CHECK(none == nullptr);
    CHECK(errno == 77);
    CHECK(co_await S::closedir(d) == 0);

    d = co_await S::opendir(folder.path().c_str());
    ::close(S::dirfd(d));
    none = co_await S::readdir(d);
    CHECK(none == nullptr);
    CHECK(errno == EBADF);
    CHECK(tests::answer(co_await S::closedir(d)) == failed(EBADF));
  });
}

// One piece is read. The files of the others go, and then the directory.
TEST_CASE_TEMPLATE("a directory that is removed between two pieces ends", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.at("gone");
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    tests::fill(path, 3000);
    auto* const d = co_await S::opendir(path.c_str());
    const dirent* const first = co_await S::readdir(d);
    REQUIRE(first != nullptr);
    REQUIRE(std::filesystem::remove_all(path) == 3001);
    errno = 77;
    int entries = 0;
    for (const dirent* e = first; e != nullptr; e = co_await S::readdir(d))
      ++entries;
    CHECK(errno == 77);
    CHECK(entries < 3002);
    const dirent* const past = co_await S::readdir(d);
    CHECK(past == nullptr);
    co_await S::rewinddir(d);
    const dirent* const again = co_await S::readdir(d);
    CHECK(again == nullptr);
    CHECK(co_await S::closedir(d) == 0);
  });
}

TEST_CASE_TEMPLATE("a directory that grows after its end goes on", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const tests::folder_in folder(::access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                                                  : "/tmp");
    auto* const d = co_await S::opendir(folder.path().c_str());
    const auto names = co_await names_in<S>(d);
    CHECK(names.size() == 2);
    tests::fill(folder.path(), 3);
    const auto more = co_await names_in<S>(d);
    const auto rest = co_await names_in<S>(d);
    CHECK(more.size() + rest.size() <= 3);
    co_await S::rewinddir(d);
    const auto all = co_await names_in<S>(d);
    CHECK(all.size() == 5);
    co_await S::closedir(d);
  });
}

namespace {

template <class S>
task_of<S> read_raw(answers& out) {
  const temporary_folder folder;
  const descriptor here(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY));
  const descriptor file(::open(folder.file("a").c_str(), O_RDONLY));
  alignas(dirent) char bytes[1000];
  off_t base = 5;
  out.add("into little", co_await S::getdents64(here, bytes, 8));
  out.add("into nowhere",
          co_await S::getdents64(here, tests::nowhere<char>(), 1000));
  out.add("getdents64", co_await S::getdents64(here, bytes, sizeof bytes));
  out.add("at the end", co_await S::getdents64(here, bytes, sizeof bytes));
  REQUIRE(::lseek(here, 0, SEEK_SET) == 0);
  out.add("getdirentries",
          co_await S::getdirentries(here, bytes, sizeof bytes, &base));
  out.add("its base", base);
  out.add("of a file", co_await S::getdents64(file, bytes, sizeof bytes));
  out.add("of none", co_await S::getdents64(-1, bytes, sizeof bytes));
  out.add("of no file", co_await S::getdirentries(-1, bytes, 9, &base));
}

}  // namespace

TEST_CASE("getdents64 and getdirentries give what the originals give") {
  answers by_green, by_original;
  mirror::run(read_raw<mirror>, std::ref(by_green));
  original::run(read_raw<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("of a file ENOTDIR"));
  CHECK(by_green.has("at the end 0"));
}
