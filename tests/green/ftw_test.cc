// SPDX-License-Identifier: MIT
#include "green/ftw.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using namespace std::chrono_literals;
using tests::answers;
using tests::task_of;
using tests::temporary_folder;

using visit = int (*)(const char*, const struct stat*, int, FTW*);
using waiting_visit = green::task<int> (*)(const char*, const struct stat*, int,
                                           FTW*);
using simple_visit = int (*)(const char*, const struct stat*, int);
using walk = green::task<int> (*)(const char*, visit, int, int);
using simple_walk = green::task<int> (*)(const char*, simple_visit, int);

static_assert(tests::mirrors(static_cast<walk>(green::nftw), ::nftw));
static_assert(tests::mirrors(static_cast<simple_walk>(green::ftw), ::ftw));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call nftw = &::nftw;
  static constexpr tests::blocking_call ftw = &::ftw;
};

struct mirror : tests::green_side {
  static constexpr walk nftw = &green::nftw;
  static constexpr simple_walk ftw = &green::ftw;
};

// The functions have no parameter for this.
struct log {
  std::vector<std::string> words;
  std::thread::id caller;
  int answer_at_b = 0;
};
log seen;

std::string name_of(int kind) {
  constexpr const char* names[] = {"F", "D", "DNR", "NS", "SL", "DP", "SLN"};
  return names[kind];
}

int note(const char* path, const struct stat* found, int kind, FTW* place) {
  CHECK(std::this_thread::get_id() == seen.caller);
  std::string words = name_of(kind) + " " + path;
  if (place != nullptr) {
    words +=
        " " + std::to_string(place->base) + " " + std::to_string(place->level);
  }
  if (kind != FTW_NS) words += " " + std::to_string(found->st_ino);
  char here[4096];
  if (::getcwd(here, sizeof here) != nullptr)
    words += std::string(" in ") + here;
  seen.words.push_back(words);
  return std::string(path).ends_with("/b") ? seen.answer_at_b : 0;
}

int note_simply(const char* path, const struct stat* found, int kind) {
  errno = ENOTSUP;
  return note(path, found, kind, nullptr);
}

green::task<int> note_slowly(const char* path, const struct stat* found,
                             int kind, FTW* place) {
  co_await green::sleep();
  co_return note(path, found, kind, place);
}

// A tree with a file of each kind.
class tree {
 public:
  tree() {
    for (const char* name : {"a", "a/b", "a/b/c", "a/b/c/d", "e", "e/f"}) {
      REQUIRE(::mkdir(folder_.at(name).c_str(), 0700) == 0);
      for (const char* file : {"/1", "/2"})
        folder_.file(std::string(name) + file);
    }
    REQUIRE(::symlink("../a", folder_.at("e/link").c_str()) == 0);
    REQUIRE(::symlink("nothing", folder_.at("a/b/dangling").c_str()) == 0);
    REQUIRE(::mkfifo(folder_.at("e/fifo").c_str(), 0600) == 0);
  }
  const std::string& path() const { return folder_.path(); }

 private:
  temporary_folder folder_;
};

void add_words(answers& out) {
  for (const std::string& words : seen.words) out.add(words, 0);
  seen.words.clear();
}

template <class S>
task_of<S> walk_all(answers& out, const std::string& path) {
  seen = {{}, std::this_thread::get_id(), 0};
  for (const int flags :
       {0, int(FTW_PHYS), int(FTW_DEPTH), FTW_PHYS | FTW_DEPTH | FTW_CHDIR,
        int(FTW_MOUNT), FTW_PHYS | FTW_CHDIR}) {
    for (const int descriptors : {-1, 0, 1, 2, 20}) {
      out.add("nftw",
              co_await S::nftw(path.c_str(), &note, descriptors, flags));
      add_words(out);
    }
  }
  for (const int answer :
       {int(FTW_SKIP_SUBTREE), int(FTW_SKIP_SIBLINGS), int(FTW_STOP), 7}) {
    seen.answer_at_b = answer;
    out.add("nftw of actions", co_await S::nftw(path.c_str(), &note, 9,
                                                FTW_ACTIONRETVAL | FTW_PHYS));
    out.add("nftw ended",
            co_await S::nftw(path.c_str(), &note, 9, FTW_PHYS | FTW_CHDIR));
    out.add("ftw ended", co_await S::ftw(path.c_str(), &note_simply, 9));
    add_words(out);
  }
  seen.answer_at_b = -1;
  out.add("ftw failed", co_await S::ftw(path.c_str(), &note_simply, 9));
  seen.answer_at_b = 0;
  out.add("ftw", co_await S::ftw(path.c_str(), &note_simply, 9));
  add_words(out);
}

template <class S>
task_of<S> fail_all(answers& out, const std::string& path) {
  seen = {{}, std::this_thread::get_id(), 0};
  for (const std::string& name :
       {std::string(), path + "/missing", path + "/a/1/2", path + "/e/loop",
        path + "/a/b/dangling", path + "/a/1",
        path + "/" + std::string(256, 'n'), std::string(5000, 'n')}) {
    for (const int flags : {0, int(FTW_PHYS), int(FTW_DEPTH)}) {
      out.add("nftw", co_await S::nftw(name.c_str(), &note, 9, flags));
    }
    out.add("ftw", co_await S::ftw(name.c_str(), &note_simply, 9));
  }
  out.add("odd flags", co_await S::nftw(path.c_str(), &note, 9, 1 << 20));
  add_words(out);
}

}  // namespace

TEST_CASE("the walks visit what the originals visit, and end as they do") {
  const tree files;
  answers by_green, by_original;
  mirror::run(walk_all<mirror>, std::ref(by_green), files.path());
  original::run(walk_all<original>, std::ref(by_original), files.path());
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("ftw failed EOPNOTSUPP"));
  CHECK(by_green.has("nftw of actions 7"));
}

TEST_CASE("the walks fail as the originals do") {
  const tree files;
  REQUIRE(::symlink("loop", (files.path() + "/e/loop").c_str()) == 0);
  answers by_green, by_original;
  mirror::run(fail_all<mirror>, std::ref(by_green), files.path());
  original::run(fail_all<original>, std::ref(by_original), files.path());
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_green.has("nftw ENOENT"));
  CHECK(by_green.has("odd flags EINVAL"));
}

TEST_CASE("after a walk errno is as it was") {
  const tree files;
  green::run([&]() -> green::task<> {
    errno = 77;
    const visit nothing = [](auto...) { return 0; };
    CHECK(co_await green::nftw(files.path().c_str(), nothing, 9, 0) == 0);
    CHECK(errno == 77);
  });
}

TEST_CASE("the function of a walk may wait, and two walks go on at once") {
  const tree files;
  answers by_green, by_original;
  seen = {{}, std::this_thread::get_id(), 0};
  green::run([&]() -> green::task<> {
    const waiting_visit slowly = &note_slowly;
    const int result = co_await green::nftw(files.path().c_str(), slowly, 9, 0);
    by_green.add("nftw", result);
    add_words(by_green);
    const simple_visit nothing = [](auto...) { return 0; };
    const auto walks = [&]() -> green::task<int> {
      return green::ftw(files.path().c_str(), nothing, 9);
    };
    const auto a = green::spawn(walks);
    const auto b = green::spawn(walks);
    CHECK(co_await a.get() == 0);
    CHECK(co_await b.get() == 0);
  });
  const visit plainly = &note;
  by_original.add("nftw", ::nftw(files.path().c_str(), plainly, 9, 0));
  add_words(by_original);
  CHECK(differences(by_green, by_original) == "");
}

TEST_CASE("a walk that is killed or late ends, and goes back") {
  const tree files;
  const std::string before = std::filesystem::current_path();
  green::run([&]() -> green::task<> {
    const int open = tests::open_descriptors();
    const auto walks = [&]() -> green::task<> {
      const waiting_visit wait = [](auto...) -> green::task<int> {
        co_await green::sleep();
        co_return 0;
      };
      const int result = co_await green::nftw(files.path().c_str(), wait, 9,
                                              FTW_PHYS | FTW_CHDIR);
      CHECK(result == 0);
    };
    for (int turns = 0; turns < 40; ++turns) {
      const auto walker = green::spawn(walks);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await walker.kill();
      CHECK(walker.ready());
      CHECK(std::filesystem::current_path() == before);
      CHECK(tests::open_descriptors() == open);
    }
    const auto waits = [&]() -> green::task<> {
      const waiting_visit wait = [](auto...) -> green::task<int> {
        co_await green::sleep(1h);
        co_return 0;
      };
      (void)co_await green::nftw(files.path().c_str(), wait, 9, FTW_CHDIR);
    };
    CHECK_THROWS_AS(co_await green::with_timeout(1ms, waits), green::timed_out);
    CHECK(std::filesystem::current_path() == before);
    CHECK(tests::open_descriptors() == open);
  });
}

TEST_CASE("an exception of the function ends the walk") {
  const tree files;
  green::run([&]() -> green::task<> {
    const int open = tests::open_descriptors();
    const visit refuse = [](const char*, const struct stat*, int kind,
                            FTW*) -> int {
      if (kind == FTW_F) throw std::runtime_error("no");
      return 0;
    };
    CHECK_THROWS_AS(co_await green::nftw(files.path().c_str(), refuse, 9, 0),
                    std::runtime_error);
    CHECK(tests::open_descriptors() == open);
  });
}

TEST_CASE("a run that ends while a walk waits ends the walk") {
  const tree files;
  int open = 0;
  green::run([&]() -> green::task<> {
    open = tests::open_descriptors();
    const auto waits = [&]() -> green::task<> {
      const waiting_visit wait = [](auto...) -> green::task<int> {
        co_await green::sleep(1h);
        co_return 0;
      };
      (void)co_await green::nftw(files.path().c_str(), wait, 9, 0);
    };
    (void)green::spawn(waits);
    co_await green::sleep(1ms);
  });
  CHECK(tests::open_descriptors() == open);
}
