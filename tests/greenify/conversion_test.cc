// SPDX-License-Identifier: MIT
// Whole runs of greenify: the order of its work, its options, and the cache.
#include <doctest/doctest.h>

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/greenify/runs.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using tests::awaits_in;
using tests::contents;
using tests::files_in;
using tests::greenify;
using tests::temporary_folder;

// Three units and a header. What waits reaches from one to the next.
const std::map<string, string> program = {
    {"log.h",
     "#pragma once\n"
     "#include <unistd.h>\n"
     "int log_line(const char* line);\n"
     "inline void nap() { sleep(1); }\n"},
    {"log.cc",
     "#include \"log.h\"\n"
     "int log_line(const char* line) { return int(write(2, line, 1)); }\n"},
    {"work.cc",
     "#include \"log.h\"\n"
     "int count(int n) { return n + 1; }\n"
     "int work(int n) { nap(); return log_line(\"x\") + count(n); }\n"},
    {"main.cc",
     "int work(int);\n"
     "int count(int);\n"
     "int main() { return work(count(1)); }\n"}};

void write(const temporary_folder& folder) {
  for (const auto& [name, text] : program) folder.file(name, text);
}

}  // namespace

TEST_CASE("the order of units and the number of processes change no byte") {
  const temporary_folder folder;
  write(folder);
  std::vector<string> units = {"log.cc", "main.cc", "work.cc"};
  std::map<string, string> first;
  string report;
  do {
    for (const char* jobs : {"1", "2", "3"}) {
      string line = "--no-verify --out out --jobs " + string(jobs);
      for (const string& unit : units) line += " " + unit;
      const auto ran = greenify(folder, line);
      REQUIRE_MESSAGE(ran.status == 0, ran.text);
      const auto files = files_in(folder.at("out"));
      if (first.empty()) first = files, report = ran.text;
      CHECK(files == first);
      CHECK(ran.text == report);
    }
  } while (std::ranges::next_permutation(units).found);
  CHECK(first.size() == 4);
  CHECK(awaits_in(first.at("work.cc")) == 2);
}

TEST_CASE("a unit that is named twice is one unit") {
  const temporary_folder folder;
  write(folder);
  fs::create_directory_symlink(folder.path(), folder.at("link"));
  const auto once = greenify(folder, "--out a log.cc work.cc main.cc");
  const auto twice =
      greenify(folder, "--out b log.cc work.cc main.cc ./work.cc link/log.cc");
  CHECK(twice.status == 0);
  CHECK(once.text == twice.text);
  CHECK(files_in(folder.at("a")) == files_in(folder.at("b")));
}

TEST_CASE("without a unit there is no co_await that was not there with it") {
  const temporary_folder folder;
  write(folder);
  REQUIRE(greenify(folder, "--out all log.cc work.cc main.cc").status == 0);
  const auto all = files_in(folder.at("all"));
  std::size_t fewer = 0;
  const std::vector<string> units = {"log.cc", "work.cc", "main.cc"};
  for (const string& without : units) {
    CAPTURE(without);
    string line = "--no-verify --out less";
    for (const string& unit : units) {
      if (unit != without) line += " " + unit;
    }
    fs::remove_all(folder.at("less"));
    CHECK(greenify(folder, line).status < 2);
    for (const auto& [name, text] : files_in(folder.at("less"))) {
      CAPTURE(name);
      CHECK(awaits_in(text) <= awaits_in(all.at(name)));
      fewer += awaits_in(all.at(name)) - awaits_in(text);
    }
  }
  CHECK(fewer > 0);
}

TEST_CASE("--only converts the waits of one name, or of one header") {
  const temporary_folder folder;
  write(folder);
  const string units = "log.cc work.cc main.cc";
  REQUIRE(greenify(folder, "--out a --only sleep " + units).status == 0);
  const auto named = files_in(folder.at("a"));
  CHECK(named.at("log.h").find("co_await green::sleep") != string::npos);
  CHECK(awaits_in(named.at("log.cc")) == 0);
  CHECK(awaits_in(named.at("work.cc")) == 1);  // nap, and not log_line
  REQUIRE(greenify(folder, "--out b --only unistd.h " + units).status == 0);
  REQUIRE(greenify(folder, "--out c " + units).status == 0);
  CHECK(files_in(folder.at("b")) == files_in(folder.at("c")));
  REQUIRE(greenify(folder, "--out d --only thread " + units).status == 0);
  CHECK(files_in(folder.at("d")) == program);
  const auto unknown = greenify(folder, "--only slepe " + units);
  CHECK(unknown.status == 2);
  CHECK(unknown.text ==
        "greenify: --only: green has no name and no header 'slepe'\n");
}

TEST_CASE("a program in C has two patches, and git applies both") {
  if (!tests::installed("git")) return;
  const temporary_folder folder;
  folder.file("a.c",
              "#include <stdlib.h>\n#include <unistd.h>\n"
              "char *make(void) { return malloc(1); }\n"
              "int main(void) { char *new = make(); return read(0, new, 1); "
              "}\n");
  const auto made = greenify(folder, "--diff a.c 2>report >patch");
  REQUIRE_MESSAGE(made.status == 0, made.text);
  const string patch = contents(folder.at("patch"));
  const std::size_t second = patch.find("From C++ to green:\n");
  CHECK(patch.starts_with("From C to C++:\n"));
  REQUIRE(second != string::npos);
  CHECK(patch.substr(0, second).find("green::") == string::npos);
  CHECK(patch.substr(0, second).find("rename to a.cc\n") != string::npos);
  CHECK(patch.substr(0, second).find("return (char *)malloc(1)") !=
        string::npos);
  REQUIRE(greenify(folder, "--out out a.c").status == 0);
  const auto applied = tests::shell(
      "cd " + folder.path() +
      " && git init -q . && git apply patch && cat a.cc && ! test -e a.c");
  REQUIRE_MESSAGE(applied.status == 0, applied.text);
  CHECK(applied.text == contents(folder.at("out/a.cc")));
}

TEST_CASE("no flag of the program lets a dropped co_await pass") {
  const temporary_folder folder;
  // A program of green that forgot one. greenify changes nothing in it.
  folder.file("a.cc",
              "#include \"green/green.h\"\n#include \"green/unistd.h\"\n"
              "green::task<> f() { green::usleep(1); co_return; }\n");
  for (const string& flag : {string("-w"), string("-Wno-unused-result")}) {
    CAPTURE(flag);
    const auto ran =
        greenify(folder, "a.cc -- " + flag + " -I " + tests::here());
    CHECK(ran.status == 3);
    CHECK(ran.text.find("a.cc:3: error: ignoring return value") !=
          string::npos);
  }
}

// ---- The cache ----

namespace {

// A run with a cache. The file "parsed" has what the run parsed.
tests::command_outcome cached(const temporary_folder& folder,
                              const string& arguments) {
  return tests::shell("cd " + folder.path() + " && " + tests::here() +
                      "/tools/greenify/greenify --green " + tests::here() +
                      " --cache cache " + arguments);
}

// The entries of the cache, with the numbers of their files: an entry that is
// written anew has another.
std::map<string, ino_t> entries(const temporary_folder& folder) {
  std::map<string, ino_t> found;
  for (const auto& one : fs::directory_iterator(folder.at("cache"))) {
    struct stat about{};
    REQUIRE(::stat(one.path().c_str(), &about) == 0);
    found[one.path().filename().string()] = about.st_ino;
  }
  return found;
}

// Files that are older than every run.
void age(const temporary_folder& folder) {
  for (const auto& one : fs::recursive_directory_iterator(folder.path())) {
    if (one.path().extension() == ".facts") continue;
    fs::last_write_time(
        one.path(), fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
}

}  // namespace

TEST_CASE("a second run parses nothing, and says the same") {
  const temporary_folder folder;
  write(folder);
  folder.file("old.c",
              "#include <unistd.h>\nint old(void) { return pause(); }\n");
  age(folder);
  const string line = "--out out log.cc work.cc main.cc old.c";
  const auto first = cached(folder, line);
  REQUIRE_MESSAGE(first.status == 0, first.text);
  const auto files = files_in(folder.at("out"));
  const auto kept = entries(folder);
  CHECK(kept.size() == 9);  // facts and verify for four, and C for one
  const auto second = cached(folder, line);
  CHECK(second.status == 0);
  CHECK(second.text == first.text);
  CHECK(files_in(folder.at("out")) == files);
  CHECK(entries(folder) == kept);
}

TEST_CASE("an entry is of use only while all that it read is the same") {
  const temporary_folder folder;
  write(folder);
  age(folder);
  const string units = " log.cc work.cc main.cc";
  REQUIRE(cached(folder, "--out out" + units).status == 0);
  SUBCASE("a header changed") {
    folder.file("log.h",
                "#pragma once\n#include <unistd.h>\n"
                "int log_line(const char* line);\ninline void nap() {}\n");
  }
  SUBCASE("a header that is found earlier appeared") {
    folder.file("unistd.h", "");
    fs::create_directory(folder.at("include"));
    folder.file("work.cc",
                "int count(int n) { return n; }\n"
                "int work(int n) { return n; }\n");
  }
  SUBCASE("a source changed") {
    folder.file("log.cc", "int log_line(const char*) { return 1; }\n");
  }
  SUBCASE("the cache is broken") {
    for (const auto& one : fs::directory_iterator(folder.at("cache"))) {
      fs::resize_file(one.path(), fs::file_size(one.path()) / 2);
    }
  }
  SUBCASE("a bit of the cache is another") {
    for (const auto& one : fs::directory_iterator(folder.at("cache"))) {
      string bytes = contents(one.path().string());
      bytes[bytes.size() - 9] = char(bytes[bytes.size() - 9] ^ 1);
      folder.file("cache/" + one.path().filename().string(), bytes);
    }
  }
  SUBCASE("other files are there") {
    for (const auto& one : fs::directory_iterator(folder.at("cache"))) {
      folder.file("cache/" + one.path().filename().string(), "nothing of it");
    }
  }
  fs::remove_all(folder.at("out"));
  const auto again = cached(folder, "--out out" + units);
  const auto fresh = greenify(folder, "--out fresh" + units);
  CHECK(again.status == fresh.status);
  CHECK(again.text == fresh.text);
  CHECK(files_in(folder.at("out")) == files_in(folder.at("fresh")));
}

TEST_CASE("an include that was not there is looked for again") {
  const temporary_folder folder;
  fs::create_directories(folder.at("first"));
  fs::create_directories(folder.at("second"));
  folder.file("second/wait.h", "inline int wait_for() { return 0; }\n");
  folder.file("a.cc", "#include <wait.h>\nint main() { return wait_for(); }\n");
  age(folder);
  const string line = "--out out a.cc -- -Ifirst -Isecond";
  REQUIRE(cached(folder, line).status == 0);
  CHECK(awaits_in(contents(folder.at("out/a.cc"))) == 0);
  folder.file("first/wait.h",
              "#include <unistd.h>\ninline int wait_for() { return pause(); "
              "}\n");
  REQUIRE(cached(folder, line).status == 0);
  CHECK(contents(folder.at("out/a.cc")).find("green::") != string::npos);
}

TEST_CASE("a cache that cannot be written is none") {
  const temporary_folder folder;
  write(folder);
  folder.file("cache", "a file");
  CHECK(cached(folder, "log.cc work.cc main.cc").status == 0);
}
