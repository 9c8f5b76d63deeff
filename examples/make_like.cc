// SPDX-License-Identifier: MIT
// make_like: runs commands that need one another, several at once

#include <err.h>

#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "examples/make_rules.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/semaphore"
#include "green/stdio.h"
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
  printf("[%s]%s\n%s", name.c_str(), p.returncode == 0 ? "" : " failed",
         p.out.c_str());
  fflush(stdout);
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

int main(int argc, char** argv) {
  try {
    std::vector<std::string> words(argv + 1, argv + argc);
    int at_once = 2;
    if (words.size() == 3 && words[0] == "-j") {
      at_once = std::stoi(words[1]);
      words.erase(words.begin(), words.begin() + 2);
    }
    if (words.size() != 1) errx(2, "a file is needed\n%s", usage);
    if (at_once < 1) errx(2, "-j needs a positive number\n%s", usage);
    std::ifstream file(words[0]);
    if (!file) err(1, "%s", words[0].c_str());
    targets all = read_targets(file);
    for (auto& [name, t] : all) check(all, name, "FILE");
    for (auto& [name, t] : all) t.is = state::waiting;
    return green::run(make_all, std::ref(all), at_once);
  } catch (const std::logic_error& e) {
    errx(2, "cannot make this: %s\n%s", e.what(), usage);
  }
}
