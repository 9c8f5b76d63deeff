// SPDX-License-Identifier: MIT
// connection_pool: 50 green threads share 5 connections to redis or PostgreSQL

#include <hiredis/hiredis.h>
#include <postgresql/libpq-fe.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/pools.h"
#include "green/stdio.h"
#include "green/stdlib.h"

using namespace std::chrono_literals;

constexpr int users = 50, calls = 20, connections = 5;

struct closes {
  void operator()(redisContext* c) const { redisFree(c); }
  void operator()(PGconn* c) const { PQfinish(c); }
};
using redis = std::unique_ptr<redisContext, closes>;
using postgres = std::unique_ptr<PGconn, closes>;

// These block, as their libraries do.

redis connect_redis(const char* host, int port) {
  redis c(redisConnect(host, port));
  if (c && c->err != 0) throw std::runtime_error(c->errstr);
  return c;
}

postgres connect_postgres(const char* where) {
  postgres c(PQconnectdb(where));
  if (PQstatus(c.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(c.get()));
  }
  return c;
}

bool ask(redisContext* c, const std::string& word) {
  void* answer = redisCommand(c, "ECHO %s", word.c_str());
  auto* reply = static_cast<redisReply*>(answer);
  if (reply == nullptr) return false;
  bool right = reply->type == REDIS_REPLY_STRING && word == reply->str;
  freeReplyObject(reply);
  return right;
}

bool ask(PGconn* c, const std::string& word) {
  const char* values[] = {word.c_str()};
  PGresult* r = PQexecParams(c, "SELECT $1::text, pg_sleep(0.001)", 1, nullptr,
                             values, nullptr, nullptr, 0);
  bool right =
      PQresultStatus(r) == PGRES_TUPLES_OK && word == PQgetvalue(r, 0, 0);
  PQclear(r);
  return right;
}

struct counts {
  int right = 0, made = 0;
};

template <class Connection>
green::task<> use(green::pool_of<Connection>& pool, int n, counts& all) {
  for (int i = 0; i < calls; ++i) {
    auto c = co_await pool.item(30s);
    std::string word = std::to_string(n) + "," + std::to_string(i);
    auto call = [&c, &word] { return ask(c->get(), word); };
    bool right = co_await green::patched(call);
    if (right) ++all.right;
    if (!right) c.discard();  // the next user gets a new connection
  }
}

template <class Connect>
green::task<> share(Connect connect, counts& all) {
  using connection = decltype(connect());
  auto make = [&]() -> green::task<connection> {
    ++all.made;
    co_return co_await green::patched(connect);
  };
  auto how = green::pool_options().idle_time(10s).discard_on_error();
  green::pool_of<connection> pool(make, connections, how);
  std::vector<green::greenlet<>> threads;
  for (int n = 0; n < users; ++n) {
    threads.push_back(
        green::spawn(use<connection>, std::ref(pool), n, std::ref(all)));
  }
  co_await green::joinall(threads, green::deadline::never(), true);
}

int main(int argc, char** argv) {
  const char usage[] =
      "usage: connection_pool redis HOST PORT, or postgres 'host=HOST ...'";
  const std::string kind = argc > 1 ? argv[1] : "";
  counts all;
  try {
    if (kind == "redis" && argc == 4) {
      char* end;
      long port = strtol(argv[3], &end, 10);
      if (*argv[3] == 0 || *end != 0 || port < 1 || port > 65535) {
        errx(2, "not a port: '%s'\n%s", argv[3], usage);
      }
      green::patcher::import_patched("libhiredis.so");
      auto connect = [=] { return connect_redis(argv[2], int(port)); };
      // greenify: allow(holds) share connects in green::patched
      green::run([&] { return share(connect, all); });
    } else if (kind == "postgres" && argc == 3) {
      green::patcher::import_patched("libpq.so");
      auto connect = [=] { return connect_postgres(argv[2]); };
      // greenify: allow(holds) share connects in green::patched
      green::run([&] { return share(connect, all); });
    } else {
      errx(2, "which server, and where?\n%s", usage);
    }
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
  printf("%d right answers, %d connections\n", all.right, all.made);
  return all.right == users * calls ? 0 : 1;
}
