// SPDX-License-Identifier: MIT
// preadv2, pwritev2 and the memory of processes of <sys/uio.h>.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "green/greenlet.h"
#include "green/sys/uio.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::descriptor;
using tests::nowhere;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call preadv2 = &::preadv2;
  static constexpr tests::blocking_call pwritev2 = &::pwritev2;
  static constexpr tests::blocking_call process_vm_readv = &::process_vm_readv;
  static constexpr tests::blocking_call process_vm_writev =
      &::process_vm_writev;
};

struct mirror : tests::green_side {
  static constexpr auto preadv2 = &green::preadv2;
  static constexpr auto pwritev2 = &green::pwritev2;
  static constexpr auto process_vm_readv = &green::process_vm_readv;
  static constexpr auto process_vm_writev = &green::process_vm_writev;
};

iovec part(std::string& bytes) { return {bytes.data(), bytes.size()}; }

template <class S>
task_of<S> with_flags(answers& out, int fd) {
  std::string bytes = "0123456789", got = "----------";
  const iovec from = part(bytes), to = part(got);
  for (const int flags :
       {0, RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_APPEND, RWF_NOWAIT, 1 << 30}) {
    for (const off_t offset : {off_t{-1}, off_t{0}, off_t{3}, off_t{-5}}) {
      const std::string call =
          std::to_string(flags) + " at " + std::to_string(offset);
      out.add("write " + call,
              co_await S::pwritev2(fd, &from, 1, offset, flags));
      // A pipe has bytes only if the write has succeeded.
      int there = 0;
      if (::ioctl(fd, FIONREAD, &there) == 0 && there == 0) continue;
      out.add("read " + call, co_await S::preadv2(fd, &to, 1, offset, flags));
      out.add("it is " + got, 0);
    }
  }
}

template <class S>
task_of<S> all_flags(answers& out) {
  const tests::temporary_folder folder;
  const descriptor file(::open(folder.file("a").c_str(), O_RDWR));
  const descriptor in(::open(folder.at("a").c_str(), O_RDONLY));
  auto [a, b] = tests::stream_pair();
  for (const int fd : {int(file), int(in), int(a), -1}) {
    co_await with_flags<S>(out, fd);
  }
  out.add("size " + tests::contents(folder.at("a")), 0);
}

template <class S>
task_of<S> memory(answers& out) {
  std::string bytes = "0123456789", got = "----------";
  const iovec here = part(got), there = part(bytes);
  const iovec wrong{nowhere<void>(), 10};
  const pid_t self = ::getpid();
  out.add("read", co_await S::process_vm_readv(self, &here, 1, &there, 1, 0));
  out.add("it is " + got, 0);
  out.add("read nowhere",
          co_await S::process_vm_readv(self, &here, 1, &wrong, 1, 0));
  out.add("read oddly",
          co_await S::process_vm_readv(self, &here, 1, &there, 1, 9));
  out.add("read nobody",
          co_await S::process_vm_readv(-1, &here, 1, &there, 1, 0));
  got = "abc-------";
  out.add("write", co_await S::process_vm_writev(self, &here, 1, &there, 1, 0));
  out.add("it is " + bytes, 0);
  out.add("write nowhere",
          co_await S::process_vm_writev(self, &here, 1, &wrong, 1, 0));
}

}  // namespace

TEST_CASE("flags of transfers, and memory of processes, as the originals") {
  answers by_green, by_original;
  mirror::run(all_flags<mirror>, std::ref(by_green));
  mirror::run(memory<mirror>, std::ref(by_green));
  original::run(all_flags<original>, std::ref(by_original));
  original::run(memory<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("write 0 at -1 10"));
  CHECK(by_green.has("it is abc------- 0"));
}

TEST_CASE("preadv2 of a pipe waits, and a kill ends the wait") {
  green::run([]() -> green::task<> {
    const auto pipe = tests::pipe_descriptors();
    std::string got = "-----";
    const iovec to = part(got);
    const int fd = pipe.a;
    const auto reads = [fd, &to]() -> green::task<ssize_t> {
      co_return co_await green::preadv2(fd, &to, 1, -1, RWF_SYNC);
    };
    const auto killed = green::spawn(reads);
    co_await green::sleep();
    co_await killed.kill();
    CHECK(killed.was_killed());
    const auto reader = green::spawn(reads);
    co_await green::sleep();
    REQUIRE(::write(pipe.b, "abcde", 5) == 5);
    CHECK(co_await reader.get() == 5);
    CHECK(got == "abcde");
  });
}
