// SPDX-License-Identifier: MIT
// Calls on files that are answered from memory, judged by the originals.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "green/fcntl.h"
#include "green/greenlet.h"
#include "green/sys/stat.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call<int, int, const char*, int, mode_t>
      openat = +[](int folder, const char* path, int flags, mode_t mode) {
        return ::openat(folder, path, flags, mode);
      };
  static constexpr tests::blocking_call<int, int, struct stat*> fstat =
      +[](int fd, struct stat* into) { return ::fstat(fd, into); };
};

struct mirror : tests::green_side {
  static constexpr auto openat = &green::openat;
  static constexpr auto fstat = &green::fstat;
};

template <class S>
task_of<S> read_every_way(int fd, answers& out) {
  std::string got(20, ' ');
  for (const off_t at : {0L, 3L, 9L, 10L, 1000L, -1L, -5L, INT64_MAX}) {
    for (const size_t length : {0u, 1u, 10u, 20u}) {
      got.assign(20, ' ');
      const answer given = co_await S::pread(fd, got.data(), length, at);
      out.add("pread at " + std::to_string(at) + " of " +
                  std::to_string(length) + " gives '" + got + "'",
              given);
    }
  }
  out.add("pread to nowhere",
          co_await S::pread(fd, tests::nowhere<char>(), 4, 0));
  out.add("position", ::lseek(fd, 0, SEEK_CUR));
}

template <class S>
task_of<S> use_file(answers& out) {
  const tests::temporary_folder folder;
  const descriptor in(::open(folder.at("").c_str(), O_RDONLY | O_DIRECTORY));
  const int fd = co_await S::openat(in, "a", O_RDWR | O_CREAT | O_EXCL, 0600);
  const descriptor file(fd);
  out.add("again", co_await S::openat(in, "a", O_RDWR | O_CREAT | O_EXCL, 0));
  out.add("none", co_await S::openat(in, "b", O_RDONLY, 0));
  out.add("pwrite", co_await S::pwrite(file, "0123456789", 10, 0));
  out.add("pwrite before", co_await S::pwrite(file, "0", 1, -1));
  co_await read_every_way<S>(file, out);
  out.add("fsync", co_await S::fsync(file));
  out.add("fdatasync", co_await S::fdatasync(file));
  struct stat about{};
  out.add("fstat", co_await S::fstat(file, &about));
  out.add("size", about.st_size);
  out.add("mode", about.st_mode);
  out.add("in a file", co_await S::openat(file, "b", O_RDONLY, 0));
  out.add("in nothing", co_await S::openat(-1, "a", O_RDONLY, 0));
  out.add("no folder", co_await S::openat(in, "a", O_DIRECTORY, 0));
  const descriptor writer(::open(folder.at("a").c_str(), O_WRONLY));
  const auto pipe = tests::pipe_descriptors();
  const auto pair = tests::stream_pair();
  for (const int other :
       {int(writer), int(in), int(pipe.a), int(pipe.b), int(pair.a), -1}) {
    co_await read_every_way<S>(other, out);
    for (const off_t at : {0L, -1L, 1000L, INT64_MAX}) {
      out.add("pwrite at " + std::to_string(at),
              co_await S::pwrite(other, "x", 1, at));
    }
    out.add("pwrite of nothing", co_await S::pwrite(other, "x", 0, 0));
    out.add("fsync", co_await S::fsync(other));
    out.add("fdatasync", co_await S::fdatasync(other));
    out.add("fstat", co_await S::fstat(other, &about));
  }
  out.add("pwrite from nowhere",
          co_await S::pwrite(file, tests::nowhere<char>(), 4, 0));
}

}  // namespace

TEST_CASE("N17: files answer as by the originals") {
  answers by_green, by_original;
  mirror::run(use_file<mirror>, std::ref(by_green));
  original::run(use_file<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
}

TEST_CASE_TEMPLATE("what is in memory in part is read whole", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const tests::temporary_folder folder;
    const std::string text = tests::pattern(1 << 20);
    const descriptor file(
        ::open(folder.file("a", text).c_str(), O_RDONLY | O_CLOEXEC));
    const off_t half = 1 << 19;
    for (const off_t dropped : {off_t{0}, half}) {
      CHECK(::fsync(file) == 0);
      CHECK(::posix_fadvise(file, dropped, half, POSIX_FADV_DONTNEED) == 0);
      std::string got(text.size() + 1, ' ');
      CHECK(co_await S::pread(file, got.data(), got.size(), 0) ==
            ssize_t(text.size()));
      CHECK(got.compare(0, text.size(), text) == 0);
    }
  });
}

TEST_CASE("who reads from memory lets others run, and can be killed") {
  green::run([]() -> green::task<> {
    const tests::temporary_folder folder;
    const descriptor file(::open(folder.file("a", "text").c_str(), O_RDONLY));
    const int fd = file;
    long reads = 0, failures = 0;
    const auto reading = [fd, &reads, &failures]() -> green::task<> {
      char byte;
      for (;; ++reads) {
        const ssize_t got = co_await green::pread(fd, &byte, 1, 0);
        if (got != 1) ++failures;
      }
    };
    const auto looking = [fd, &reads, &failures]() -> green::task<> {
      struct stat about;
      for (;; ++reads) {
        const int result = co_await green::fstat(fd, &about);
        if (result != 0) ++failures;
      }
    };
    const auto reader = co_await tests::started(reading);
    const auto looker = co_await tests::started(looking);
    CHECK(reads > 0);
    CHECK(failures == 0);
    co_await reader.kill();
    co_await looker.kill();
    CHECK(reader.was_killed());
    CHECK(looker.was_killed());
  });
}
