// SPDX-License-Identifier: MIT
// The main function of every test program.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <stdlib.h>

namespace {

// Tests hold their hubs on purpose. Those of the watch set the variable again.
[[maybe_unused]] const int unwatched =
    ::setenv("GREEN_MAX_BLOCKING_TIME", "0", 0);

}  // namespace
