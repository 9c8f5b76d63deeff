// SPDX-License-Identifier: MIT
// A disk that is full, and other ends of room: what fitted is told, the rest is
// an error, and room that comes back is used.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <string>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/sys/sendfile.h"
#include "green/sys/stat.h"
#include "green/sys/uio.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/limits.h"
#include "tests/support/small_disk.h"
#include "tests/support/sockets.h"

namespace {

using green::task;
using tests::descriptor;
using tests::small_disk;

descriptor file_on(const small_disk& disk, const char* name) {
  return descriptor(
      ::openat(disk.fd(), name, O_CREAT | O_RDWR | O_CLOEXEC, 0600));
}

std::string contents(int fd) {
  std::string all(std::size_t(2 * small_disk::size), ' ');
  const ssize_t n = ::pread(fd, all.data(), all.size(), 0);
  all.resize(n < 0 ? 0 : std::size_t(n));
  return all;
}

// Writes until an error: which, and how much went before.
template <class Write>
task<int> write_all(Write write, std::size_t& written) {
  for (;;) {
    const ssize_t n = co_await write(written);
    if (n < 0) co_return errno;
    if (n == 0) co_return 0;
    written += std::size_t(n);
  }
}

}  // namespace

TEST_CASE("a full disk: what fits is written, then ENOSPC") {
  const small_disk disk;
  if (!disk.allowed()) return;
  green::run([&disk]() -> task<> {
    const std::string text =
        tests::pattern(std::size_t(small_disk::size + 5000));
    {
      const descriptor file = file_on(disk, "a");
      std::size_t written = 0;
      const auto write = [&](std::size_t at) -> task<ssize_t> {
        co_return co_await green::write(file, text.data() + at,
                                        text.size() - at);
      };
      CHECK(co_await write_all(write, written) == ENOSPC);
      CHECK(written == std::size_t(small_disk::size));
      CHECK((contents(file) == text.substr(0, written)));
      CHECK(co_await green::fsync(file) == 0);
      CHECK(co_await green::pwrite(file, "over", 4, 10) == 4);
    }
    CHECK(co_await green::unlink(disk.at("a").c_str()) == 0);
    const descriptor again = file_on(disk, "b");
    CHECK(co_await green::write(again, text.data(), 5000) == 5000);
  });
}

TEST_CASE("a full disk, by parts and by offset") {
  const small_disk disk;
  if (!disk.allowed()) return;
  green::run([&disk]() -> task<> {
    std::string text = tests::pattern(std::size_t(small_disk::size + 5000));
    const descriptor file = file_on(disk, "a");
    std::size_t written = 0;
    const auto by_parts = [&](std::size_t at) -> task<ssize_t> {
      const std::size_t half = (text.size() - at) / 2;
      const std::array<iovec, 2> parts{
          {{text.data() + at, half},
           {text.data() + at + half, text.size() - at - half}}};
      co_return co_await green::writev(file, parts.data(), 2);
    };
    CHECK(co_await write_all(by_parts, written) == ENOSPC);
    CHECK(written == std::size_t(small_disk::size));
    CHECK((contents(file) == text.substr(0, written)));
    CHECK(::ftruncate(file, 0) == 0);
    written = 0;
    const auto by_offset = [&](std::size_t at) -> task<ssize_t> {
      co_return co_await green::pwrite(file, text.data() + at, text.size() - at,
                                       off_t(at));
    };
    CHECK(co_await write_all(by_offset, written) == ENOSPC);
    CHECK(written == std::size_t(small_disk::size));
    CHECK((contents(file) == text.substr(0, written)));
  });
}

TEST_CASE("a full disk: posix_fallocate, sendfile and splice") {
  const small_disk disk;
  if (!disk.allowed()) return;
  green::run([&disk]() -> task<> {
    const descriptor file = file_on(disk, "a");
    CHECK(co_await green::posix_fallocate(file, 0, 2 * small_disk::size) ==
          ENOSPC);
    CHECK(co_await green::posix_fallocate(file, 0, small_disk::size) == 0);
    const descriptor other = file_on(disk, "b");
    const tests::temporary_folder folder;
    const std::string text = tests::pattern(1000);
    const descriptor source(
        ::open(folder.file("s", text).c_str(), O_RDONLY | O_CLOEXEC));
    off_t from = 0;
    CHECK(co_await green::sendfile(other, source, &from, 1000) == -1);
    CHECK(errno == ENOSPC);
    auto [out, in] = tests::pipe_descriptors();
    CHECK(::write(in, "piped", 5) == 5);
    CHECK(co_await green::splice(out, nullptr, other, nullptr, 5, 0) == -1);
    CHECK(errno == ENOSPC);
    CHECK(::ftruncate(file, 0) == 0);
    from = 0;
    CHECK(co_await green::sendfile(other, source, &from, 1000) == 1000);
    CHECK((contents(other) == text));
  });
}

TEST_CASE("a disk without room for names") {
  const small_disk disk;
  if (!disk.allowed()) return;
  green::run([&disk]() -> task<> {
    int error = 0, made = 0;
    while (error == 0 && made < 10) {
      const std::string name = disk.at("d" + std::to_string(made));
      const int result = co_await green::mkdir(name.c_str(), 0700);
      if (result == 0) {
        ++made;
      } else {
        error = errno;
      }
    }
    CHECK(error == ENOSPC);
    CHECK(co_await green::openat(disk.fd(), "new", O_CREAT | O_RDWR, 0600) ==
          -1);
    CHECK(errno == ENOSPC);
    CHECK(co_await green::rmdir(disk.at("d0").c_str()) == 0);
    const int fd =
        co_await green::openat(disk.fd(), "new", O_CREAT | O_RDWR, 0600);
    CHECK(fd >= 0);
    CHECK(co_await green::close(fd) == 0);
  });
}

TEST_CASE("a file that may not grow: what fits, then EFBIG") {
  const auto before = ::signal(SIGXFSZ, SIG_IGN);
  green::run([]() -> task<> {
    const tests::temporary_folder folder;
    const descriptor file(::open(folder.file("a").c_str(), O_RDWR | O_CLOEXEC));
    const std::string text = tests::pattern(10'000);
    {
      const tests::limit small(RLIMIT_FSIZE, 6000);
      std::size_t written = 0;
      const auto write = [&](std::size_t at) -> task<ssize_t> {
        co_return co_await green::write(file, text.data() + at,
                                        text.size() - at);
      };
      CHECK(co_await write_all(write, written) == EFBIG);
      CHECK(written == 6000);
      CHECK(co_await green::pwrite(file, "x", 1, 9000) == -1);
      CHECK(errno == EFBIG);
      CHECK(co_await green::posix_fallocate(file, 0, 9000) == EFBIG);
    }
    CHECK((contents(file) == text.substr(0, 6000)));
    CHECK(co_await green::write(file, text.data() + 6000, 4000) == 4000);
    CHECK((contents(file) == text));
  });
  ::signal(SIGXFSZ, before);
}

TEST_CASE("a device that is always full") {
  green::run([]() -> task<> {
    const descriptor full(::open("/dev/full", O_RDWR | O_CLOEXEC));
    char data[4] = {1, 2, 3, 4};
    const std::array<iovec, 2> parts{{{data, 2}, {data + 2, 2}}};
    CHECK(co_await green::write(full, data, 4) == -1);
    CHECK(errno == ENOSPC);
    CHECK(co_await green::writev(full, parts.data(), 2) == -1);
    CHECK(errno == ENOSPC);
    CHECK(co_await green::read(full, data, 4) == 4);
    CHECK(data[3] == 0);
  });
}
