// SPDX-License-Identifier: MIT
// make_like: runs commands that need one another, several at once

#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "examples/make_rules.h"
#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/semaphore"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/string.h"
#include "green/subprocess.h"

namespace sp = green::subprocess;

const char usage[] = "usage: make_like [-j N] FILE";

green::task<bool> run_command(const std::string& name, std::string command) {
  sp::options how;
  how.shell().stdin(sp::devnull).stdout(sp::pipe).stderr(sp::stdout);
  sp::completed_process p;
  try {
    p = co_await sp::run(std::move(command), how);
  } catch (const std::system_error& e) {
    p.returncode = 1;
    p.out = std::string(e.what()) + "\n";
  }
  co_await green::printf("[%s]%s\n%s", name.c_str(),
                         p.returncode == 0 ? "" : " failed", p.out.c_str());
  co_await green::fflush(stdout);
  co_return p.returncode == 0;
}

// Waits for what it needs, then for a place among those that run.
green::task<> make(targets& all, const std::string& name,
                   green::counting_semaphore<>& places) {
  target& t = all.at(name);
  bool ok = true;
  for (const std::string& need : t.needs) {
    target& needed = all.at(need);
    co_await needed.ended.wait();
    ok = ok && needed.is == state::done;
  }
  if (ok) {
    co_await places.acquire();
    ok = co_await run_command(name, t.command);
    places.release();
  }
  t.is = ok ? state::done : state::failed;
  t.ended.set();
}

green::task<int> make_all(targets& all, int at_once) {
  green::counting_semaphore<> places(at_once);
  std::vector<green::greenlet<>> makers;
  for (auto& [name, t] : all) {
    makers.push_back(green::spawn(make, std::ref(all), name, std::ref(places)));
  }
  co_await green::joinall(makers);
  int status = 0;
  for (auto& [name, t] : all) {
    if (t.is == state::failed) status = 1;
  }
  co_return status;
}

int how_many(const char* text) {
  char* end = nullptr;
  long n = strtol(text, &end, 10);
  if (n < 1 || n > 1'000'000 || *end != 0) {
    errx(2, "-j needs a positive number, not '%s'\n%s", text, usage);
  }
  return int(n);
}

int main(int argc, char** argv) {
  int at_once = 2, file = 1;
  if (argc > 2 && strcmp(argv[1], "-j") == 0) {
    at_once = how_many(argv[2]);
    file = 3;
  }
  if (argc > file && argv[file][0] == '-') {
    errx(2, "no such option: '%s'\n%s", argv[file], usage);
  }
  if (argc != file + 1) errx(2, "a file is needed\n%s", usage);
  try {
    std::ifstream rules(argv[file]);
    if (!rules) err(1, "%s", argv[file]);
    targets all = read_targets(rules);
    if (rules.bad()) err(1, "%s", argv[file]);
    for (auto& [name, t] : all) check(all, name, "FILE");
    for (auto& [name, t] : all) t.is = state::waiting;
    return green::run(make_all, std::ref(all), at_once);
  } catch (const std::logic_error& e) {
    errx(2, "cannot make this: %s\n%s", e.what(), usage);
  }
}
