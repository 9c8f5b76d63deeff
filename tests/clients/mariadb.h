// SPDX-License-Identifier: MIT
#pragma once

#include <mariadb/mysql.h>
#include <signal.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "tests/support/server_programs.h"

namespace tests {

/// libmariadb, as "tests/clients/client.h" says.
class mariadb {
 public:
  static constexpr const char* name = "libmariadb";
  static constexpr const char* module = "libmariadb.so.3";
  static constexpr const char* when_killed = "Lost connection";
  static constexpr const char* when_late = "";
  static constexpr const char* own_timeout = "Lost connection";

  class session {
   public:
    explicit session(const mariadb& server, unsigned read_timeout = 0)
        : server_(server), c_(mysql_init(nullptr)) {
      if (read_timeout != 0) {
        mysql_options(c_.get(), MYSQL_OPT_READ_TIMEOUT, &read_timeout);
      }
      mysql_real_connect(
          c_.get(), "127.0.0.1", server.server_.user().c_str(), nullptr,
          nullptr, static_cast<unsigned>(server.server_.port()), nullptr, 0);
    }

    std::string echo(const std::string& text) {
      return ask("SELECT '" + text + "'");
    }
    std::string wait(double seconds) {
      return error_of(ask("SELECT sleep(" + std::to_string(seconds) + ")"));
    }
    std::string wait_for_ever(const std::string& tag) {
      return error_of(ask(sleep_of(tag)));
    }
    /// It takes whole seconds alone.
    std::string outwait() {
      return session(server_, 1).wait_for_ever("impatient");
    }
    /// The first value of the answer, or the error.
    std::string ask(const std::string& query) {
      if (mysql_query(c_.get(), query.c_str()) != 0) {
        return mysql_error(c_.get());
      }
      const std::unique_ptr<MYSQL_RES, deleter> r(mysql_store_result(c_.get()));
      MYSQL_ROW row = r == nullptr ? nullptr : mysql_fetch_row(r.get());
      if (row == nullptr) return mysql_error(c_.get());
      return row[0] == nullptr ? "" : row[0];
    }

   private:
    struct deleter {
      void operator()(MYSQL* c) const { mysql_close(c); }
      void operator()(MYSQL_RES* r) const { mysql_free_result(r); }
    };
    static std::string error_of(const std::string& answer) {
      return answer == "0" ? "" : answer;
    }

    const mariadb& server_;
    std::unique_ptr<MYSQL, deleter> c_;
  };

  int waiting(const std::string& tag) const {
    std::string query = sleep_of(tag);
    for (std::size_t at = 0; (at = query.find('\'', at)) != query.npos;
         at += 2) {
      query.insert(at, "'");
    }
    return std::stoi(session(*this).ask(
        "SELECT count(*) FROM information_schema.processlist WHERE info = '" +
        query + "'"));
  }
  /// Ends what waits for ever in the server, which does not see that its
  /// clients are gone.
  void forget() const {
    session s(*this);
    const std::string next =
        "SELECT min(id) FROM information_schema.processlist WHERE info LIKE "
        "'SELECT sleep(1000)%'";
    for (std::string id = s.ask(next); std::atoi(id.c_str()) != 0;
         id = s.ask(next)) {
      s.ask("KILL " + id);
    }
  }
  void kill() { server_.process().signal(SIGKILL); }

 private:
  static std::string sleep_of(const std::string& tag) {
    return "SELECT sleep(1000), '" + tag + "'";
  }

  mariadb_server server_;
};

}  // namespace tests
