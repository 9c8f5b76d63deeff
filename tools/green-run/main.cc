// SPDX-License-Identifier: MIT
// green-run: runs any program with green threads in the place of its threads
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/green-run/program.h"
#include "tools/green-run/settings.h"

namespace {

namespace fs = std::filesystem;
using namespace green_run;

constexpr int wrong = 2, cannot_run = 126;

// The shared object that stands beside this program.
std::string shared_object() {
  const fs::path beside =
      fs::read_symlink("/proc/self/exe").parent_path() / "libgreen-run.so";
  if (fs::exists(beside)) return beside.string();
  throw refused(beside.string() + " is missing: build both together",
                cannot_run);
}

void prepare(const settings& chosen) {
  const char* const before = std::getenv("LD_PRELOAD");
  if (before != nullptr && *before != '\0') {
    throw wrong_use(std::string("LD_PRELOAD=") + before +
                    " is in use: unset it, as two libraries cannot stand in "
                    "for the same calls");
  }
  const std::string object = shared_object();
  if (object.find_first_of(": ") != object.npos) {
    throw refused(object + ": no path with a space or colon can be preloaded",
                  cannot_run);
  }
  ::setenv("LD_PRELOAD", object.c_str(), 1);
  ::setenv(variable, chosen.pack().c_str(), 1);
  const char* const limit =
      chosen.max_blocking.empty() ? "0" : chosen.max_blocking.c_str();
  ::setenv("GREEN_MAX_BLOCKING_TIME", limit, 1);
}

int launch(command_line& line) {
  const std::string path = find_program(line.program.front());
  prepare(line.chosen);
  std::vector<char*> words;
  for (std::string& word : line.program) words.push_back(word.data());
  words.push_back(nullptr);
  ::execv(path.c_str(), words.data());
  throw refused(path + ": " + std::strerror(errno), cannot_run);
}

}  // namespace

int main(int argc, char** argv) try {
  command_line line = parse({argv + 1, argv + argc});
  if (!line.help) return launch(line);
  std::fputs(usage, stdout);
  return EXIT_SUCCESS;
} catch (const wrong_use& e) {
  std::fprintf(stderr, "green-run: %s\n", e.what());
  return wrong;
} catch (const refused& e) {
  std::fprintf(stderr, "green-run: %s\n", e.what());
  return e.status;
} catch (const std::exception& e) {
  std::fprintf(stderr, "green-run: %s\n", e.what());
  return cannot_run;
}
