// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "green/endpoint.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;

namespace {

const string metrics_server = "examples/metrics_server";

string get(const green::endpoint& from, const string& path) {
  const tests::descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  REQUIRE(::connect(client, from.sockaddr(), from.length()) == 0);
  const string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  CHECK(::send(client, request.data(), request.size(), 0) ==
        static_cast<ssize_t>(request.size()));
  string all;
  char part[4096];
  for (ssize_t n; (n = ::recv(client, part, sizeof part, 0)) > 0;) {
    all.append(part, static_cast<std::size_t>(n));
  }
  return all;
}

bool contains(const string& text, const string& part) {
  return text.find(part) != string::npos;
}

}  // namespace

TEST_CASE("the numbers of the hub are there, and grow") {
  tests::program server({metrics_server, "127.0.0.1:0"});
  const green::endpoint from(server.listens_on());
  const string first = get(from, "/metrics");
  CHECK(first.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(contains(first, "application/openmetrics-text"));
  CHECK(contains(first, "# TYPE green_threads_spawned counter\n"));
  // Main, the server's own, and the client's.
  CHECK(contains(first, "green_threads_live 3\n"));
  CHECK(contains(first, "green_threads_spawned_total 3\n"));
  CHECK(contains(first, "green_requests_in_flight{kind=\"accept\"} 1\n"));
  CHECK(first.ends_with("# EOF\n"));
  const string second = get(from, "/metrics");
  CHECK(contains(second, "green_threads_spawned_total 4\n"));
}

TEST_CASE("metrics_server has no other page") {
  tests::program server({metrics_server, "127.0.0.1:0"});
  const string page = get(green::endpoint(server.listens_on()), "/");
  CHECK(page.starts_with("HTTP/1.1 404 Not Found\r\n"));
  CHECK(contains(page, "see /metrics"));
  CHECK(tests::refuses(tests::run({metrics_server}), "usage: metrics_server"));
}
