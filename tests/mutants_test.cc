// SPDX-License-Identifier: MIT
// A test of the simulation: hubs that were broken on purpose are found out.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

// Does the simulation fail, crash or go on for ever with this hub?
bool found_out(const std::string& mutant) {
  const std::string program = "tests/mutants/" + mutant;
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    ::unsetenv("GREEN_SEED");
    ::setenv("GREEN_SEEDS", "150", 1);
    ::alarm(100);
    ::execl(program.c_str(), program.c_str(), nullptr);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status != 0;
}

}  // namespace

TEST_CASE("a hub that goes on with the first completion") {
  CHECK(found_out("first_completion"));
}

TEST_CASE("a hub whose kills win over results") {
  CHECK(found_out("dropped_result"));
}

TEST_CASE("a hub that forgets what was sent before an interrupt") {
  CHECK(found_out("dropped_part"));
}

TEST_CASE("a hub that closes too early") { CHECK(found_out("hasty_close")); }

TEST_CASE("a hub that loses cancels") { CHECK(found_out("lost_cancel")); }

TEST_CASE("a hub that loses submissions") {
  CHECK(found_out("lost_submission"));
}

TEST_CASE("a hub that is whole is not") { CHECK(!found_out("none")); }
