// SPDX-License-Identifier: MIT
#pragma once

#include <postgresql/libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "tests/support/server_programs.h"
#include "tests/support/sockets.h"

namespace tests {

/// libpq, as "tests/clients/client.h" says.
template <bool tls>
class postgres {
 public:
  static constexpr const char* name = tls ? "libpq TLS" : "libpq";
  static constexpr const char* module = "libpq.so.5";
  static constexpr const char* when_killed = "cancel";
  static constexpr const char* when_late = "timed out";
  static constexpr const char* own_timeout = "timeout expired";

  // Without HOME, libpq looks its user up, on helper threads.
  postgres() { ::setenv("HOME", "/nonexistent", 1); }

  class session {
   public:
    explicit session(const postgres& server)
        : session(server.server_.where(tls)) {}
    explicit session(const std::string& where)
        : c_(PQconnectdb(where.c_str())) {}

    std::string echo(const std::string& text) {
      if (tls && PQsslInUse(c_.get()) != 1) return "no TLS";
      return ask("SELECT '" + text + "'");
    }
    std::string wait(double seconds) {
      return ask("SELECT pg_sleep(" + std::to_string(seconds) + ")");
    }
    std::string wait_for_ever(const std::string& tag) {
      return ask("SELECT pg_sleep(1000), '" + tag + "'");
    }
    /// It has a timeout for connections alone, of two seconds at least.
    std::string outwait() {
      const descriptor silent = tcp_listener();
      const auto port = local_address(silent).port();
      const session other("host=127.0.0.1 connect_timeout=1 port=" +
                          std::to_string(port));
      return PQerrorMessage(other.c_.get());
    }
    /// The first value of the answer, or the error.
    std::string ask(const std::string& query) {
      const std::unique_ptr<PGresult, deleter> r(
          PQexec(c_.get(), query.c_str()));
      if (PQresultStatus(r.get()) == PGRES_TUPLES_OK) {
        return PQgetvalue(r.get(), 0, 0);
      }
      return PQerrorMessage(c_.get());
    }

   private:
    struct deleter {
      void operator()(PGconn* c) const { PQfinish(c); }
      void operator()(PGresult* r) const { PQclear(r); }
    };
    std::unique_ptr<PGconn, deleter> c_;
  };

  int waiting(const std::string& tag) const {
    return std::stoi(session(*this).ask(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
        "AND query = 'SELECT pg_sleep(1000), ''" +
        tag + "'''"));
  }
  void kill() { server_.kill(); }

 private:
  postgres_server server_;
};

}  // namespace tests
