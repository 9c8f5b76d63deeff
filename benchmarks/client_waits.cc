// SPDX-License-Identifier: MIT
// client_waits: 50 hiredis clients that wait in green::patched beside one, and
// how late a ticker, a timeout and a kill are beside them

#include <err.h>
#include <fmt/core.h>
#include <hiredis/hiredis.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/redis_server.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/time.h"
#include "green/timeout.h"

namespace {

using namespace std::chrono_literals;
using benchmarks::redis_server;
using benchmarks::steady_now;

constexpr const char* usage = R"(usage: client_waits [OPTIONS]
  --clients N how many clients (50)
  --calls N   how many calls each makes (20)
  --rounds N  how often each thing is measured (5)
)";

struct settings {
  int clients = 50;
  int calls = 20;
  int rounds = 5;
};

double ms_since(std::int64_t start) {
  return static_cast<double>(steady_now() - start) / 1e6;
}

// The median, least and greatest of what was measured.
void show(const char* name, std::vector<double> values) {
  std::ranges::sort(values);
  fmt::print("{:<44}{:>9.2f}  ({:.2f}-{:.2f})\n", name,
             values[values.size() / 2], values.front(), values.back());
}

// Waits for a list that stays empty, for 50 ms or for ever.
void wait_in_vain(redisContext* c, const char* seconds) {
  freeReplyObject(redisCommand(c, "BLPOP nothing %s", seconds));
}

void wait_often(const redis_server& s, int calls) {
  redisContext* const c = s.connect();
  for (int i = 0; i < calls; ++i) wait_in_vain(c, "0.05");
  redisFree(c);
}

void ask_often(const redis_server& s, int calls) {
  redisContext* const c = s.connect();
  for (int i = 0; i < calls; ++i) {
    freeReplyObject(redisCommand(c, "SET key %d", i));
    freeReplyObject(redisCommand(c, "GET key"));
  }
  redisFree(c);
}

// work(), blocking code, on so many fibers at once.
template <class Work>
green::task<> at_once(int clients, Work& work) {
  const auto one = [&work]() -> green::task<> {
    co_await green::patched(work);
  };
  std::vector<green::greenlet<>> all;
  for (int n = 0; n < clients; ++n) all.push_back(green::spawn(one));
  co_await green::joinall(all, green::deadline::never(), true);
}

green::task<> compare_with_one(const redis_server& s, const settings& how) {
  std::vector<double> ratios;
  for (int round = 0; round < how.rounds; ++round) {
    std::int64_t start = steady_now();
    wait_often(s, how.calls);
    const double alone = ms_since(start);
    auto work = [&] { wait_often(s, how.calls); };
    start = steady_now();
    co_await at_once(how.clients, work);
    ratios.push_back(ms_since(start) / alone);
  }
  show("wall time of all at once, in that of one alone", ratios);
}

// The worst delay of a ticker of 5 ms beside clients that are always busy.
green::task<> tick_beside(const redis_server& s, const settings& how) {
  std::vector<double> worst;
  for (int round = 0; round < how.rounds; ++round) {
    double latest = 0;
    const auto tick = [&latest]() -> green::task<> {
      for (;;) {
        const std::int64_t due = steady_now() + 5'000'000;
        co_await green::sleep(5ms);
        latest = std::max(latest, ms_since(due));
      }
    };
    const auto ticker = green::spawn(tick);
    auto work = [&] { ask_often(s, 20 * how.calls); };
    co_await at_once(how.clients, work);
    co_await ticker.kill();
    worst.push_back(latest);
  }
  show("worst delay of a 5 ms ticker beside them, ms", worst);
}

green::task<> wait_for_ever(const redis_server& s) {
  auto work = [&s] {
    redisContext* const c = s.connect();
    wait_in_vain(c, "0");
    redisFree(c);
  };
  co_await green::patched(work);
}

green::task<> interrupt(const redis_server& s, const settings& how) {
  std::vector<double> late_timeouts, kills;
  for (int round = 0; round < 4 * how.rounds; ++round) {
    const std::int64_t start = steady_now();
    try {
      co_await green::with_timeout(100ms, wait_for_ever, std::cref(s));
    } catch (const green::timed_out&) {
      late_timeouts.push_back(ms_since(start) - 100);
    }
    const auto waits = [&s]() -> green::task<> { co_await wait_for_ever(s); };
    const auto waiting = green::spawn(waits);
    co_await green::sleep(20ms);
    const std::int64_t killed = steady_now();
    co_await waiting.kill();
    kills.push_back(ms_since(killed));
  }
  show("a timeout of 100 ms in mid-call is late by, ms", late_timeouts);
  show("a kill in mid-call takes, ms", kills);
}

settings parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  settings s;
  s.clients = given.number("--clients", 1, 1000).value_or(s.clients);
  s.calls = given.number("--calls", 1, 10'000).value_or(s.calls);
  s.rounds = given.number("--rounds", 1, 100).value_or(s.rounds);
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("too many arguments");
  }
  return s;
}

void measure(const settings& how) {
  const redis_server s;
  s.wait_until_ready();
  green::patcher::import_patched("libhiredis.so");
  fmt::print("{:<44}{:>9}  (least-greatest of {} rounds)\n",
             fmt::format("{} hiredis clients", how.clients), "median",
             how.rounds);
  const auto all = [&]() -> green::task<> {
    co_await compare_with_one(s, how);
    co_await tick_beside(s, how);
    co_await interrupt(s, how);
  };
  green::run(all);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(parse(argc, argv));
  } catch (const benchmarks::bad_usage& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
