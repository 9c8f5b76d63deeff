// SPDX-License-Identifier: MIT
// clients: hiredis in sequence, in green::patched, on threads, in a threadpool

#include <err.h>
#include <fmt/core.h>
#include <hiredis/hiredis.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/redis_server.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/threadpool.h"

namespace {

using benchmarks::redis_server;
using benchmarks::steady_now;
using std::string;

constexpr const char* usage = R"(usage: clients [OPTIONS]
  --pairs N   SET and GET pairs of all clients together (20000)
  --clients N how many clients (50)
  --rounds N  how often each way is measured; the best is shown (3)
)";

struct settings {
  int pairs = 20'000;
  int clients = 50;
  int rounds = 3;
};

void expect(redisContext* c, const string& wanted, const char* command,
            int key) {
  auto* const reply =
      static_cast<redisReply*>(redisCommand(c, command, key, wanted.c_str()));
  const bool right = reply != nullptr && reply->str != nullptr &&
                     (wanted == reply->str || string("OK") == reply->str);
  freeReplyObject(reply);
  if (!right) throw std::runtime_error(string("wrong reply: ") + c->errstr);
}

// One client: its share of the pairs.
void work(const redis_server& s, const settings& how, int client) {
  redisContext* const c = s.connect();
  for (int i = 0; i < how.pairs / how.clients; ++i) {
    const string value = std::to_string(client) + "," + std::to_string(i);
    expect(c, value, "SET key%d %s", client);
    expect(c, value, "GET key%d", client);
  }
  redisFree(c);
}

void in_sequence(const redis_server& s, const settings& how) {
  for (int n = 0; n < how.clients; ++n) work(s, how, n);
}

void on_threads(const redis_server& s, const settings& how) {
  std::vector<std::thread> all;
  for (int n = 0; n < how.clients; ++n) {
    all.emplace_back([&s, &how, n] { work(s, how, n); });
  }
  for (std::thread& one : all) one.join();
}

template <class Wait>
green::task<> at_once(const settings& how, Wait wait) {
  std::vector<green::greenlet<>> all;
  for (int n = 0; n < how.clients; ++n) all.push_back(green::spawn(wait, n));
  co_await green::joinall(all, green::deadline::never(), true);
}

void in_patched(const redis_server& s, const settings& how) {
  const auto one = [&](int n) -> green::task<> {
    auto call = [&, n] { work(s, how, n); };
    co_await green::patched(call);
  };
  green::patcher::import_patched("libhiredis.so");
  green::run([&] { return at_once(how, one); });
  green::patcher::unpatch();
}

void in_threadpool(const redis_server& s, const settings& how) {
  green::threadpool pool(static_cast<unsigned>(how.clients));
  const auto one = [&](int n) -> green::task<> {
    auto call = [&, n] { work(s, how, n); };
    co_await pool.apply(call);
  };
  green::run([&] { return at_once(how, one); });
}

struct cost {
  double wall, cpu;  // ms
};

double cpu_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 +
           static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

using way = void (*)(const redis_server&, const settings&);

cost best(way run, const redis_server& s, const settings& how) {
  cost least{1e18, 0};
  for (int round = 0; round < how.rounds; ++round) {
    const double cpu = cpu_ms();
    const std::int64_t began = steady_now();
    run(s, how);
    const double wall = static_cast<double>(steady_now() - began) / 1e6;
    if (wall < least.wall) least = {wall, cpu_ms() - cpu};
  }
  return least;
}

settings parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  settings s;
  s.pairs = given.number("--pairs", 1, 10'000'000).value_or(s.pairs);
  s.clients = given.number("--clients", 1, 1000).value_or(s.clients);
  s.rounds = given.number("--rounds", 1, 100).value_or(s.rounds);
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("too many arguments");
  }
  return s;
}

void compare(const settings& how) {
  const redis_server s;
  s.wait_until_ready();
  const cost sequence = best(in_sequence, s, how);
  const auto show = [&](const char* name, const cost& c) {
    fmt::print("{:<20}{:>10.1f}{:>7.2f}{:>10.1f}\n", name, c.wall,
               c.wall / sequence.wall, c.cpu);
  };
  fmt::print("{:<20}{:>10}{:>7}{:>10}\n", "hiredis SET + GET", "ms", "x",
             "CPU ms");
  show("in sequence", sequence);
  show("green::patched", best(in_patched, s, how));
  show("a thread each", best(on_threads, s, how));
  show("threadpool::apply", best(in_threadpool, s, how));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    compare(parse(argc, argv));
  } catch (const benchmarks::bad_usage& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
