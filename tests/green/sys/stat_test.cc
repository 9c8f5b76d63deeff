// SPDX-License-Identifier: MIT
#include "green/sys/stat.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/limits.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/overlay.h"
#include "tests/support/small_disk.h"
#include "tests/support/sockets.h"

using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::task_of;
using tests::temporary_folder;

static_assert(tests::mirrors(green::stat, ::stat));
static_assert(tests::mirrors(green::fstat, ::fstat));
static_assert(tests::mirrors(green::lstat, ::lstat));
static_assert(tests::mirrors(green::mkdir, ::mkdir));
static_assert(tests::mirrors(green::chmod, ::chmod));
static_assert(tests::mirrors(green::fchmod, ::fchmod));
static_assert(tests::mirrors(green::fchmodat, ::fchmodat));
static_assert(tests::mirrors(green::fstatat, ::fstatat));
static_assert(tests::mirrors(green::futimens, ::futimens));
static_assert(tests::mirrors(green::lchmod, ::lchmod));
static_assert(tests::mirrors(green::mkdirat, ::mkdirat));
static_assert(tests::mirrors(green::mkfifo, ::mkfifo));
static_assert(tests::mirrors(green::mkfifoat, ::mkfifoat));
static_assert(tests::mirrors(green::mknod, ::mknod));
static_assert(tests::mirrors(green::mknodat, ::mknodat));
static_assert(tests::mirrors(green::utimensat, ::utimensat));
static_assert(tests::mirrors(green::statx, ::statx));

namespace {

struct original : tests::system_side {
  using call = tests::blocking_call<int, const char*, struct ::stat*>;
  static constexpr call stat = &::stat;
  static constexpr call lstat = &::lstat;
  static constexpr tests::blocking_call<int, int, struct ::stat*> fstat =
      &::fstat;
  static constexpr tests::blocking_call mkdir = &::mkdir;
};

struct mirror : tests::green_side {
  static constexpr auto stat = &green::stat;
  static constexpr auto lstat = &green::lstat;
  static constexpr auto fstat = &green::fstat;
  static constexpr auto mkdir = &green::mkdir;
};

std::string in_words(struct ::stat s) {
  if (S_ISLNK(s.st_mode)) s.st_atim = {};  // following it sets this
  std::string words;
  for (const long long number :
       {static_cast<long long>(s.st_dev), static_cast<long long>(s.st_ino),
        static_cast<long long>(s.st_mode), static_cast<long long>(s.st_nlink),
        static_cast<long long>(s.st_uid), static_cast<long long>(s.st_gid),
        static_cast<long long>(s.st_rdev), static_cast<long long>(s.st_size),
        static_cast<long long>(s.st_blksize),
        static_cast<long long>(s.st_blocks),
        static_cast<long long>(s.st_atim.tv_sec),
        static_cast<long long>(s.st_atim.tv_nsec),
        static_cast<long long>(s.st_mtim.tv_sec),
        static_cast<long long>(s.st_mtim.tv_nsec),
        static_cast<long long>(s.st_ctim.tv_sec),
        static_cast<long long>(s.st_ctim.tv_nsec)}) {
    words += std::to_string(number) + " ";
  }
  return words;
}

using words = std::vector<std::string>;

template <class S>
task_of<S> look_at(const std::string& path, words& out) {
  struct ::stat s;
  for (const auto& call : {S::stat, S::lstat}) {
    const int result = co_await call(path.c_str(), &s);
    out.push_back(result == 0 ? in_words(s) : ::strerrorname_np(errno));
  }
  const int fd = ::open(path.c_str(), O_PATH | O_NOFOLLOW);
  const int result = co_await S::fstat(fd, &s);
  out.push_back(result == 0 ? in_words(s) : ::strerrorname_np(errno));
  if (fd >= 0) ::close(fd);
}

template <class S>
words all_of(const std::string& path) {
  words out;
  S::run(look_at<S>, path, std::ref(out));
  return out;
}

}  // namespace

TEST_CASE("what the originals say of a path is said") {
  const temporary_folder folder;
  folder.file("file", "12345");
  REQUIRE(::mkdir(folder.at("folder").c_str(), 01750) == 0);
  REQUIRE(::symlink("file", folder.at("link").c_str()) == 0);
  REQUIRE(::symlink("missing", folder.at("dangling").c_str()) == 0);
  REQUIRE(::symlink("loop", folder.at("loop").c_str()) == 0);
  REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0640) == 0);
  REQUIRE(::link(folder.at("file").c_str(), folder.at("hard").c_str()) == 0);
  const timespec old[] = {{-5, 7}, {1'234'567'890, 123'456'789}};
  REQUIRE(::utimensat(AT_FDCWD, folder.at("file").c_str(), old, 0) == 0);
  const tests::overlay layers;
  const std::string in_layers = layers.path() + "/file";
  const descriptor made(::open(in_layers.c_str(), O_CREAT | O_WRONLY, 0600));
  words paths = {
      "/dev/null", "/dev/zero", "/proc/self/stat",     "/proc/self/exe",
      "/dev/shm",  "/sys",      "/proc/self/fd/0",     in_layers,
      "/",         "",          std::string(5000, 'n')};
  for (const char* name :
       {"file", "folder", "link", "dangling", "loop", "fifo", "hard", "missing",
        "file/sub", "missing/sub", "folder/", "file/"}) {
    paths.push_back(folder.at(name));
  }
  for (const std::string& path : paths) {
    CAPTURE(path.substr(0, 100));
    CHECK(all_of<mirror>(path) == all_of<original>(path));
  }
}

TEST_CASE_TEMPLATE("a stat needs no free descriptor", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("file", "12345");
    const tests::few_descriptors none(0);
    struct ::stat s;
    errno = 77;
    CHECK(co_await S::stat(path.c_str(), &s) == 0);
    CHECK(s.st_size == 5);
    CHECK(errno == 77);
  });
}

TEST_CASE_TEMPLATE("a stat is no event for those that watch", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("file");
    const descriptor watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    REQUIRE(::inotify_add_watch(watch, folder.path().c_str(), IN_ALL_EVENTS) >=
            0);
    struct ::stat s;
    CHECK(co_await S::stat(path.c_str(), &s) == 0);
    CHECK(co_await S::lstat(folder.path().c_str(), &s) == 0);
    char event;
    CHECK(::read(watch, &event, 1) == -1);
    CHECK(errno == EAGAIN);
  });
}

// The files of tmpfs lie in memory.
TEST_CASE("a stat of a path in memory lets others run, and does not wait") {
  const tests::small_disk disk;
  if (!disk.allowed()) return;
  const descriptor made(::openat(disk.fd(), "a", O_CREAT | O_RDWR, 0600));
  struct ::open_how how{};
  how.flags = O_PATH;
  how.resolve = RESOLVE_CACHED;
  const descriptor cached(static_cast<int>(
      ::syscall(SYS_openat2, disk.fd(), "a", &how, sizeof how)));
  if (cached < 0) {
    MESSAGE("skipped, no openat2");
    return;
  }
  green::run([&]() -> green::task<> {
    constexpr int times = 100;
    int turns = 0;
    const auto asks = [&]() -> green::task<> {
      struct ::stat s;
      for (int i = 0; i < times; ++i) {
        const int asked = co_await green::fstatat(disk.fd(), "a", &s, 0);
        CHECK(asked == 0);
      }
    };
    const auto asking = green::spawn(asks);
    for (; !asking.ready(); ++turns) co_await green::sleep();
    CHECK(turns >= times);
    CHECK(turns <= times + 2);
    co_await asking.join();
  });
}

TEST_CASE_TEMPLATE("fstat of pipes, sockets and nothing", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    auto [a, b] = tests::tcp_pair();
    struct ::stat s;
    CHECK(co_await S::fstat(in, &s) == 0);
    CHECK(S_ISFIFO(s.st_mode));
    CHECK(co_await S::fstat(a, &s) == 0);
    CHECK(S_ISSOCK(s.st_mode));
    for (const int fd : {-1, AT_FDCWD, 100'000}) {
      CHECK(answer(co_await S::fstat(fd, &s)) == tests::failed(EBADF));
    }
    const char* const nowhere = tests::nowhere<char>();
    CHECK(answer(co_await S::stat(nowhere, &s)) == tests::failed(EFAULT));
  });
}

TEST_CASE_TEMPLATE("mkdir obeys the mask and the working folder", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const descriptor before(::open(".", O_PATH));
    REQUIRE(::chdir(folder.path().c_str()) == 0);
    const mode_t mask = ::umask(027);
    CHECK(co_await S::mkdir("a", 0777) == 0);
    ::umask(mask);
    CHECK(co_await S::mkdir("a/b", 0700) == 0);
    struct ::stat s;
    CHECK(co_await S::stat("a", &s) == 0);
    CHECK((s.st_mode & 07777) == 0750);
    CHECK(s.st_nlink == 3);
    CHECK(answer(co_await S::mkdir("a", 0777)) == tests::failed(EEXIST));
    CHECK(answer(co_await S::mkdir("c/d", 0777)) == tests::failed(ENOENT));
    CHECK(answer(co_await S::mkdir("", 0777)) == tests::failed(ENOENT));
    folder.file("e");
    CHECK(answer(co_await S::mkdir("e/f", 0777)) == tests::failed(ENOTDIR));
    REQUIRE(::fchdir(before) == 0);
  });
}

TEST_CASE("the names of the original are here") {
  const mode_t mask = green::umask(022);
  CHECK(green::umask(mask) == 022);
}
