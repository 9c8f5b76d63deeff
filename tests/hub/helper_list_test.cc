// SPDX-License-Identifier: MIT
#include "green/hub/helper_list.h"

#include <doctest/doctest.h>
#include <sys/types.h>
#include <unistd.h>

#include "green/hub/hubs.h"
#include "tests/support/during_fork.h"
#include "tests/support/forks.h"

using green::hub::known_helper;

// The child once waited for ever for the helper to make the list.
TEST_CASE("the first helper may start while another thread forks") {
  green::hub::watch_forks();
  const tests::during_fork first([] { const known_helper me; });
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);
    const known_helper me;
    ::_exit(known_helper::all().size() == 1 ? 0 : 1);
  }
  CHECK(tests::status_of(child) == tests::exited(0));
}

TEST_CASE("a child of fork knows no helper of its parent") {
  green::hub::watch_forks();
  const known_helper mine;
  CHECK(known_helper::all().size() == 1);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(known_helper::all().empty() ? 0 : 1);
  CHECK(tests::status_of(child) == tests::exited(0));
}
