// SPDX-License-Identifier: MIT
#include "green/fcntl.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

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
using tests::gives;
using tests::task_of;
using tests::temporary_folder;

static_assert(gives<decltype(green::open("", 0)), int>);
static_assert(gives<decltype(green::open("", O_CREAT, 0600)), int>);
static_assert(gives<decltype(green::openat(0, "", 0)), int>);
static_assert(gives<decltype(green::openat(0, "", O_CREAT, 0600)), int>);
static_assert(tests::mirrors(green::creat, ::creat));
static_assert(gives<decltype(green::fcntl(0, F_GETFL)), int>);
static_assert(gives<decltype(green::fcntl(0, F_SETFL, 0)), int>);
static_assert(gives<decltype(green::fcntl(0, F_SETFL, 0u)), int>);
static_assert(gives<decltype(green::fcntl(0, F_SETFL, 0L)), int>);
static_assert(gives<decltype(green::fcntl(0, F_SETLK, nullptr)), int>);
static_assert(tests::mirrors(green::posix_fallocate, ::posix_fallocate));
static_assert(tests::mirrors(green::splice, ::splice));
static_assert(tests::mirrors(green::tee, ::tee));
static_assert(tests::mirrors(green::fallocate, ::fallocate));
static_assert(tests::mirrors(green::posix_fadvise, ::posix_fadvise));
static_assert(tests::mirrors(green::readahead, ::readahead));
static_assert(tests::mirrors(green::sync_file_range, ::sync_file_range));
static_assert(tests::mirrors(green::name_to_handle_at, ::name_to_handle_at));
static_assert(tests::mirrors(green::open_by_handle_at, ::open_by_handle_at));
static_assert(tests::mirrors(green::vmsplice, ::vmsplice));

namespace {

struct original : tests::system_side {
  static tests::ready<int> open(const char* path, int flags, mode_t mode = 0) {
    return tests::ready<int>(::open(path, flags, mode));
  }
  static tests::ready<int> openat(int at, const char* path, int flags,
                                  mode_t mode = 0) {
    return tests::ready<int>(::openat(at, path, flags, mode));
  }
  template <class... Args>
  static tests::ready<int> fcntl(int fd, int command, Args... args) {
    return tests::ready<int>(::fcntl(fd, command, args...));
  }
  static constexpr tests::blocking_call creat = &::creat;
  static constexpr tests::blocking_call posix_fallocate = &::posix_fallocate;
};

struct mirror : tests::green_side {
  static auto open(const char* path, int flags, mode_t mode = 0) {
    return green::open(path, flags, mode);
  }
  static auto openat(int at, const char* path, int flags, mode_t mode = 0) {
    return green::openat(at, path, flags, mode);
  }
  template <class... Args>
  static auto fcntl(int fd, int command, Args... args) {
    return green::fcntl(fd, command, args...);
  }
  static constexpr auto creat = &green::creat;
  static constexpr auto posix_fallocate = &green::posix_fallocate;
};

// In words what was opened, and closes it.
std::string opened(int fd) {
  if (fd < 0) return ::strerrorname_np(errno);
  struct ::stat file;
  ::fstat(fd, &file);
  std::string words = "flags " + std::to_string(::fcntl(fd, F_GETFL)) +
                      (::fcntl(fd, F_GETFD) != 0 ? " cloexec" : "") + " mode " +
                      std::to_string(file.st_mode) + " size " +
                      std::to_string(file.st_size);
  ::close(fd);
  return words;
}

struct folder_of_all : temporary_folder {
  folder_of_all() {
    file("file", "12345");
    ::mkdir(at("folder").c_str(), 0700);
    (void)!::symlink("file", at("link").c_str());
    (void)!::symlink("loop", at("loop").c_str());
    (void)!::symlink("nothing", at("dangling").c_str());
  }
};

const std::vector<std::string> names = {
    "file",     "folder",         "link",        "loop",    "dangling",
    "missing",  "file/sub",       "missing/sub", "folder/", "file/",
    "missing/", "folder/../file", "./link"};

const std::vector<int> ways = {O_RDONLY,
                               O_WRONLY,
                               O_RDWR,
                               O_RDWR | O_CREAT,
                               O_WRONLY | O_CREAT | O_EXCL,
                               O_RDONLY | O_DIRECTORY,
                               O_RDONLY | O_NOFOLLOW,
                               O_RDWR | O_TRUNC,
                               O_WRONLY | O_APPEND | O_CLOEXEC,
                               O_PATH,
                               O_PATH | O_NOFOLLOW,
                               O_RDWR | O_TMPFILE,
                               O_RDWR | O_NONBLOCK | O_SYNC,
                               O_RDONLY | O_DIRECT,
                               O_ACCMODE};

template <class S>
task_of<S> open_all(std::vector<std::string>& out) {
  for (const int way : ways) {
    for (const std::string& name : names) {
      const folder_of_all folder;
      const descriptor here(::open(folder.path().c_str(), O_PATH));
      out.push_back(opened(co_await S::openat(here, name.c_str(), way, 0640)));
    }
  }
}

}  // namespace

TEST_CASE("every way to open every path answers as the original does") {
  std::vector<std::string> by_green, by_original;
  mirror::run(open_all<mirror>, std::ref(by_green));
  original::run(open_all<original>, std::ref(by_original));
  REQUIRE(by_green.size() == by_original.size());
  for (std::size_t i = 0; i < by_green.size(); ++i) {
    CAPTURE(ways[i / names.size()]);
    CAPTURE(names[i % names.size()]);
    CHECK(by_green[i] == by_original[i]);
  }
}

template <class S>
task_of<S> open_special(std::vector<std::string>& out) {
  const temporary_folder folder;
  const std::string fifo = folder.at("fifo"), socket = folder.at("socket");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  REQUIRE(::mknod(socket.c_str(), S_IFSOCK | 0600, 0) == 0);
  const descriptor both(::open(fifo.c_str(), O_RDWR));  // so that none waits
  for (const std::string& name :
       {fifo, socket, std::string("/dev/null"), std::string("/dev/zero"),
        std::string("/dev/full"), std::string("/proc/self/status"),
        std::string("/proc/self/fd"), std::string("/no such name")}) {
    for (const int way : {O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_ASYNC,
                          O_RDONLY | O_NONBLOCK | O_CLOEXEC, O_RDWR | O_APPEND,
                          O_RDONLY | O_NOCTTY, O_RDONLY | O_NOATIME, O_PATH}) {
      out.push_back(opened(co_await S::open(name.c_str(), way)));
    }
  }
}

TEST_CASE("FIFOs, sockets, devices and files of /proc are opened alike") {
  std::vector<std::string> by_green, by_original;
  mirror::run(open_special<mirror>, std::ref(by_green));
  original::run(open_special<original>, std::ref(by_original));
  CHECK(by_green == by_original);
}

TEST_CASE_TEMPLATE("open and creat obey the mask", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const mode_t before = ::umask(027);
    const std::string a = folder.at("a"), b = folder.at("b");
    const descriptor one(co_await S::open(a.c_str(), O_RDWR | O_CREAT, 0666));
    const descriptor two(co_await S::creat(b.c_str(), 0777));
    ::umask(before);
    struct ::stat file;
    REQUIRE(::fstat(one, &file) == 0);
    CHECK((file.st_mode & 07777) == 0640);
    REQUIRE(::fstat(two, &file) == 0);
    CHECK((file.st_mode & 07777) == 0750);
    CHECK((::fcntl(two, F_GETFL) & O_ACCMODE) == O_WRONLY);
    CHECK(::write(two, "1234", 4) == 4);
    const descriptor again(co_await S::creat(b.c_str(), 0));
    CHECK(tests::contents(b) == "");
    CHECK(::lseek(two, 0, SEEK_CUR) == 4);
  });
}

TEST_CASE_TEMPLATE("openat starts at its folder", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("a", "1");
    const descriptor here(::open(folder.path().c_str(), O_RDONLY));
    const descriptor file(::open(path.c_str(), O_RDONLY));
    const char* const nowhere = tests::nowhere<char>();
    CHECK(opened(co_await S::openat(here, "a", O_RDONLY)).ends_with("size 1"));
    CHECK(opened(co_await S::openat(-1, path.c_str(), O_RDONLY))
              .ends_with("size 1"));
    CHECK(opened(co_await S::openat(-1, "a", O_RDONLY)) == "EBADF");
    CHECK(opened(co_await S::openat(file, "a", O_RDONLY)) == "ENOTDIR");
    CHECK(opened(co_await S::openat(here, nowhere, O_RDONLY)) == "EFAULT");
    CHECK(opened(co_await S::open(nowhere, O_RDONLY)) == "EFAULT");
    const std::string long_name(256, 'n'), long_path(5000, 'n');
    for (const int flags : {O_RDONLY, O_RDWR | O_CREAT}) {
      CHECK(opened(co_await S::openat(here, "", flags)) == "ENOENT");
      CHECK(opened(co_await S::openat(here, long_name.c_str(), flags)) ==
            "ENAMETOOLONG");
      CHECK(opened(co_await S::openat(here, long_path.c_str(), flags)) ==
            "ENAMETOOLONG");
    }
    CHECK(opened(co_await S::openat(here, "a", O_TMPFILE)) == "EINVAL");
  });
}

TEST_CASE_TEMPLATE("what may not be opened is EACCES", S, original, mirror) {
  if (::geteuid() == 0) {
    MESSAGE("skipped: root may open everything");
    return;
  }
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("a");
    ::chmod(path.c_str(), 0);
    CHECK(opened(co_await S::open(path.c_str(), O_RDONLY)) == "EACCES");
  });
}

TEST_CASE_TEMPLATE("both ends of a FIFO wait for each other", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.at("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    for (const bool reader_first : {true, false}) {
      int other = -1;
      typename S::thread opener(
          [&path, &other](int flags) -> task_of<S> {
            other = co_await S::open(path.c_str(), flags);
          },
          reader_first ? O_RDONLY : O_WRONLY);
      co_await S::this_thread::yield();
      const int mine = co_await S::open(
          path.c_str(), (reader_first ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
      co_await opener.join();
      const descriptor in(reader_first ? other : mine);
      const descriptor out(reader_first ? mine : other);
      CHECK(::fcntl(mine, F_GETFD) == FD_CLOEXEC);
      CHECK(co_await S::write(out, "x", 1) == 1);
      char byte = 0;
      CHECK(co_await S::read(in, &byte, 1) == 1);
      CHECK(byte == 'x');
    }
  });
}

TEST_CASE_TEMPLATE("a FIFO is not waited for with O_NONBLOCK or O_RDWR", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0600) == 0);
    const std::string path = folder.at("fifo");
    const char* const p = path.c_str();
    CHECK(answer(co_await S::open(p, O_WRONLY | O_NONBLOCK)) == failed(ENXIO));
    const descriptor in(co_await S::open(p, O_RDONLY | O_NONBLOCK));
    const descriptor out(co_await S::open(p, O_WRONLY | O_NONBLOCK));
    const descriptor both(co_await S::open(p, O_RDWR));
    CHECK(answer(co_await S::open(p, O_RDONLY | O_CREAT | O_EXCL, 0600)) ==
          failed(EEXIST));
  });
}

TEST_CASE("an open of a FIFO that was abandoned is closed again") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string path = folder.at("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const auto opens = [&path]() -> green::task<> {
      co_await green::open(path.c_str(), O_RDONLY);
    };
    const int before = tests::open_descriptors();
    co_await tests::check_interruptible(opens);
    // Sets the helpers free, then waits until no reader is left.
    const descriptor out(co_await green::open(path.c_str(), O_WRONLY));
    while (tests::open_descriptors() != before + 1) co_await green::sleep(1ms);
  });
}

TEST_CASE("many FIFOs that wait keep no other call from its helper") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string path = folder.at("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    int opened = 0;
    const auto opens = [&path, &opened]() -> green::task<> {
      const descriptor in(co_await green::open(path.c_str(), O_RDONLY));
      ++opened;
    };
    std::vector<green::greenlet<>> readers;
    for (int i = 0; i < 40; ++i) readers.push_back(green::spawn(opens));
    co_await tests::others_wait();
    const descriptor file(co_await green::creat(folder.at("f").c_str(), 0600));
    CHECK(co_await green::ftruncate(file, 10) == 0);
    const descriptor out(co_await green::open(path.c_str(), O_WRONLY));
    co_await green::joinall(readers);
    CHECK(opened == 40);
  });
}

TEST_CASE_TEMPLATE("fcntl takes nothing, a number or a pointer", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    CHECK(co_await S::fcntl(in, F_GETFD) == FD_CLOEXEC);
    CHECK(co_await S::fcntl(in, F_SETFD, 0) == 0);
    CHECK(co_await S::fcntl(in, F_GETFD) == 0);
    CHECK(co_await S::fcntl(in, F_SETFL, O_NONBLOCK) == 0);
    CHECK((::fcntl(in, F_GETFL) & O_NONBLOCK) != 0);
    CHECK(co_await S::fcntl(in, F_SETPIPE_SZ, 4096L) == 4096);
    CHECK(co_await S::fcntl(in, F_GETPIPE_SZ) == 4096);
    const descriptor copy(co_await S::fcntl(in, F_DUPFD_CLOEXEC, 100u));
    CHECK(copy >= 100);
    f_owner_ex owner{F_OWNER_PID, ::getpid()};
    CHECK(co_await S::fcntl(in, F_SETOWN_EX, &owner) == 0);
    CHECK(co_await S::fcntl(in, F_GETOWN) == ::getpid());
    CHECK(answer(co_await S::fcntl(-1, F_GETFD)) == failed(EBADF));
    CHECK(answer(co_await S::fcntl(in, F_DUPFD, -1)) == failed(EINVAL));
    CHECK(answer(co_await S::fcntl(in, 12'345, 0)) == failed(EINVAL));
    CHECK(answer(co_await S::fcntl(in, F_SETLK, nullptr)) == failed(EFAULT));
    CHECK(answer(co_await S::fcntl(in, F_SETLKW, nullptr)) == failed(EFAULT));
    CHECK(answer(co_await S::fcntl(-1, F_SETLKW, nullptr)) == failed(EBADF));
  });
}

TEST_CASE_TEMPLATE("posix_fallocate gives its error's number", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("a", "123");
    const descriptor file(::open(path.c_str(), O_RDWR));
    const descriptor input(::open(path.c_str(), O_RDONLY));
    const descriptor here(::open(folder.path().c_str(), O_RDONLY));
    const descriptor null(::open("/dev/null", O_RDWR));
    auto [in, out] = tests::pipe_descriptors();
    errno = 0;
    CHECK(co_await S::posix_fallocate(file, 0, 10'000) == 0);
    CHECK(tests::contents(path).size() == 10'000);
    CHECK(tests::contents(path).starts_with("123"));
    CHECK(co_await S::posix_fallocate(file, 0, 100) == 0);
    CHECK(tests::contents(path).size() == 10'000);
    CHECK(co_await S::posix_fallocate(file, -1, 10) == EINVAL);
    CHECK(co_await S::posix_fallocate(file, 0, 0) == EINVAL);
    CHECK(co_await S::posix_fallocate(file, 0, -1) == EINVAL);
    CHECK(co_await S::posix_fallocate(file, INT64_MAX, 10) == EFBIG);
    CHECK(co_await S::posix_fallocate(-1, 0, 0) == EBADF);
    CHECK(co_await S::posix_fallocate(input, 0, 10) == EBADF);
    CHECK(co_await S::posix_fallocate(here, 0, 10) == EBADF);
    CHECK(co_await S::posix_fallocate(out, 0, 10) == ESPIPE);
    CHECK(co_await S::posix_fallocate(null, 0, 10) == ENODEV);
    CHECK(errno == 0);
  });
}
