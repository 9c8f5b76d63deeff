// SPDX-License-Identifier: MIT
// patched: two functions that block and wait at once, by green::patched
#include "green/patched.h"

#include <unistd.h>

#include <chrono>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patcher.h"
#include "green/stdio.h"

int ends[2];

int read_one() {
  char byte = 0;
  return ::read(ends[0], &byte, 1) == 1 ? byte : -1;
}

green::task<> reader() {
  auto call = [] { return read_one(); };
  const int byte = co_await green::patched(call);
  if (byte == 'x') co_await green::puts("patched");
}

green::task<> program() {
  green::patcher::monkey_patch();
  if (::pipe(ends) != 0) co_return;
  auto waiting = green::spawn(reader);
  co_await green::sleep(std::chrono::seconds(0));  // the reader blocks now, and the hub goes on
  if (::write(ends[1], "x", 1) == 1) co_await waiting.join();
}

int main() { green::run(program); }
