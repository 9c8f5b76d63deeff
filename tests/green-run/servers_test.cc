// SPDX-License-Identifier: MIT
// Servers of Debian, unmodified, on their own threads and by green-run: their
// answers to clients, and their threads.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <string>

#include "benchmarks/debian_servers/servers.h"
#include "benchmarks/debian_servers/started_server.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using benchmarks::connection;
using benchmarks::debian_server;
using benchmarks::started_server;
using std::string;

const string green_run = "tools/green-run/green-run";

// A client of Debian's for the server, and a part of what it prints.
struct client {
  const char* server;
  const char* program;
  const char* command;  // PORT stands for the port
  const char* prints;
};
const client clients[] = {
    {"microsocks", "curl",
     "curl -s -x socks5h://127.0.0.1:PORT http://127.0.0.1:1/; echo $?", "97"},
    {"tinyproxy", "curl", "curl -s -x http://127.0.0.1:PORT http://statistics/",
     "</html>"},
    {"privoxy", "curl",
     "curl -s -x http://127.0.0.1:PORT http://p.p/robots.txt", "Disallow"},
    {"civetweb", "curl", "curl -s http://127.0.0.1:PORT/page",
     "a page of text"},
    {"apache", "curl", "curl -s http://127.0.0.1:PORT/page", "a page of text"},
    {"stunnel", "nc", "echo hello | timeout 10 nc -N 127.0.0.1 PORT", "hello"},
    {"slapd", "ldapsearch",
     "ldapsearch -x -LLL -H ldap://127.0.0.1:PORT -s base -b '' +",
     "supportedLDAPVersion: 3"},
    {"memcached", "nc",
     "printf 'set a 0 0 1\\r\\n7\\r\\nget a\\r\\nquit\\r\\n' | "
     "timeout 10 nc 127.0.0.1 PORT",
     "VALUE a 0 1\r\n7\r\nEND"},
    {"http.server", "curl", "curl -s http://127.0.0.1:PORT/page",
     "a page of text"},
};

bool missing(const string& program) {
  if (tests::installed(program)) return false;
  MESSAGE(program << " is not installed, and so not run");
  return true;
}

void ask_as(const client& by, string port) {
  if (missing(by.program)) return;
  string command = by.command;
  command.replace(command.find("PORT"), 4, port);
  CHECK_MESSAGE(tests::shell(command).text.find(by.prints) != string::npos,
                tests::shell(command).text);
}

// Holds many connections at once. Each asks, and is answered before any ends.
// Gives the number of the system's threads meanwhile.
long ask(const debian_server& who, const benchmarks::way_to_run& how,
         unsigned at_once) {
  const tests::temporary_folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  const string port = benchmarks::free_port();
  benchmarks::words command = who.command(folder.path(), port);
  command.insert(command.begin(), how.before.begin(), how.before.end());
  started_server running(command, port);
  std::deque<connection> all;
  for (unsigned i = 0; i < at_once; ++i) {
    all.emplace_back(port);
    all.back().say(who.question);
  }
  for (connection& each : all) {
    const string heard = each.hear(who.answer);
    CHECK_MESSAGE(heard.find(who.answer) != heard.npos, heard);
  }
  const long threads = running.used().threads;
  for (const client& by : clients) {
    if (string(by.server) == who.name) ask_as(by, port);
  }
  CHECK(running.alive());
  return threads;
}

}  // namespace

TEST_CASE("servers of Debian answer, and have no thread for a connection") {
  for (const debian_server& who : benchmarks::debian_servers()) {
    const string name = who.name;
    CAPTURE(name);
    if (missing(who.program)) continue;
    const unsigned at_once = std::min(20u, who.most);
    for (const auto& how : benchmarks::ways_to_run(green_run)) {
      const string way = how.name;
      CAPTURE(way);
      const long threads = ask(who, how, at_once);
      if (!who.keeps || !who.one_each) continue;
      // Some helpers of the hub are threads.
      if (how.before.empty()) {
        CHECK(threads > at_once);
      } else {
        CHECK(threads < at_once / 2);
      }
    }
  }
}
