// SPDX-License-Identifier: MIT
// Of the mirrors, those that read directories.
#include <doctest/doctest.h>
#include <fcntl.h>

#include "green/dirent.h"
#include "green/ftw.h"
#include "green/glob.h"
#include "tests/support/awaits.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"

using tests::fair;

namespace {
constexpr const char* nowhere = "/nowhere/at/all";
}

TEST_CASE("directories") {
  const tests::temporary_folder folder;
  char bytes[9];
  off_t base = 0;
  dirent** names = nullptr;
  green::DIR* d = nullptr;
  green::run([&]() -> green::task<> {
    d = co_await green::opendir(folder.path().c_str());
  });
  REQUIRE(d != nullptr);
  fair("opendir", [] { return green::opendir(nowhere); });
  fair("fdopendir", [] { return green::fdopendir(-1); });
  fair("readdir", [&] {
    d->go_to(0);  // so that there is always another entry
    return green::readdir(d);
  });
  fair("readdir", [&] { return green::readdir(d); });
  fair("rewinddir", [&] { return green::rewinddir(d); });
  fair("seekdir", [&] { return green::seekdir(d, 0); });
  fair(
      "closedir", [] { return green::closedir(nullptr); },
      tests::interrupts::deferred);
  fair("scandir",
       [&] { return green::scandir(nowhere, &names, nullptr, nullptr); });
  fair("scandirat",
       [&] { return green::scandirat(-1, "a", &names, nullptr, nullptr); });
  fair("getdents64", [&] { return green::getdents64(-1, bytes, 9); });
  fair("getdirentries",
       [&] { return green::getdirentries(-1, bytes, 9, &base); });
  green::run([&]() -> green::task<> { co_await green::closedir(d); });
}

TEST_CASE("walks and searches") {
  using visit = int (*)(const char*, const struct stat*, int);
  using deep_visit = int (*)(const char*, const struct stat*, int, FTW*);
  const visit nothing = [](auto...) { return 0; };
  const deep_visit nothing_deep = [](auto...) { return 0; };
  glob_t found{};
  fair("ftw", [&] { return green::ftw(nowhere, nothing, 9); });
  fair("nftw", [&] { return green::nftw(nowhere, nothing_deep, 9, 0); });
  fair("glob", [&] { return green::glob(nowhere, 0, nullptr, &found); });
}
