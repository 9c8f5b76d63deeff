// SPDX-License-Identifier: MIT
// hiredis, unmodified, against a redis server.
#include <doctest/doctest.h>
#include <hiredis/hiredis.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include "green/greenlet.h"
#include "green/patcher.h"
#include "green/time.h"
#include "green/timeout.h"
#include "tests/support/gather.h"
#include "tests/support/hubs.h"
#include "tests/support/server_programs.h"
#include "tests/support/shared_object.h"

using namespace std::chrono_literals;
using green::patcher::import_patched;
using std::string;

namespace {

constexpr const char* hiredis = "libhiredis.so.0.14";

struct deleter {
  void operator()(redisContext* c) const { redisFree(c); }
  void operator()(redisReply* r) const { freeReplyObject(r); }
};
using connection = std::unique_ptr<redisContext, deleter>;
using reply = std::unique_ptr<redisReply, deleter>;

connection connect(const tests::redis_server& server) {
  return connection(redisConnect("127.0.0.1", server.port()));
}

template <class... A>
reply ask(const connection& c, const char* command, A... arguments) {
  return reply(
      static_cast<redisReply*>(redisCommand(c.get(), command, arguments...)));
}

// The right answers to SET and GET of one task.
int exchange(const tests::redis_server& server, int n) {
  const connection c = connect(server);
  int right = 0;
  for (int i = 0; i < tests::calls && c->err == 0; ++i) {
    const string value = std::to_string(n) + "," + std::to_string(i);
    const reply set = ask(c, "SET key%d %s", n, value.c_str());
    const reply got = ask(c, "GET key%d", n);
    if (set && got && string(set->str) == "OK" && value == got->str) ++right;
  }
  return right;
}

struct patched {
  patched() { import_patched(hiredis); }
  ~patched() { green::patcher::unpatch(); }
};

// Waits until so many clients wait in the server.
green::task<> until_blocked(const tests::redis_server& server, int count) {
  const connection c = connect(server);
  const string wanted = "blocked_clients:" + std::to_string(count) + "\r";
  for (;;) {
    if (string(ask(c, "INFO clients")->str).find(wanted) != string::npos) {
      co_return;
    }
    co_await green::sleep(1ms);
  }
}

// A task that waits in the server for ever, and what its client says then.
struct waiting {
  const tests::redis_server& server;
  string error;
  green::task<> run() {
    auto wait = [this] {
      const connection c = connect(server);
      if (!ask(c, "BLPOP nothing 0")) error = c->errstr;
    };
    co_await green::patched(wait);
  }
};

}  // namespace

TEST_CASE("50 tasks call redis 20 times on one thread") {
  tests::redis_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    const int before = tests::threads();
    int most = 0;
    const auto work = [&](int n) {
      const int right = exchange(server, n);
      most = std::max(most, tests::threads());
      return right;
    };
    CHECK(co_await tests::gather(work) == tests::tasks * tests::calls);
    CHECK(most == before);
  });
}

TEST_CASE("tasks wait in redis for each other") {
  tests::redis_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    // Each takes from its own list, then gives to the next one's.
    const auto work = [&](int n) {
      const connection c = connect(server);
      if (n == 0) ask(c, "RPUSH list0 word");
      const reply got = ask(c, "BLPOP list%d 0", n);
      ask(c, "RPUSH list%d %s", n + 1, got->element[1]->str);
      return string(got->element[1]->str) == "word" ? 1 : 0;
    };
    CHECK(co_await tests::gather(work) == tests::tasks);
  });
}

TEST_CASE("a kill ends a call of hiredis") {
  tests::redis_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    waiting w{server, ""};
    auto task = green::spawn([&] { return w.run(); });
    co_await until_blocked(server, 1);
    co_await task.kill();
    CHECK(task.dead());
    CHECK(w.error == std::strerror(ECANCELED));
  });
}

TEST_CASE("a timeout ends a call of hiredis, and the next one fails, too") {
  tests::redis_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    waiting w{server, ""};
    bool late = false;
    try {
      co_await green::with_timeout(20ms, [&] { return w.run(); });
    } catch (const green::timed_out&) {
      late = true;
    }
    CHECK(late);
    CHECK(w.error == std::strerror(ETIMEDOUT));
    const auto again = [&](int n) { return exchange(server, n); };
    CHECK(co_await tests::gather(again, 1) == tests::calls);
  });
}

TEST_CASE("a redis server that is killed ends all calls") {
  tests::redis_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    int ended = 0;
    const auto work = [&](int) {
      const connection c = connect(server);
      const bool none = ask(c, "BLPOP nothing 0") == nullptr;
      ended += none && c->err != 0 ? 1 : 0;
      return 1;
    };
    auto killer = green::spawn([&]() -> green::task<> {
      co_await until_blocked(server, 10);
      server.process().signal(SIGKILL);
    });
    CHECK(co_await tests::gather(work, 10) == 10);
    CHECK(ended == 10);
    co_await killer.join();
  });
}

TEST_CASE("two hubs call redis at once") {
  tests::redis_server server;
  const patched all;
  std::atomic<int> right = 0;
  tests::run_hubs(2, [&](int hub) -> green::task<> {
    const auto work = [&](int n) { return exchange(server, 100 * hub + n); };
    right += co_await tests::gather(work, 25);
  });
  CHECK(right == 2 * 25 * tests::calls);
}

TEST_CASE("hiredis is patched and unpatched under load") {
  tests::redis_server server;
  const patched all;
  // Something stays patched, so that patched() is content.
  const tests::shared_object other("lazy");
  import_patched(other.path().c_str());
  std::atomic<bool> end = false;
  std::thread patcher([&] {
    while (!end) {
      green::patcher::unpatch(hiredis);
      import_patched(hiredis);
    }
  });
  tests::run_hubs(2, [&](int hub) -> green::task<> {
    const auto work = [&](int n) { return exchange(server, 100 * hub + n); };
    CHECK(co_await tests::gather(work, 20) == 20 * tests::calls);
  });
  end = true;
  patcher.join();
}

TEST_CASE("a separate copy of hiredis waits, and the other one blocks") {
  if (tests::has_sanitizer()) return;
  tests::redis_server server;
  const auto copy = import_patched(hiredis, green::patcher::separate_copy);
  CHECK_FALSE(green::patcher::is_module_patched(hiredis));
  green::run([&]() -> green::task<> {
    const auto work = [&](int n) {
      auto* const c = copy.get<decltype(::redisConnect)>("redisConnect")(
          "127.0.0.1", server.port());
      const reply got(
          static_cast<redisReply*>(copy.get<decltype(::redisCommand)>(
              "redisCommand")(c, "BLPOP l%d 0", n)));
      copy.get<decltype(::redisFree)>("redisFree")(c);
      return got != nullptr && got->elements == 2 ? 1 : 0;
    };
    auto giver = green::spawn([&]() -> green::task<> {
      co_await until_blocked(server, 5);
      const connection c = connect(server);
      for (int n = 0; n < 5; ++n) ask(c, "RPUSH l%d word", n);
    });
    CHECK(co_await tests::gather(work, 5) == 5);
    co_await giver.join();
  });
  green::patcher::unpatch();
}
