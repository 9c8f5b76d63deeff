// SPDX-License-Identifier: MIT
// The programs that gather by libraries that block, and their blocking twins.
#include <doctest/doctest.h>

#include <regex>
#include <string>

#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/server_programs.h"
#include "tests/support/sockets.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string all_right = "50 clients, 1000 right answers\n";

string replace(const string& text, const char* pattern, const char* with) {
  return std::regex_replace(text, std::regex(pattern), with);
}

// The program alone: no includes, comments or white space.
string code_of(const string& path) {
  string text = replace(tests::contents(path), "#include[^\n]*\n", "");
  text = replace(text, "//[^\n]*\n", "");
  return replace(text, "\\s+", "");
}

string without_green(string code) {
  code = replace(code, "green::patcher::import_patched\\([^)]*\\);", "");
  code = replace(code, "co_awaitgreen::patched\\(work\\)", "work()");
  code = replace(code, "co_await", "");
  code = replace(code, "green::run\\(gather,", "gather(");
  code = replace(code, "usinggreen::thread", "usingstd::thread");
  return replace(code, "green::task<>", "void");
}

}  // namespace

TEST_CASE("but for what patches, the programs are their blocking twins") {
  for (const char* name : {"redis", "postgres", "curl"}) {
    const string path = string("examples/") + name + "_gather";
    CHECK(without_green(code_of(path + ".cc")) ==
          code_of(path + "_blocking.cc"));
  }
}

TEST_CASE("redis_gather and its twin get all answers") {
  const tests::redis_server server;
  const string port = std::to_string(server.port());
  for (const char* name : {"redis_gather", "redis_gather_blocking"}) {
    const string program = string("examples/") + name;
    const finished f = run({program, "127.0.0.1", port});
    CHECK(f.status == 0);
    CHECK(f.out == all_right);
    CHECK(f.err == "");
  }
}

TEST_CASE("redis_gather says that nobody listens, and what makes no sense") {
  const string port = std::to_string(tests::free_port());
  const finished f = run({"examples/redis_gather", port});
  CHECK(f.status == 1);
  CHECK(f.out == "50 clients, 0 right answers\n");
  CHECK(f.err.find("Connection refused") != string::npos);
  for (const char* wrong : {"", "x", "1x", "-1", "65536"}) {
    CHECK(refuses(run({"examples/redis_gather", wrong}), "not a port"));
  }
  CHECK(refuses(run({"examples/redis_gather"}), "not a port"));
}

TEST_CASE("postgres_gather and its twin get all answers") {
  const tests::postgres_server server;
  for (const char* name : {"postgres_gather", "postgres_gather_blocking"}) {
    for (const bool tls : {false, true}) {
      const string program = string("examples/") + name;
      const finished f = run({program, server.where(tls)});
      CHECK(f.status == 0);
      CHECK(f.out == all_right);
      CHECK(f.err == "");
    }
  }
  CHECK(refuses(run({"examples/postgres_gather"}), "where is the server?"));
}

TEST_CASE("curl_gather and its twin download all pages") {
  const tests::https_server server;
  const string url = server.url("page");
  for (const char* name : {"curl_gather", "curl_gather_blocking"}) {
    const string program = string("examples/") + name;
    const finished f =
        run({program, "--cacert", server.authorities(), url, url});
    CHECK(f.status == 0);
    CHECK(f.out == "13 bytes " + url + "\n13 bytes " + url + "\n");
    CHECK(f.err == "");
  }
}

TEST_CASE("curl_gather says what it could not get, and what makes no sense") {
  const string url =
      "http://127.0.0.1:" + std::to_string(tests::free_port()) + "/";
  const finished f = run({"examples/curl_gather", url});
  CHECK(f.status == 1);
  CHECK(f.out == "0 bytes " + url + "\n");
  CHECK(f.err.find(url) != string::npos);
  CHECK(refuses(run({"examples/curl_gather"}), "no URL is given"));
  for (const char* option : {"--what", "-h"}) {
    CHECK(refuses(run({"examples/curl_gather", option, url}),
                  "not an option: '" + string(option) + "'"));
  }
  CHECK(refuses(run({"examples/curl_gather", "--cacert"}), "needs a file"));
}
