// SPDX-License-Identifier: MIT
// examples/connection_pool: clients of libraries that block share connections.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/program.h"
#include "tests/support/server_programs.h"
#include "tests/support/sockets.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string program = "examples/connection_pool";
const string all_right = "1000 right answers, 5 connections\n";

}  // namespace

TEST_CASE("50 users of redis get all answers over 5 connections") {
  const tests::redis_server server;
  const finished f =
      run({program, "redis", "127.0.0.1", std::to_string(server.port())});
  CHECK(f.status == 0);
  CHECK(f.out == all_right);
  CHECK(f.err == "");
}

TEST_CASE("50 users of PostgreSQL get all answers over 5 connections") {
  const tests::postgres_server server;
  const finished f = run({program, "postgres", server.where(false)});
  CHECK(f.status == 0);
  CHECK(f.out == all_right);
  CHECK(f.err == "");
}

TEST_CASE("the program says that nobody listens, and what makes no sense") {
  const string port = std::to_string(tests::free_port());
  const finished f = run({program, "redis", "127.0.0.1", port});
  CHECK(f.status == 1);
  CHECK(f.out == "");
  CHECK(f.err.find("Connection refused") != string::npos);
  CHECK(refuses(run({program}), "which server"));
  CHECK(refuses(run({program, "redis", "127.0.0.1"}), "which server"));
  CHECK(refuses(run({program, "redis", "127.0.0.1", "1x"}), "not a port"));
}
