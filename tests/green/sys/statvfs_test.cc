// SPDX-License-Identifier: MIT
#include "green/sys/statvfs.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "green/greenlet.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::task_of;

namespace {

using statvfs_call = int (*)(const char*, struct ::statvfs*);
constexpr statvfs_call original_statvfs = &::statvfs;

static_assert(tests::mirrors(green::statvfs, original_statvfs));
static_assert(tests::mirrors(green::fstatvfs, ::fstatvfs));

struct original : tests::system_side {
  static constexpr tests::blocking_call statvfs = original_statvfs;
  static constexpr tests::blocking_call fstatvfs = &::fstatvfs;
};

struct mirror : tests::green_side {
  static constexpr auto statvfs = &green::statvfs;
  static constexpr auto fstatvfs = &green::fstatvfs;
};

template <class S>
task_of<S> all(answers& out) {
  const std::string loop(5000, 'n');
  for (const char* path :
       {"/", "/proc", "/nowhere/at/all", "/dev/null/x", "", loop.c_str()}) {
    struct statvfs facts{};
    out.add("path", co_await S::statvfs(path, &facts));
    out.add("block", static_cast<long>(facts.f_bsize));
    out.add("longest name", static_cast<long>(facts.f_namemax));
  }
  const tests::descriptor root(::open("/proc", O_RDONLY | O_DIRECTORY));
  const auto pipe = tests::pipe_descriptors();
  for (const int fd : {int(root), int(pipe.a), -1}) {
    struct statvfs facts{};
    out.add("descriptor", co_await S::fstatvfs(fd, &facts));
    out.add("block", static_cast<long>(facts.f_bsize));
  }
}

}  // namespace

TEST_CASE("a file system is told of as by the originals") {
  answers by_green, by_original;
  mirror::run(all<mirror>, std::ref(by_green));
  original::run(all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("path ENOENT"));
  CHECK(by_green.has("descriptor EBADF"));
}

TEST_CASE("a kill before the look at a file system keeps it from beginning") {
  green::run([]() -> green::task<> {
    struct statvfs facts{};
    bool looked = false;
    const auto looks = [&]() -> green::task<> {
      co_await green::statvfs("/", &facts);
      looked = true;
    };
    const green::greenlet<> who = green::spawn(looks);
    co_await who.kill();
    CHECK(who.was_killed());
    CHECK(!looked);
    CHECK(facts.f_bsize == 0);
  });
}
