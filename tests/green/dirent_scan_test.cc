// SPDX-License-Identifier: MIT
// scandir and scandirat of <dirent.h>.
#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/dirent.h"
#include "green/greenlet.h"
#include "tests/support/answers.h"
#include "tests/support/directories.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::descriptor;
using tests::task_of;
using tests::temporary_folder;
using original = tests::system_directories;
using mirror = tests::green_directories;

// A filter that waits could not be asked by the original.
using coroutine_filter = green::task<int> (*)(const dirent*);
template <class Filter>
concept filters =
    requires(Filter f) { green::scandir("", nullptr, f, nullptr); };
static_assert(filters<int (*)(const dirent*)>);
static_assert(!filters<coroutine_filter>);

namespace {

int even(const dirent* entry) {
  errno = ERANGE;  // of no meaning
  return entry->d_name[0] % 2 == 0 ? 1 : 0;
}

int by_second_letter(const dirent** a, const dirent** b) {
  errno = ERANGE;
  return (*a)->d_name[1] - (*b)->d_name[1];
}

std::string words_of(dirent** list, int count) {
  std::string words;
  for (int i = 0; i < count; ++i) {
    words += std::string(list[i]->d_name) + " ";
    std::free(list[i]);
  }
  std::free(list);
  return words;
}

template <class S>
task_of<S> scan_all(answers& out, const std::string& path) {
  const auto scan = [&](const char* name, auto filter,
                        auto order) -> task_of<S> {
    dirent** list = nullptr;
    errno = 77;
    const int count = co_await S::scandir(path.c_str(), &list, filter, order);
    out.add(name, count);
    out.add(words_of(list, count), errno == 77 ? 0 : -1);
  };
  constexpr int (*no_filter)(const dirent*) = nullptr;
  constexpr int (*no_order)(const dirent**, const dirent**) = nullptr;
  co_await scan("all", no_filter, no_order);
  co_await scan("sorted", no_filter, &::alphasort);
  co_await scan("by version", no_filter, &::versionsort);
  co_await scan("some", &even, no_order);
  co_await scan("some sorted", &even, &::alphasort);
  co_await scan("by the second letter", no_filter, &by_second_letter);
  co_await scan("none", +[](const dirent*) { return 0; }, &::alphasort);
}

template <class S>
task_of<S> fail_all(answers& out, const std::string& path) {
  dirent** const untouched = tests::nowhere<dirent*>();
  dirent** list = untouched;
  const std::string file = path + "/1";
  for (const std::string& name :
       {std::string(), path + "/no", file, path + "/" + std::string(256, 'n'),
        std::string(4096, '/')}) {
    out.add("scandir",
            co_await S::scandir(name.c_str(), &list, nullptr, nullptr));
  }
  const descriptor here(::open(path.c_str(), O_PATH));
  out.add("at no folder",
          co_await S::scandirat(-1, "a", &list, nullptr, nullptr));
  out.add("at a folder without it",
          co_await S::scandirat(here, "a", &list, nullptr, nullptr));
  out.add("list", list == untouched ? 0 : 1);
  const int count =
      co_await S::scandirat(here, ".", &list, nullptr, &::alphasort);
  out.add("at a folder", count);
  out.add(words_of(list, count), 0);
}

}  // namespace

TEST_CASE("scandir gives the original's entries, in its order") {
  const temporary_folder folder;
  for (const int files : {0, 1, 63, 64, 500}) {
    for (int i = 0; i < files; ++i) {
      folder.file(std::to_string(i * 7919 % 1009) + "." + std::to_string(i));
    }
    answers by_green, by_original;
    mirror::run(scan_all<mirror>, std::ref(by_green), folder.path());
    original::run(scan_all<original>, std::ref(by_original), folder.path());
    CHECK(differences(by_green, by_original) == "");
  }
}

TEST_CASE("scandir fails as the original does") {
  const temporary_folder folder;
  folder.file("1");
  answers by_green, by_original;
  mirror::run(fail_all<mirror>, std::ref(by_green), folder.path());
  original::run(fail_all<original>, std::ref(by_original), folder.path());
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("scandir ENOTDIR"));
  CHECK(by_green.has("scandir ENAMETOOLONG"));
  CHECK(by_green.has("at no folder EBADF"));
}

TEST_CASE("others run while scandir sorts, and an exception ends it") {
  const temporary_folder folder;
  tests::fill(folder.path(), 2000);
  green::run([&]() -> green::task<> {
    const int before = tests::open_descriptors();
    dirent** list = nullptr;
    const auto scans = [&]() -> green::task<int> {
      return green::scandir(folder.path().c_str(), &list, nullptr, alphasort);
    };
    const auto scanner = green::spawn(scans);
    int turns = 0;
    for (; !scanner.ready(); ++turns) co_await green::sleep();
    CHECK(turns > 30);
    CHECK(co_await scanner.get() == 2002);
    words_of(list, 2002);

    const auto refuse = [](const dirent*) -> int {
      throw std::runtime_error("no");
    };
    const char* const path = folder.path().c_str();
    CHECK_THROWS_AS(co_await green::scandir(path, &list, refuse, nullptr),
                    std::runtime_error);
    const auto give_up = [](const dirent**, const dirent**) -> int {
      throw std::runtime_error("no");
    };
    CHECK_THROWS_AS(co_await green::scandir(path, &list, nullptr, give_up),
                    std::runtime_error);
    CHECK(tests::open_descriptors() == before);
  });
}

TEST_CASE("killed at any turn, scandir closes its directory") {
  const temporary_folder folder;
  tests::fill(folder.path(), 500);
  green::run([&]() -> green::task<> {
    const int before = tests::open_descriptors();
    dirent** list = nullptr;
    const auto scans = [&]() -> green::task<> {
      const int count = co_await green::scandir(folder.path().c_str(), &list,
                                                nullptr, alphasort);
      CHECK(count == 502);
      words_of(list, count);
    };
    int finished = 0;
    for (int turns = 0; finished < 3; ++turns) {
      const auto scanner = green::spawn(scans);
      for (int i = 0; i < turns && !scanner.ready(); ++i)
        co_await green::sleep();
      co_await scanner.kill();
      finished += scanner.was_killed() ? 0 : 1;
      CHECK(tests::open_descriptors() == before);
    }
  });
}
