// SPDX-License-Identifier: MIT
//
// What every awaitable of green stands, though it is ready at once each time a
// loop awaits it: others of the hub run, and whatever ends a green thread ends
// it. tests/awaits_test.cc demands such a line for each name of the library:
//
//   tests::fair("poll", [&] { return green::poll(&readable, 1, -1); });
//   tests::exempt("pause", "waits for what only comes later");
//
// All is bounded by rounds of the loop, and not by time.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"

namespace tests {

/// What is to end the loop.
enum class ended_by {
  others,        // another green thread, which runs when it is its turn
  own_timeout,   // one that has expired when the hub looks at it
  foreign_kill,  // posted by an OS thread before the first await
  own_kill       // pending at the first await
};

/// What interrupts do at this awaitable.
enum class interrupts { thrown, deferred };

struct await_loop {
  static constexpr long too_many = 1'000'000;

  bool stop = false;
  long begun = 0;  // awaits
  long over = 0;   // that gave a result
};

inline void kill_if(ended_by what) {
  const green::any_greenlet self = green::getcurrent();
  if (what == ended_by::foreign_kill) {
    std::thread([&self] { self.kill_nowait(); }).join();
  } else if (what == ended_by::own_kill) {
    self.kill_nowait();
  }
}

/// Awaits what make() gives, directly and again and again.
template <class Make>
green::task<> await_again(Make& make, ended_by what, await_loop& loop) {
  const green::timeout limit(what == ended_by::own_timeout
                                 ? green::deadline(std::chrono::seconds(0))
                                 : green::deadline::never());
  kill_if(what);
  while (!loop.stop && loop.begun < await_loop::too_many) {
    ++loop.begun;
    try {
      (void)co_await make();
    } catch (const std::exception&) {
      // A result as good as others.
    }
    ++loop.over;
  }
}

/// Starts the loop, and gives what ended it.
inline green::task<> judge(green::greenlet<> loop, ended_by what,
                           await_loop& seen) {
  const green::greenlet<> other = green::spawn([&seen, what] {
    if (what == ended_by::others) seen.stop = true;
  });
  bool timed_out = false;
  try {
    co_await loop.get();
  } catch (const green::timed_out&) {
    timed_out = true;
  } catch (const green::greenlet_exit&) {
    // It was killed.
  }
  co_await other.join();
  CHECK_MESSAGE(seen.begun < await_loop::too_many, "others never ran");
  CHECK(timed_out == (what == ended_by::own_timeout));
  CHECK(loop.was_killed() ==
        (what == ended_by::foreign_kill || what == ended_by::own_kill));
  if (what == ended_by::own_kill) CHECK(seen.over == 0);
}

template <class Make>
void fair(const std::string& name, Make make,
          interrupts how = interrupts::thrown) {
  CAPTURE(name);
  constexpr ended_by all[] = {ended_by::others, ended_by::own_timeout,
                              ended_by::foreign_kill, ended_by::own_kill};
  for (const ended_by what : all) {
    CAPTURE(static_cast<int>(what));
    if (what != ended_by::others && how == interrupts::deferred) continue;
    green::run([&]() -> green::task<> {
      await_loop seen;
      const auto body = [&] { return await_again(make, what, seen); };
      co_await judge(green::spawn(body), what, seen);
    });
  }
}

/// One that is never ready at once, or not meant to be awaited again.
inline void exempt(const std::string& name, const std::string& why) {
  CAPTURE(name);
  CHECK_FALSE(why.empty());
}

}  // namespace tests
