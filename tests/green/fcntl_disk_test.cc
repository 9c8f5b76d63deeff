// SPDX-License-Identifier: MIT
// Of <fcntl.h>: the disk's share of a file, handles, and vmsplice.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string>

#include "green/fcntl.h"
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
  static constexpr tests::blocking_call fallocate = &::fallocate;
  static constexpr tests::blocking_call posix_fadvise = &::posix_fadvise;
  static constexpr tests::blocking_call readahead = &::readahead;
  static constexpr tests::blocking_call sync_file_range = &::sync_file_range;
  static constexpr tests::blocking_call name_to_handle_at =
      &::name_to_handle_at;
  static constexpr tests::blocking_call open_by_handle_at =
      &::open_by_handle_at;
  static constexpr tests::blocking_call vmsplice = &::vmsplice;
};

struct mirror : tests::green_side {
  static constexpr auto fallocate = &green::fallocate;
  static constexpr auto posix_fadvise = &green::posix_fadvise;
  static constexpr auto readahead = &green::readahead;
  static constexpr auto sync_file_range = &green::sync_file_range;
  static constexpr auto name_to_handle_at = &green::name_to_handle_at;
  static constexpr auto open_by_handle_at = &green::open_by_handle_at;
  static constexpr auto vmsplice = &green::vmsplice;
};

template <class S>
task_of<S> of_descriptor(answers& out, int fd) {
  out.add("allocate", co_await S::fallocate(fd, 0, 0, 5000));
  out.add("keep size", co_await S::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 9000));
  out.add("allocate nothing", co_await S::fallocate(fd, 0, 0, 0));
  out.add("allocate before", co_await S::fallocate(fd, 0, -1, 1));
  out.add("allocate oddly", co_await S::fallocate(fd, 1 << 20, 0, 1));
  struct ::stat found{};
  if (::fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
    out.add("size", found.st_size);
  }
  for (const int advice : {POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED, 99}) {
    out.add_number("advise",
                   co_await S::posix_fadvise(fd, 0, off_t{1} << 33, advice));
  }
  out.add_number("advise before", co_await S::posix_fadvise(fd, 0, -1, 0));
  out.add("read ahead", co_await S::readahead(fd, 0, 5000));
  constexpr unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                           SYNC_FILE_RANGE_WAIT_AFTER;
  out.add("sync", co_await S::sync_file_range(fd, 0, off_t{1} << 33, all));
  out.add("sync oddly", co_await S::sync_file_range(fd, 0, 1, 99));
  out.add("sync before", co_await S::sync_file_range(fd, -1, 1, all));
}

struct room_for_handle {
  file_handle* get() { return reinterpret_cast<file_handle*>(bytes.data()); }
  alignas(file_handle)
      std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> bytes{};
};

template <class S>
task_of<S> of_handles(answers& out) {
  const temporary_folder folder;
  const descriptor here(::open(folder.path().c_str(), O_RDONLY));
  folder.file("file");
  room_for_handle room;
  int mount = 0;
  out.add("name too much",
          co_await S::name_to_handle_at(here, "file", room.get(), &mount, 0));
  room.get()->handle_bytes = MAX_HANDLE_SZ;
  out.add("name",
          co_await S::name_to_handle_at(here, "file", room.get(), &mount, 0));
  out.add("mount", mount != 0 ? 1 : 0);
  const int fd = co_await S::open_by_handle_at(here, room.get(), O_RDONLY);
  out.add("open", fd < 0 ? fd : 0);
  if (fd >= 0) ::close(fd);
  out.add("open of none", co_await S::open_by_handle_at(-1, room.get(), 0));
  out.add("open nowhere",
          co_await S::open_by_handle_at(here, nowhere<file_handle>(), 0));
  room.get()->handle_bytes = 0;
  out.add("open nothing", co_await S::open_by_handle_at(here, room.get(), 0));
  room.get()->handle_bytes = 10'000;
  out.add("open much", co_await S::open_by_handle_at(here, room.get(), 0));
  out.add("name missing", co_await S::name_to_handle_at(here, "missing",
                                                        room.get(), &mount, 0));
}

iovec part(std::string& bytes) { return {bytes.data(), bytes.size()}; }

template <class S>
task_of<S> of_pipes(answers& out) {
  const temporary_folder folder;
  const auto pipe = tests::pipe_descriptors();
  const descriptor file(::open(folder.file("a").c_str(), O_RDWR));
  std::string bytes = "0123456789", got = "----------";
  const iovec from = part(bytes), to = part(got);
  const iovec wrong{nowhere<void>(), 10};
  out.add("give", co_await S::vmsplice(pipe.b, &from, 1, 0));
  out.add("take", co_await S::vmsplice(pipe.a, &to, 1, 0));
  out.add("it is " + got, 0);
  out.add("take of nothing",
          co_await S::vmsplice(pipe.a, &to, 1, SPLICE_F_NONBLOCK));
  out.add("give nowhere", co_await S::vmsplice(pipe.b, &wrong, 1, 0));
  out.add("give oddly", co_await S::vmsplice(pipe.b, &from, 1, 1u << 20));
  out.add("give no parts", co_await S::vmsplice(pipe.b, &from, 0, 0));
  out.add("give to a file", co_await S::vmsplice(file, &from, 1, 0));
  out.add("give to none", co_await S::vmsplice(-1, &from, 1, 0));
}

template <class S>
task_of<S> all(answers& out) {
  const temporary_folder folder;
  const descriptor file(::open(folder.file("a").c_str(), O_RDWR));
  const descriptor in(::open(folder.at("a").c_str(), O_RDONLY));
  const descriptor path(::open(folder.at("a").c_str(), O_PATH));
  const auto pipe = tests::pipe_descriptors();
  for (const int fd : {int(file), int(in), int(path), int(pipe.b), -1}) {
    co_await of_descriptor<S>(out, fd);
  }
  co_await of_handles<S>(out);
  co_await of_pipes<S>(out);
}

}  // namespace

TEST_CASE("the disk's calls, handles and pages are as with the originals") {
  answers by_green, by_original;
  mirror::run(all<mirror>, std::ref(by_green));
  original::run(all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  for (const char* one : {"advise 0", "read ahead 0", "sync 0", "give 10",
                          "take 10", "name missing ENOENT"}) {
    CAPTURE(one);
    CHECK(by_green.has(one));
  }
}

TEST_CASE("vmsplice waits for bytes; a kill and a close end the wait") {
  green::run([]() -> green::task<> {
    auto pipe = tests::pipe_descriptors();
    std::string got = "-----";
    const iovec to = part(got);
    const int fd = pipe.a;
    int error = 0;
    const auto takes = [fd, &to, &error]() -> green::task<ssize_t> {
      const ssize_t taken = co_await green::vmsplice(fd, &to, 1, 0);
      error = errno;
      co_return taken;
    };
    const auto killed = green::spawn(takes);
    co_await green::sleep();
    co_await killed.kill();
    CHECK(killed.was_killed());
    const auto taker = green::spawn(takes);
    co_await green::sleep();
    REQUIRE(::write(pipe.b, "abcde", 5) == 5);
    CHECK(co_await taker.get() == 5);
    CHECK(got == "abcde");
    const auto closed = green::spawn(takes);
    co_await green::sleep();
    CHECK(co_await green::close(pipe.a.release()) == 0);
    CHECK(co_await closed.get() == -1);
    CHECK(error == EBADF);
  });
}
