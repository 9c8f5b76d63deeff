// SPDX-License-Identifier: MIT
// The blocking servers and their twins, by greenify and by hand, answer alike.
#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

const std::string program = "benchmarks/greenified";

}  // namespace

TEST_CASE("each server and its twins answer, on both hubs") {
  for (const char* backend : {"", "GREEN_BACKEND=epoll "}) {
    const tests::temporary_folder folder;
    const auto ran = tests::shell(backend + program +
                                  " --rounds 1 --seconds 0.1 --connections 20"
                                  " --out " +
                                  folder.path());
    CHECK_MESSAGE(ran.status == 0, ran.text);
    int rows = 0, blocking = 0;
    std::istringstream lines(ran.text);
    for (std::string line; std::getline(lines, line);) {
      const auto is = [&](const char* version) {
        return line.size() > 16 && line.substr(7, 9) == version;
      };
      blocking += is("blocking ");
      rows += is("blocking ") || is("by_tool  ") || is("by_hand  ");
      CHECK(line.find(" nan") == line.npos);
    }
    CHECK(rows == 12);
    CHECK(blocking == 4);
    CHECK(std::filesystem::exists(folder.at("green-greenified.svg")));
  }
}

TEST_CASE("what it does not understand is refused") {
  for (const char* wrong :
       {"--servers telnet", "--connections 15", "--rounds 0", "else"}) {
    CHECK(tests::shell(program + " " + wrong).status == 2);
  }
  CHECK(tests::shell(program + " --help").status == 0);
}
