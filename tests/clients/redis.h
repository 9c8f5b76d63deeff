// SPDX-License-Identifier: MIT
#pragma once

#include <hiredis/hiredis.h>
#include <signal.h>

#include <cstddef>
#include <memory>
#include <string>

#include "tests/support/server_programs.h"

namespace tests {

/// hiredis, as "tests/clients/client.h" says.
class redis {
 public:
  static constexpr const char* name = "hiredis";
  static constexpr const char* module = "libhiredis.so";
  static constexpr const char* when_killed = "Operation canceled";
  static constexpr const char* when_late =
      HIREDIS_MAJOR == 0 ? "Connection timed out" : "recv timeout";
  static constexpr const char* own_timeout = "Resource temporarily unavailable";

  class session {
   public:
    explicit session(const redis& server)
        : c_(redisConnect("127.0.0.1", server.port())) {}

    std::string echo(const std::string& text) {
      const reply r = ask("ECHO %s", text.c_str());
      return r ? r->str : error();
    }
    std::string wait(double seconds) {
      return error_of(ask("BLPOP nothing %f", seconds));
    }
    std::string wait_for_ever(const std::string& tag) {
      ask("CLIENT SETNAME %s", tag.c_str());
      return error_of(ask("BLPOP nothing 0"));
    }
    std::string outwait() {
      redisSetTimeout(c_.get(), {0, 20'000});
      return wait_for_ever("impatient");
    }
    void push(const std::string& list, const std::string& text) {
      ask("RPUSH %s %s", list.c_str(), text.c_str());
    }
    /// Waits for it for ever; or the error.
    std::string pop(const std::string& list) {
      const reply r = ask("BLPOP %s 0", list.c_str());
      return r && r->elements == 2 ? r->element[1]->str : error();
    }
    /// One line for each of the server's clients.
    std::string clients() {
      const reply r = ask("CLIENT LIST");
      return r ? r->str : error();
    }

   private:
    struct deleter {
      void operator()(redisContext* c) const { redisFree(c); }
      void operator()(redisReply* r) const { freeReplyObject(r); }
    };
    using reply = std::unique_ptr<redisReply, deleter>;

    template <class... A>
    reply ask(const char* command, A... arguments) {
      return reply(static_cast<redisReply*>(
          redisCommand(c_.get(), command, arguments...)));
    }
    std::string error_of(const reply& r) { return r ? "" : error(); }
    std::string error() const { return c_->errstr; }

    std::unique_ptr<redisContext, deleter> c_;
  };

  int port() const noexcept { return server_.port(); }
  int waiting(const std::string& tag) const {
    const std::string all = session(*this).clients();
    int count = 0;
    for (std::size_t at = 0, end = 0; end != std::string::npos; at = end + 1) {
      end = all.find('\n', at);
      const std::string line = all.substr(at, end - at);
      const bool named = line.find(" name=" + tag + " ") != std::string::npos;
      count += named && line.find(" flags=b ") != std::string::npos ? 1 : 0;
    }
    return count;
  }
  void kill() { server_.process().signal(SIGKILL); }

 private:
  redis_server server_;
};

}  // namespace tests
