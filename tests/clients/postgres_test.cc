// SPDX-License-Identifier: MIT
// libpq, unmodified, against PostgreSQL.
#include <doctest/doctest.h>
#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include "green/greenlet.h"
#include "green/patcher.h"
#include "green/time.h"
#include "green/timeout.h"
#include "tests/support/gather.h"
#include "tests/support/server_programs.h"

using namespace std::chrono_literals;
using std::string;

namespace {

struct deleter {
  void operator()(PGconn* c) const { PQfinish(c); }
  void operator()(PGresult* r) const { PQclear(r); }
};
using connection = std::unique_ptr<PGconn, deleter>;
using result = std::unique_ptr<PGresult, deleter>;

// One server for all tests: it takes a while to start.
const tests::postgres_server& server() {
  static const tests::postgres_server one;
  // Or libpq looks its user up, on helper threads.
  ::setenv("HOME", "/nonexistent", 1);
  return one;
}

connection connect(bool tls = false) {
  return connection(PQconnectdb(server().where(tls).c_str()));
}

// The first value of the answer, or the error.
string ask(const connection& c, const string& query) {
  const result r(PQexec(c.get(), query.c_str()));
  if (PQresultStatus(r.get()) != PGRES_TUPLES_OK) {
    return PQerrorMessage(c.get());
  }
  return PQgetvalue(r.get(), 0, 0);
}

int ask_often(int n, bool tls) {
  const connection c = connect(tls);
  int right = 0;
  for (int i = 0; i < tests::calls; ++i) {
    const string wanted = std::to_string(1000 * n + i);
    right += ask(c, "SELECT " + wanted + ", pg_sleep(0.002)") == wanted ? 1 : 0;
  }
  if (tls && PQsslInUse(c.get()) != 1) return 0;
  return right;
}

struct patched {
  patched() { green::patcher::import_patched("libpq.so.5"); }
  ~patched() { green::patcher::unpatch(); }
};

// Waits until so many connections sleep in this query.
green::task<> until_asleep(const string& query, int count) {
  const connection c = connect();
  const string wanted = std::to_string(count);
  const string asked =
      "SELECT count(*) FROM pg_stat_activity "
      "WHERE wait_event = 'PgSleep' AND query = '" +
      query + "'";
  while (ask(c, asked) != wanted) co_await green::sleep(1ms);
}

}  // namespace

TEST_CASE("50 tasks ask PostgreSQL 20 times on one thread") {
  for (const bool tls : {false, true}) {
    server();
    const patched all;
    green::run([&]() -> green::task<> {
      const int before = tests::threads();
      int most = 0;
      const auto work = [&](int n) {
        const int right = ask_often(n, tls);
        most = std::max(most, tests::threads());
        return right;
      };
      INFO(tls);
      CHECK(co_await tests::gather(work) == tests::tasks * tests::calls);
      CHECK(most == before);
    });
  }
}

TEST_CASE("a kill and a timeout end a call of libpq") {
  server();
  const patched all;
  green::run([&]() -> green::task<> {
    string error;
    const auto sleeping = [&]() -> green::task<> {
      auto work = [&] { error = ask(connect(), "SELECT pg_sleep(1000)"); };
      co_await green::patched(work);
    };
    auto task = green::spawn(sleeping);
    co_await until_asleep("SELECT pg_sleep(1000)", 1);
    co_await task.kill();
    CHECK(task.dead());
    CHECK(error.find("cancel") != string::npos);
    bool late = false;
    try {
      co_await green::with_timeout(50ms, sleeping);
    } catch (const green::timed_out&) {
      late = true;
    }
    CHECK(late);
    CHECK(error.find("timed out") != string::npos);
  });
}

TEST_CASE("connections that the server ends end their calls") {
  server();
  const patched all;
  green::run([&]() -> green::task<> {
    int ended = 0;
    const auto work = [&](int) {
      const string said = ask(connect(), "SELECT 1, pg_sleep(999)");
      ended += said.find("terminating connection") != string::npos ? 1 : 0;
      return 1;
    };
    auto killer = green::spawn([]() -> green::task<> {
      co_await until_asleep("SELECT 1, pg_sleep(999)", 10);
      const connection c = connect();
      ask(c,
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
          "WHERE query = 'SELECT 1, pg_sleep(999)'");
    });
    CHECK(co_await tests::gather(work, 10) == 10);
    CHECK(ended == 10);
    co_await killer.join();
  });
}
