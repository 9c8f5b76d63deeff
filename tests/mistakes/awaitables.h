// SPDX-License-Identifier: MIT
//
// Every awaitable of green as an expression that makes it, for tests of what a
// forgotten co_await does. The file awaits_test.cc finds the names, so that no
// awaitable is left out.
#pragma once

#include <string>
#include <vector>

namespace tests {

/// What makes an awaitable. Its name is the one in tests/green/awaits.
struct awaitable {
  const char* name;
  const char* made_by;
};
const std::vector<awaitable>& awaitables();
// Parts of all:
const std::vector<awaitable>& awaitables_of_daemons();
const std::vector<awaitable>& awaitables_of_directories();
const std::vector<awaitable>& awaitables_of_fileobject();
const std::vector<awaitable>& awaitables_of_files();
const std::vector<awaitable>& awaitables_of_filesystem();
const std::vector<awaitable>& awaitables_of_pthreads();
const std::vector<awaitable>& awaitables_of_streams();

/// The includes and the objects that the expressions need.
std::string awaitables_world();

}  // namespace tests
