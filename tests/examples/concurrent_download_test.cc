// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string concurrent_download = "examples/concurrent_download";

// The progress as it stands at the end: each step overwrites the one before.
string last_progress(const string& out) {
  return out.substr(out.rfind('\r') + 1);
}

string url_of(int port) {
  return "http://127.0.0.1:" + std::to_string(port) + "/some/path";
}

// Answers one client; what it asked. Nothing once the listener is shut down.
string answer_one(int listener, const string& answer) {
  const int accepted = ::accept(listener, nullptr, nullptr);
  if (accepted < 0) return "";
  const tests::descriptor client(accepted);
  string asked;
  while (!asked.ends_with("\r\n\r\n")) {
    const string next = tests::take(client, 1);
    if (next.empty()) break;
    asked += next;
  }
  ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  return asked;
}

}  // namespace

TEST_CASE("concurrent_download downloads from the server that it starts") {
  const finished f = run({concurrent_download});
  CHECK(f.status == 0);
  CHECK(f.err == "");
  // A body of 10,000 bytes and 19 of headers, each.
  CHECK(last_progress(f.out) == "50 of 50 done, 0 failed, 500950 bytes\n");
  for (int done = 1; done <= 50; ++done) {
    const string step = "\r" + std::to_string(done) + " of 50 done, 0 failed, ";
    CHECK(f.out.find(step) != string::npos);
  }
}

TEST_CASE("concurrent_download downloads what it is told, as far as it can") {
  const tests::descriptor listener = tests::tcp_listener();
  const string good = url_of(tests::local_address(listener).port());
  const string bad = url_of(tests::free_port());
  string asked;
  std::thread server([&] { asked = answer_one(listener, string(321, 'x')); });
  const finished f = run({concurrent_download, bad, good});
  ::shutdown(listener, SHUT_RDWR);
  server.join();
  CHECK(f.status == 1);
  CHECK(last_progress(f.out) == "1 of 2 done, 1 failed, 321 bytes\n");
  CHECK(f.err.find("Connection refused") != string::npos);
  CHECK(asked.starts_with("GET /some/path HTTP/1.0\r\nHost: 127.0.0.1\r\n"));
}

TEST_CASE("concurrent_download refuses what makes no sense") {
  CHECK(refuses(run({concurrent_download, "-x"}), "not an http:// URL: '-x'"));
  CHECK(refuses(run({concurrent_download, "http://127.0.0.1:1/", "ftp://x/"}),
                "not an http:// URL: 'ftp://x/'"));
  for (const char* url : {"http://", "http:///path", "http://:80/"}) {
    CHECK(refuses(run({concurrent_download, url}),
                  "not an http:// URL: '" + string(url) + "'"));
  }
}
