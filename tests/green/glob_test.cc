// SPDX-License-Identifier: MIT
#include "green/glob.h"

#include <dirent.h>
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sanitizers.h"
#include "tests/support/sockets.h"

using tests::answers;
using tests::task_of;
using tests::temporary_folder;

static_assert(tests::mirrors(green::glob, ::glob));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call glob = &::glob;
};

struct mirror : tests::green_side {
  static constexpr auto glob = &green::glob;
};

// The functions have no parameter for this.
struct log {
  std::vector<std::string> words;
  std::thread::id caller;
};
log seen;

int note(const char* path, int error) {
  CHECK(std::this_thread::get_id() == seen.caller);
  seen.words.push_back(std::string(path) + " " + ::strerrorname_np(error));
  return 0;
}

int note_and_end(const char* path, int error) {
  note(path, error);
  return 1;
}

class tree {
 public:
  tree() {
    for (const char* name : {"a", "a/b", "c", ".hidden"}) {
      REQUIRE(::mkdir(folder_.at(name).c_str(), 0700) == 0);
      for (const char* file : {"/x1", "/x2", "/.y", "/[z]"})
        folder_.file(std::string(name) + file);
    }
    REQUIRE(::symlink("nothing", folder_.at("a/x3").c_str()) == 0);
    REQUIRE(::symlink("c", folder_.at("link").c_str()) == 0);
    // A folder that cannot be opened by anybody: its path is too long.
    REQUIRE(::symlink("loop", folder_.at("loop").c_str()) == 0);
  }
  std::string at(const std::string& pattern) const {
    return folder_.at(pattern);
  }
  const std::string& path() const { return folder_.path(); }

 private:
  temporary_folder folder_;
};

void add_found(answers& out, glob_t& found) {
  out.add("flags", found.gl_flags);
  for (size_t i = 0; i < found.gl_offs + found.gl_pathc; ++i) {
    const char* const name = found.gl_pathv[i];
    out.add(name == nullptr ? "none" : name, 0);
  }
  if (found.gl_pathv != nullptr)
    out.add("end", found.gl_pathv[found.gl_offs + found.gl_pathc] == nullptr);
  for (const std::string& words : seen.words) out.add(words, 0);
  seen.words.clear();
  ::globfree(&found);
}

constexpr const char* patterns[] = {"*",
                                    "*/*",
                                    "*/x?",
                                    "a/x[12]",
                                    "a/x[!1]",
                                    "*/\\[z\\]",
                                    "a/b",
                                    "missing",
                                    "missing/*",
                                    ".*",
                                    "*/.y",
                                    "{a,c}/x1",
                                    "a/x1/*",
                                    "a*/",
                                    "link/*",
                                    "loop/*",
                                    "loop/x",
                                    "[",
                                    "c/\\x1",
                                    "",
                                    "*/*/x1",
                                    "{a,no}/x*",
                                    "~no-such-user/*"};
constexpr int flag_sets[] = {0,
                             GLOB_MARK,
                             GLOB_NOSORT | GLOB_PERIOD,
                             GLOB_NOCHECK,
                             GLOB_NOMAGIC | GLOB_BRACE,
                             GLOB_NOESCAPE,
                             GLOB_ERR,
                             GLOB_ONLYDIR | GLOB_MARK,
                             GLOB_TILDE_CHECK | GLOB_BRACE};

template <class S>
task_of<S> search_all(answers& out, const tree& files) {
  seen = {{}, std::this_thread::get_id()};
  for (const char* const pattern : patterns) {
    for (const int flags : flag_sets) {
      const bool whole = *pattern == '~' || *pattern == 0;
      const std::string text = whole ? pattern : files.at(pattern);
      for (auto* const error : {&note, &note_and_end}) {
        glob_t found{};
        const int result = co_await S::glob(text.c_str(), flags, error, &found);
        out.add("glob", result);
        add_found(out, found);
      }
    }
  }
}

template <class S>
task_of<S> search_more(answers& out, const tree& files) {
  seen = {{}, std::this_thread::get_id()};
  glob_t found{};
  found.gl_offs = 2;
  const auto add = [&](const char* pattern, int flags) -> task_of<S> {
    const std::string text = files.at(pattern);
    const int result = co_await S::glob(text.c_str(), flags, nullptr, &found);
    out.add("glob", result);
  };
  co_await add("a/x*", GLOB_DOOFFS);
  co_await add("no*", GLOB_DOOFFS | GLOB_APPEND);
  co_await add("c/*", GLOB_DOOFFS | GLOB_APPEND);
  add_found(out, found);
  co_await add("no*", GLOB_DOOFFS);
  add_found(out, found);
  co_await add("a", 1 << 25);
  out.add("odd flags", co_await S::glob("a", 1 << 25, nullptr, &found));
  const std::string longest(256, 'n');
  for (const std::string& text : {longest, longest + "*", longest + "/*",
                                  std::string(5000, 'n') + "/*"}) {
    glob_t none{};
    out.add("long", co_await S::glob(text.c_str(), GLOB_ERR, &note, &none));
    add_found(out, none);
  }
  out.add("no pattern", co_await S::glob(nullptr, 0, nullptr, &found));
  out.add("no result", co_await S::glob("a", 0, nullptr, nullptr));
  errno = 77;
  co_await add("a", 0);
  out.add("errno", errno);
  add_found(out, found);
}

}  // namespace

TEST_CASE("glob finds what the original finds") {
  const tree files;
  answers by_green, by_original;
  mirror::run(search_all<mirror>, std::ref(by_green), std::cref(files));
  original::run(search_all<original>, std::ref(by_original), std::cref(files));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("glob " + std::to_string(GLOB_ABORTED)));
  CHECK(by_green.has("glob " + std::to_string(GLOB_NOMATCH)));
  CHECK(by_green.has(files.at("a/x1") + " 0"));
}

// AddressSanitizer takes the room for names, and reads null pointers.
TEST_CASE("glob appends, and leaves room, as the original" *
          doctest::skip(tests::with_address_sanitizer())) {
  const tree files;
  answers by_green, by_original;
  mirror::run(search_more<mirror>, std::ref(by_green), std::cref(files));
  original::run(search_more<original>, std::ref(by_original), std::cref(files));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("none 0"));
  CHECK(by_green.has("errno 77"));
  CHECK(by_green.has("no pattern EINVAL"));
}

TEST_CASE_TEMPLATE("glob uses the user's own functions", S, original, mirror) {
  seen = {{}, {}};
  S::run([]() -> task_of<S> {
    seen.caller = std::this_thread::get_id();
    glob_t found{};
    found.gl_opendir = [](const char* path) -> void* {
      note(path, ENOENT);
      errno = EACCES;
      return nullptr;
    };
    found.gl_readdir = [](void*) -> dirent* { return nullptr; };
    found.gl_closedir = [](void*) {};
    found.gl_stat =
        found.gl_lstat = [](const char*, struct stat*) { return -1; };
    const int flags = GLOB_ALTDIRFUNC | GLOB_ERR;
    CHECK(co_await S::glob("/some/*", flags, nullptr, &found) == GLOB_ABORTED);
    CHECK(seen.words == std::vector<std::string>{"/some ENOENT"});
    ::globfree(&found);
  });
}

TEST_CASE("killed at any turn, glob ends and its names can be freed") {
  const tree files;
  green::run([&]() -> green::task<> {
    const int open = tests::open_descriptors();
    const std::string pattern = files.at("*/*");
    for (int turns = 0; turns < 30; ++turns) {
      glob_t found{};
      const auto searches = [&]() -> green::task<> {
        for (int flags = 0;; flags = GLOB_APPEND) {
          (void)co_await green::glob(pattern.c_str(), flags, nullptr, &found);
        }
      };
      const auto searcher = green::spawn(searches);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await searcher.kill();
      CHECK(searcher.was_killed());
      for (size_t i = 0; i < found.gl_pathc; ++i)
        CHECK(std::string(found.gl_pathv[i]).starts_with(files.path()));
      green::globfree(&found);
      CHECK(tests::open_descriptors() == open);
    }
  });
}

TEST_CASE("an exception of the error function ends the search") {
  const tree files;
  green::run([&]() -> green::task<> {
    const int open = tests::open_descriptors();
    glob_t found{};
    const auto refuse = [](const char*, int) -> int {
      throw std::runtime_error("no");
    };
    const std::string pattern = files.at("loop/*");
    CHECK_THROWS_AS(co_await green::glob(pattern.c_str(), 0, refuse, &found),
                    std::runtime_error);
    green::globfree(&found);
    CHECK(tests::open_descriptors() == open);
  });
}
