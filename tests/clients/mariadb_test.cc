// SPDX-License-Identifier: MIT
// libmariadb, unmodified, against MariaDB.
#include <doctest/doctest.h>
#include <mariadb/mysql.h>

#include <algorithm>
#include <chrono>
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
  void operator()(MYSQL* c) const { mysql_close(c); }
  void operator()(MYSQL_RES* r) const { mysql_free_result(r); }
};
using connection = std::unique_ptr<MYSQL, deleter>;
using result = std::unique_ptr<MYSQL_RES, deleter>;

// One server for all tests: it takes a while to start.
const tests::mariadb_server& server() {
  static const tests::mariadb_server one;
  return one;
}

connection connect() {
  connection c(mysql_init(nullptr));
  mysql_real_connect(c.get(), "127.0.0.1", server().user().c_str(), nullptr,
                     nullptr, static_cast<unsigned>(server().port()), nullptr,
                     0);
  return c;
}

// The first value of the answer, or the error.
string ask(const connection& c, const string& query) {
  if (mysql_query(c.get(), query.c_str()) != 0) return mysql_error(c.get());
  const result r(mysql_store_result(c.get()));
  MYSQL_ROW row = r == nullptr ? nullptr : mysql_fetch_row(r.get());
  return row == nullptr ? mysql_error(c.get()) : row[0];
}

struct patched {
  patched() { green::patcher::import_patched("libmariadb.so.3"); }
  ~patched() { green::patcher::unpatch(); }
};

green::task<> until_asleep(const string& query) {
  const connection c = connect();
  while (ask(c,
             "SELECT count(*) FROM information_schema.processlist "
             "WHERE info = '" +
                 query + "'") != "1") {
    co_await green::sleep(1ms);
  }
}

}  // namespace

TEST_CASE("50 tasks ask MariaDB 20 times on one thread") {
  server();
  const patched all;
  green::run([&]() -> green::task<> {
    const int before = tests::threads();
    int most = 0;
    const auto work = [&](int n) {
      const connection c = connect();
      int right = 0;
      for (int i = 0; i < tests::calls; ++i) {
        const string wanted = std::to_string(1000 * n + i);
        right += ask(c, "SELECT " + wanted + ", sleep(0.002)") == wanted;
        most = std::max(most, tests::threads());
      }
      return right;
    };
    CHECK(co_await tests::gather(work) == tests::tasks * tests::calls);
    CHECK(most == before);
  });
}

TEST_CASE("a kill and a timeout end a call of libmariadb") {
  server();
  const patched all;
  green::run([&]() -> green::task<> {
    string error;
    const auto sleeping = [&]() -> green::task<> {
      auto work = [&] { error = ask(connect(), "SELECT sleep(1000)"); };
      co_await green::patched(work);
    };
    auto task = green::spawn(sleeping);
    co_await until_asleep("SELECT sleep(1000)");
    co_await task.kill();
    CHECK(task.dead());
    CHECK(error.find("Lost connection") != string::npos);
    error.clear();
    bool late = false;
    try {
      co_await green::with_timeout(50ms, sleeping);
    } catch (const green::timed_out&) {
      late = true;
    }
    CHECK(late);
    CHECK(error != "");
  });
}
