// SPDX-License-Identifier: MIT
//
// Bodies of tests for the tables of <netdb.h>, <pwd.h> and <grp.h>.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/entries.h"
#include "tests/support/oracle.h"
#include "tests/support/waiting.h"

namespace tests {

/// A look-up with too little memory, and with enough:
/// call(entry, memory, size, found, host_error).
template <class S, class Entry, class Call>
task_of<S> with_memory(words& out, Call call) {
  for (const std::size_t size : {1u, 40u, 8000u}) {
    std::vector<char> memory(size);
    Entry entry;
    Entry* found = &entry;
    int host_error = 0;
    const int code =
        co_await call(&entry, memory.data(), size, &found, &host_error);
    out.push_back(std::to_string(code) + words_of(found));
    CHECK((found == nullptr || found == &entry));
    if (found == nullptr) out.push_back(std::to_string(host_error));
  }
}

/// Goes through a table twice: next(), and next_r(entry, memory, size, found).
template <class S, class Entry, class Begin, class Next, class NextR, class End>
task_of<S> all_entries(words& out, Begin begin, Next next, NextR next_r,
                       End end) {
  co_await begin(1);
  for (;;) {
    const Entry* const entry = co_await next();
    if (entry == nullptr) break;
    out.push_back(words_of(entry));
  }
  co_await begin(0);
  Entry entry;
  Entry* found = nullptr;
  std::vector<char> memory(8000);
  for (;;) {
    const int code =
        co_await next_r(&entry, memory.data(), memory.size(), &found);
    out.push_back(std::to_string(code) + words_of(found));
    if (code != 0 || found == nullptr) break;
  }
  co_await end();
}

/// Kills and times out a function that looks up for ever, at any place.
template <class Asks>
void check_abandoned(const Asks& asks) {
  green::run([&asks]() -> green::task<> {
    co_await check_interruptible(asks);
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 30; ++i) all.push_back(green::spawn(asks));
    for (auto& one : all) {
      co_await green::sleep();
      co_await one.kill();
      CHECK(one.was_killed());
    }
    co_await look_ups_end();
  });
}

}  // namespace tests
