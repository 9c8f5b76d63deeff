// SPDX-License-Identifier: MIT
#include "green/http/parser.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "green/http/error.h"
#include "green/http/head.h"

using green::http::parser;
using std::string;
using std::string_view;

namespace {

// A request as one line of text.
struct seen {
  string head;
  string body;
  bool operator==(const seen&) const = default;
};

string text_of(const green::http::request_head& h) {
  string text = h.method + " " + h.target + " " + h.path + "|" + h.query;
  for (const auto& [name, value] : h.headers) text += " " + name + "=" + value;
  return text + (h.keep_alive ? " keep" : "") + (h.has_body ? " body" : "");
}

// Gives the bytes in pieces of that size.
std::vector<seen> parse(string_view bytes, size_t step,
                        size_t head_bytes = 1000) {
  parser p(head_bytes);
  std::vector<seen> all;
  while (!bytes.empty()) {
    string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      const parser::found what = p.take(piece);
      if (what == parser::found::head) all.push_back({text_of(p.head()), ""});
      if (!all.empty()) all.back().body += p.body();
      p.body().clear();
    }
  }
  return all;
}

int status_of(string_view bytes, size_t head_bytes = 1000) {
  try {
    parse(bytes, bytes.size(), head_bytes);
  } catch (const green::http::error& e) {
    return e.status();
  }
  return 0;
}

}  // namespace

TEST_CASE("requests are the same in pieces of any size") {
  const string bytes =
      "GET /a%20b?x=%20 HTTP/1.1\r\nHost: h\r\nX-One:  1 \r\n\r\n"
      "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
      "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;e=1\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
      "\r\nHEAD * HTTP/1.0\r\n\r\n";
  const std::vector<seen> expected = {
      {"GET /a%20b?x=%20 /a b|x=%20 Host=h X-One=1 keep", ""},
      {"POST /p /p| Host=h Content-Length=5 keep body", "hello"},
      {"PUT /c /c| Host=h Transfer-Encoding=chunked keep body",
       "abc0123456789"},
      {"HEAD * *|", ""},
  };
  for (size_t step = 1; step <= bytes.size(); ++step) {
    CAPTURE(step);
    const auto all = parse(bytes, step);
    REQUIRE(all.size() == expected.size());
    for (size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].head == expected[i].head);
      CHECK(all[i].body == expected[i].body);
    }
  }
}

TEST_CASE("a malformed head has the status of its fault") {
  CHECK(status_of("GET / HTTP/1.1\r\nHost: h\r\n\r\n") == 0);
  CHECK(status_of("nonsense\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
  CHECK(status_of("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(status_of("GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n") ==
        400);
}

TEST_CASE(
    "a length and chunks together are refused, as a smuggler sends them") {
  CHECK(status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
                  "Content-Length: 6\r\n\r\n") == 400);
}

TEST_CASE("a head, and the trailers with it, is bounded") {
  const string one = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  CHECK(status_of(one + string(980, 'x') + "\r\n\r\n") == 0);
  CHECK(status_of(one + string(1000, 'x') + "\r\n\r\n") == 431);
  CHECK(status_of("GET /" + string(1000, 'x')) == 431);
  string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 500; ++i) many += "X: y\r\n";
  CHECK(status_of(many) == 431);
  string trailers =
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int i = 0; i < 500; ++i) trailers += "X: y\r\n";
  CHECK(status_of(trailers) == 431);
}

TEST_CASE("a request that asks for another protocol goes on as HTTP") {
  const auto all = parse(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
      1000);
  REQUIRE(all.size() == 2);
  CHECK(all[1].head == "GET /2 /2| Host=h keep");
}
