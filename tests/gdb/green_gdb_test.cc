// SPDX-License-Identifier: MIT
// gdb runs this program, which parks a thousand green threads and aborts. Then
// it reads the core file by tools/gdb/green_gdb.py.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/files.h"
#include "tests/support/sessions.h"
#include "tests/support/shell.h"
#include "tests/support/waiting.h"

using green::task;

namespace {

constexpr int many = 1'000;
const std::string script = "source tools/gdb/green_gdb.py";

green::task<int> inner(green::event& never, int number) {
  const int doubled = 2 * number;
  co_await never.wait();
  co_return doubled;
}

green::task<> outer(green::event& never, int number) {
  const int got = co_await inner(never, number);
  static_cast<void>(got);
}

bool contains(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

// Each word is a command of gdb, before the program and what else it is given.
std::string gdb(const std::vector<std::string>& commands,
                const std::string& program) {
  std::string line = "timeout 100 gdb -nx -batch";
  for (const std::string& each : commands) line += " -ex '" + each + "'";
  return tests::shell(line + " " + program).text;
}

std::string own_path() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

int count(const std::string& text, const std::string& words) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos;
       at += words.size()) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("parks a thousand" * doctest::skip()) {
  green::run([]() -> task<> {
    green::event never;
    for (int i = 0; i < many; ++i) {
      green::spawn(outer, std::ref(never), i)
          .set_name("parked " + std::to_string(i));
    }
    co_await tests::others_wait();
    std::abort();
  });
}

TEST_CASE("gdb shows the green threads of a core file") {
  const tests::temporary_folder folder;
  const std::string core = folder.at("core");
  const std::string live =
      gdb({"set disable-randomization off", "run", script, "green hubs",
           "generate-core-file " + core},
          "--args " + own_path() + " --no-skip --test-case=parks*");
  INFO(live);
  REQUIRE(contains(live, "SIGABRT"));
  CHECK(contains(live,
                 "hub 1, OS thread [0-9]+: 1001 green threads, main "
                 "runs\n"));

  const std::string files = own_path() + " " + core;
  const std::string text = gdb({script, "green hubs", "green threads"}, files);
  INFO(text.substr(0, 4'000));
  CHECK(contains(text,
                 "hub 1, OS thread [0-9]+: 1001 green threads, main "
                 "runs\n"));
  CHECK(contains(text, "[0-9]+ main: runs\n"));
  CHECK(count(text, " parked ") == many);
  std::smatch found;
  REQUIRE(std::regex_search(
      text, found,
      std::regex("([0-9]+) parked 77: green::.*event.* at .*green_gdb_test.cc:"
                 "[0-9]+, in .*green_gdb_test.cc:[0-9]+\n")));

  const std::string chain =
      gdb({script, "green bt " + found[1].str(), "green bt 0", "green bt x"},
          files);
  INFO(chain);
  CHECK(contains(chain, "[0-9]+ parked 77, spawned at .*: green::"));
  CHECK(contains(chain, "#0 +in .*inner.* at .*green_gdb_test.cc:[0-9]+\n"));
  CHECK(contains(chain, "#1 +in .*outer.* at .*green_gdb_test.cc:[0-9]+\n"));
  CHECK(contains(chain, " doubled = 154\n"));
  CHECK(contains(chain, " number = 77\n"));
  CHECK(contains(chain, "no green thread has the id 0\n"));
  CHECK(tests::is_session("A core file", text + chain));
  CHECK(contains(chain, "write green bt and an id of green threads\n"));
}
