// SPDX-License-Identifier: MIT
// What a mistake that compiles says when it runs stands in docs/contract.md:
// this build's column, a debug build's or a release build's (--config=opt).
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/mistakes/table.h"
#include "tests/mistakes/told.h"

namespace {

using std::string;

#ifdef NDEBUG
const string this_build = "a release build";
#else
const string this_build = "a debug build";
#endif

// In a process of its own, whose one thread is the hub's.
[[noreturn]] void run_alone(void (*make)(), int output) noexcept {
  ::unsetenv("GREEN_MAX_BLOCKING_TIME");
  const rlimit no_core = {};
  ::setrlimit(RLIMIT_CORE, &no_core);
  for (const int signal : {SIGABRT, SIGSEGV}) ::signal(signal, SIG_DFL);
  ::alarm(20);
  ::dup2(output, STDERR_FILENO);
  make();
  ::_exit(0);
}

// The first line of a text that begins with these words, or else the first.
string line_with(const string& words, const string& text) {
  const std::size_t at = ("\n" + text).find("\n" + words);
  const string from = at == string::npos ? text : text.substr(at);
  return from.substr(0, from.find('\n'));
}

string cell_of(void (*make)()) {
  const int output = ::memfd_create("said", MFD_CLOEXEC);
  REQUIRE(output >= 0);
  const pid_t child = ::fork();
  if (child == 0) run_alone(make, output);
  int status = 0;
  ::waitpid(child, &status, 0);
  string text(65536, ' ');
  const ssize_t size = ::pread(output, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(size));
  ::close(output);
  const string said = tests::as_cell(line_with("green: ", text));
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
    return "aborts: " + said;
  CHECK_MESSAGE(WIFEXITED(status), "ended with " << status << ": " << text);
  return said;
}

// g++ 12 alone aborts one of them (docs/guide/compilers.md).
constexpr bool gcc12 = __GNUC__ == 12;

}  // namespace

TEST_CASE("the table of mistakes says what this build says") {
  tests::column cells;
  for (const tests::told_mistake& one : tests::told_mistakes()) {
    CAPTURE(string(one.name));
    const string cell = cell_of(one.make);
    if (one.of_gcc12 && !gcc12) {
      CHECK(cell == "`works`");
    } else {
      cells[one.name] = cell;
    }
  }
  tests::check_column(this_build, cells);
}

TEST_CASE("each mistake that compiles is one of the table") {
  const auto known = tests::mistakes_in("tests/mistakes/told.cc");
  const auto& run = tests::told_mistakes();
  REQUIRE(known.size() == run.size());
  for (std::size_t i = 0; i < run.size(); ++i)
    CHECK(known[i].name == run[i].name);
}
