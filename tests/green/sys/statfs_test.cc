// SPDX-License-Identifier: MIT
#include "green/sys/statfs.h"

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

using statfs_call = int (*)(const char*, struct ::statfs*);
constexpr statfs_call original_statfs = &::statfs;

static_assert(tests::mirrors(green::statfs, original_statfs));
static_assert(tests::mirrors(green::fstatfs, ::fstatfs));

struct original : tests::system_side {
  static constexpr tests::blocking_call statfs = original_statfs;
  static constexpr tests::blocking_call fstatfs = &::fstatfs;
};

struct mirror : tests::green_side {
  static constexpr auto statfs = &green::statfs;
  static constexpr auto fstatfs = &green::fstatfs;
};

template <class S>
task_of<S> all(answers& out) {
  const std::string loop(5000, 'n');
  for (const char* path :
       {"/", "/proc", "/nowhere/at/all", "/dev/null/x", "", loop.c_str()}) {
    struct statfs facts{};
    out.add("path", co_await S::statfs(path, &facts));
    out.add("block", static_cast<long>(facts.f_bsize));
    out.add("longest name", static_cast<long>(facts.f_namelen));
  }
  const tests::descriptor root(::open("/proc", O_RDONLY | O_DIRECTORY));
  const auto pipe = tests::pipe_descriptors();
  for (const int fd : {int(root), int(pipe.a), -1}) {
    struct statfs facts{};
    out.add("descriptor", co_await S::fstatfs(fd, &facts));
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
    struct statfs facts{};
    bool looked = false;
    const auto looks = [&]() -> green::task<> {
      co_await green::statfs("/", &facts);
      looked = true;
    };
    const green::greenlet<> who = green::spawn(looks);
    co_await who.kill();
    CHECK(who.was_killed());
    CHECK(!looked);
    CHECK(facts.f_bsize == 0);
  });
}
