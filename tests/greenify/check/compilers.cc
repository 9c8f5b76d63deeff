// SPDX-License-Identifier: MIT
// The constructs that g++ 12 compiles wrongly.
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

#include "green/green.h"

green::task<bool> yes() { co_return true; }
green::task<> work() { co_return; }
green::task<std::string> text() { co_return "text"; }
std::string other() { return "other"; }
green::task<> run(std::function<void()>) { co_return; }

green::task<> condition() {
  if (co_await yes()) co_await work();  // finds: gcc12
}

green::task<> loop() {
  while (!co_await yes()) co_await work();  // finds: gcc12
}

green::task<> with_a_variable() {
  const bool now = co_await yes();
  if (now && co_await yes()) co_await work();
}

green::task<> chosen(bool first) {
  const int one = 1;
  co_await (first ? yes() : yes());                            // finds: gcc12
  const std::string said = first ? co_await text() : other();  // finds: gcc12
  const int number = co_await yes() ? one : 2;
  const std::string kept = co_await text();
  co_await run([kept] { (void)kept; });  // finds: gcc12
  (void)number;
  (void)said;
}

green::task<> twice() {
  const int child = ::vfork();  // finds: gcc12
  if (child == 0) ::_exit(0);
  co_return;
}

int main() { green::run(condition); }
