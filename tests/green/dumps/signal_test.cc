// SPDX-License-Identifier: MIT
#include "green/dumps/signal.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/files.h"
#include "tests/support/standard_error.h"

using namespace std::chrono_literals;
using green::task;
using green::dumps::signal_number;

namespace {

// The variables are for a child, whose first run reads them. Its status.
int in_child(const char* signal, const char* file,
             const std::function<void()>& f) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setenv("GREEN_DUMP_SIGNAL", signal, 1);
    if (file != nullptr) ::setenv("GREEN_DUMP_FILE", file, 1);
    f();
    ::_exit(0);
  }
  int status = -1;
  CHECK(::waitpid(child, &status, 0) == child);
  return status;
}

bool contains(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("signals have names and numbers") {
  CHECK(signal_number("QUIT") == SIGQUIT);
  CHECK(signal_number("SIGUSR1") == SIGUSR1);
  CHECK(signal_number("3") == 3);
  CHECK(signal_number("RTMIN") == SIGRTMIN);
  CHECK(signal_number("RTMIN+2") == SIGRTMIN + 2);
  CHECK(signal_number("SIGRTMAX-1") == SIGRTMAX - 1);
  for (const char* wrong : {"", "SIG", "quit", "0", "-3", "3x", "1000",
                            "RTMIN-1", "RTMIN+", "RTMAX+1", "RTMIN+99"}) {
    CAPTURE(wrong);
    CHECK(signal_number(wrong) == 0);
  }
}

TEST_CASE("a hang is found by a signal") {
  const tests::standard_error out;
  CHECK(in_child("QUIT", nullptr, [&out] {
          green::run([&]() -> task<> {
            const auto hang = []() -> task<> { co_await green::sleep(1h); };
            const auto stuck = green::spawn(hang);
            stuck.set_name("stuck");
            co_await green::sleep();
            ::kill(::getpid(), SIGQUIT);
            while (!contains(out.text(), "timers:")) {
              co_await green::sleep(1ms);
            }
            ::kill(::getpid(), SIGQUIT);  // and once more
            while (out.text().find("timers:") == out.text().rfind("timers:")) {
              co_await green::sleep(1ms);
            }
          });
        }) == 0);
  CHECK(contains(out.text(), "\n  stuck ["));
  CHECK(contains(out.text(), ": sleep("));
}

TEST_CASE("a hub that stands still is in the dump, which a thread writes") {
  const tests::standard_error out;
  CHECK(in_child("RTMIN+3", nullptr, [&out] {
          green::run([&]() -> task<> {
            green::getcurrent().set_name("hog");
            ::kill(::getpid(), SIGRTMIN + 3);
            CHECK(out.wait_for("stands still"));
            co_return;
          });
        }) == 0);
}

TEST_CASE("the dump goes to the file of the other variable") {
  const tests::temporary_folder folder;
  const std::string file = folder.at("dumps");
  const tests::standard_error out;
  CHECK(in_child("USR1", file.c_str(), [&file] {
          green::run([&]() -> task<> {
            ::kill(::getpid(), SIGUSR1);
            while (!contains(tests::contents(file), "main [")) {
              co_await green::sleep(1ms);
            }
          });
        }) == 0);
  CHECK(out.text() == "");
}

TEST_CASE("bad values are told in a line, and the program goes on") {
  const auto nothing = [] { green::run([]() -> task<> { co_return; }); };
  const auto told = [&](const char* signal, const char* file) {
    const tests::standard_error out;
    CHECK(in_child(signal, file, nothing) == 0);
    return out.text();
  };
  CHECK(told("QUIET", nullptr) ==
        "green: GREEN_DUMP_SIGNAL=QUIET is no signal: write a name as QUIT, or "
        "a number\n");
  CHECK(told("KILL", nullptr) ==
        "green: GREEN_DUMP_SIGNAL=KILL cannot be caught\n");
  CHECK(told("USR1", "/no/such/folder/x") ==
        "green: GREEN_DUMP_FILE=/no/such/folder/x cannot be written: No such "
        "file or directory; dumps go to stderr\n");
}

TEST_CASE("nothing is installed without the variable, or over a handler") {
  const tests::standard_error out;
  struct sigaction how = {};
  green::run([]() -> task<> { co_return; });
  REQUIRE(::sigaction(SIGQUIT, nullptr, &how) == 0);
  const bool untouched = how.sa_handler == SIG_DFL;
  CHECK(untouched);
  CHECK(out.text() == "");
  CHECK(in_child("QUIT", nullptr, [] {
          ::signal(SIGQUIT, [](int) { ::_exit(7); });
          green::run([]() -> task<> {
            ::kill(::getpid(), SIGQUIT);
            co_await green::sleep(10s);
          });
        }) == 7 << 8);
  CHECK(out.text() ==
        "green: GREEN_DUMP_SIGNAL=QUIT has a handler of the "
        "program already\n");
}
