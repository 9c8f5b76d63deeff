// SPDX-License-Identifier: MIT
// libpq, unmodified, against PostgreSQL.
#include <doctest/doctest.h>

#include <string>

#include "tests/clients/cases.h"
#include "tests/clients/postgres.h"

using std::string;

TEST_CASE("libpq waits on fibers") {
  tests::check_client<tests::postgres<false>>();
}

TEST_CASE("libpq waits on fibers, by TLS") {
  tests::check_client<tests::postgres<true>>();
}

TEST_CASE("connections that PostgreSQL ends end their calls") {
  using postgres = tests::postgres<false>;
  const postgres server;
  const tests::patched_client<postgres> patched;
  green::run([&]() -> green::task<> {
    int ended = 0;
    const auto work = [&](int) {
      const string said = postgres::session(server).wait_for_ever("ended");
      ended += said.find("terminating connection") != string::npos ? 1 : 0;
      return 1;
    };
    auto killer = green::spawn([&]() -> green::task<> {
      co_await until_waiting(server, "ended", 10);
      postgres::session(server).ask(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
          "WHERE wait_event = 'PgSleep'");
    });
    CHECK(co_await tests::gather(work, 10) == 10);
    CHECK(ended == 10);
    co_await killer.join();
  });
}
