// SPDX-License-Identifier: MIT
// postgres_gather: 50 clients of PostgreSQL at once, on one thread (libpq)

#include <postgresql/libpq-fe.h>

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "green/atomic"
#include "green/err.h"
#include "green/green.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/stdio.h"
#include "green/thread"

using green::thread;

constexpr int clients = 50, calls = 20;

// Blocks, as libpq does. How many answers were right.
int ask(const char* where, int n) {
  PGconn* c = PQconnectdb(where);
  int right = 0;
  for (int i = 0; i < calls && PQstatus(c) == CONNECTION_OK; ++i) {
    std::string word = std::to_string(n) + "," + std::to_string(i);
    const char* values[] = {word.c_str()};
    PGresult* r = PQexecParams(c, "SELECT $1::text, pg_sleep(0.001)", 1,
                               nullptr, values, nullptr, nullptr, 0);
    bool answered = PQresultStatus(r) == PGRES_TUPLES_OK;
    if (answered && word == PQgetvalue(r, 0, 0)) ++right;
    PQclear(r);
    if (!answered) break;
  }
  if (right < calls) warnx("client %d: %s", n, PQerrorMessage(c));
  PQfinish(c);
  return right;
}

green::task<> client(const char* where, int n, std::atomic<int>& right) {
  auto work = [&] { return ask(where, n); };
  right += co_await green::patched(work);
}

green::task<> gather(const char* where, std::atomic<int>& right) {
  std::vector<thread> all;
  for (int n = 0; n < clients; ++n) {
    all.emplace_back(client, where, n, std::ref(right));
  }
  for (thread& one : all) co_await one.join();
}

int main(int argc, char** argv) {
  if (argc != 2) {
    errx(2, "where is the server?\n%s",
         "usage: 'host=HOST port=PORT user=USER ...'");
  }
  std::atomic<int> right = 0;
  try {
    green::patcher::import_patched("libpq.so");
    green::run(gather, argv[1], std::ref(right));
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
  printf("%d clients, %d right answers\n", clients, right.load());
  return right == clients * calls ? 0 : 1;
}
