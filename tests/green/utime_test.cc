// SPDX-License-Identifier: MIT
#include "green/utime.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <functional>
#include <string>

#include "green/greenlet.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"

using tests::answers;
using tests::task_of;
using tests::temporary_folder;

static_assert(tests::mirrors(green::utime, ::utime));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call utime = &::utime;
};

struct mirror : tests::green_side {
  static constexpr auto utime = &green::utime;
};

long changed_at(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mtime : -1;
}

template <class S>
task_of<S> all(answers& out) {
  const temporary_folder folder;
  const std::string file = folder.file("file");
  const utimbuf times{1'000, 2'000};
  out.add("set", co_await S::utime(file.c_str(), &times));
  out.add("changed", changed_at(file));
  out.add("now", co_await S::utime(file.c_str(), nullptr));
  out.add("is later", static_cast<long>(changed_at(file) > 2'000));
  for (const char* path : {"missing", "file/x"}) {
    const std::string full = folder.at(path);
    out.add("of none", co_await S::utime(full.c_str(), &times));
  }
  out.add("of no name", co_await S::utime("", &times));
}

}  // namespace

TEST_CASE("a file's times are set as by the original") {
  answers by_green, by_original;
  mirror::run(all<mirror>, std::ref(by_green));
  original::run(all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("of none ENOENT"));
}

TEST_CASE("a kill keeps a file's times from being set, or waits for it") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string path = folder.file("a");
    const auto sets = [&path]() -> green::task<> {
      for (long at = 1;; ++at) {
        const utimbuf times{at, at};
        co_await green::utime(path.c_str(), &times);
      }
    };
    for (int turns = 0; turns < 20; ++turns) {
      const green::greenlet<> setter = green::spawn(sets);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await setter.kill();
      CHECK(setter.was_killed());
      const long before = changed_at(path);
      co_await green::sleep();
      CHECK(changed_at(path) == before);
    }
  });
}
