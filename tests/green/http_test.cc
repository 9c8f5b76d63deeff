// SPDX-License-Identifier: MIT
#include "green/http.h"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "green/event.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/openssl/ssl.h"
#include "green/server.h"
#include "green/timeout.h"
#include "tests/support/servers.h"
#include "tests/support/streams.h"
#include "tests/support/tls.h"
#include "tests/support/virtual_time.h"

using green::task;
using green::unique_fd;
using green::http::request;
using green::http::response;
using green::http::service;
using std::string;
using tests::receive_rest;
using tests::receive_text;
using tests::send_text;
using namespace std::chrono_literals;

namespace {

// Takes the line of the date out, after a look at its form.
string without_date(string all) {
  for (size_t at; (at = all.find("Date: ")) != string::npos;) {
    const size_t end = all.find("\r\n", at);
    CHECK(all.substr(at, end - at).size() == 35);
    CHECK(all.substr(at, end - at).ends_with(" GMT"));
    all.erase(at, end + 2 - at);
  }
  return all;
}

// The bytes that a server with this handler answers to `sent` up to its end.
template <class F>
string talk(F f, string sent, green::http::limits bounds = {}) {
  string all;
  green::run([&]() -> task<> {
    green::stream_server site("127.0.0.1:0", service(f, bounds));
    site.start();
    const unique_fd client = co_await green::connect_to(site.address());
    co_await send_text(client, sent);
    all = co_await receive_rest(client);
    co_await site.stop();
  });
  return without_date(all);
}

string get(const string& target, const string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n";
}

const string closing = "Connection: close\r\n";

task<response> say_path(request& r) {
  co_return response(200, "text/plain", r.method() + " " + r.path());
}

task<response> say_body(request& r) {
  co_return response(200, "text/plain", co_await r.read_all(10));
}

task<response> count(request&) {
  co_return response(200, "text/plain", [](auto& out) -> task<> {
    for (const char* word : {"one", "", "three"}) co_await out.write(word);
  });
}

const string text_head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

}  // namespace

TEST_CASE("requests that come together are answered in their order") {
  CHECK(
      talk(say_path, get("/a?q") + "\r\n" + get("/%62", closing) + get("/c")) ==
      text_head + "Content-Length: 6\r\n\r\nGET /a" + text_head +
          "Content-Length: 6\r\nConnection: close\r\n\r\nGET /b");
}

TEST_CASE("a client of HTTP/1.0 is asked for its next request when it wishes") {
  CHECK(talk(say_path,
             "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
             "GET /b HTTP/1.0\r\n\r\n") ==
        text_head +
            "Content-Length: 6\r\nConnection: keep-alive\r\n\r\nGET /a" +
            text_head + "Content-Length: 6\r\nConnection: close\r\n\r\nGET /b");
}

TEST_CASE("a body is read by the handler, or skipped after it") {
  const string post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n";
  const string ok = text_head + "Content-Length: 5\r\n\r\nhello";
  CHECK(talk(say_body, post + "\r\nhello" + post + closing + "\r\nworld") ==
        ok + text_head + "Content-Length: 5\r\nConnection: close\r\n\r\nworld");
  CHECK(talk(say_path, post + "\r\nhello" + get("/b", closing)) ==
        text_head + "Content-Length: 6\r\n\r\nPOST /" + text_head +
            "Content-Length: 6\r\nConnection: close\r\n\r\nGET /b");
  CHECK(talk(say_body, "POST / HTTP/1.1\r\nHost: h\r\n" + closing +
                           "Transfer-Encoding: chunked\r\n\r\n"
                           "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n") ==
        text_head + "Content-Length: 5\r\nConnection: close\r\n\r\nabcde");
}

TEST_CASE("a client that waits for 100 gets it when the body is wanted") {
  const string post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n" +
                      closing + "Expect: 100-continue\r\n\r\n";
  CHECK(talk(say_body, post + "hello") ==
        "HTTP/1.1 100 Continue\r\n\r\n" + text_head +
            "Content-Length: 5\r\nConnection: close\r\n\r\nhello");
  CHECK(talk(say_path, post) ==
        text_head + "Content-Length: 6\r\nConnection: close\r\n\r\nPOST /");
  CHECK(talk(say_path, get("/", "Expect: wonders\r\n"))
            .starts_with("HTTP/1.1 417 Expectation Failed\r\n"));
}

TEST_CASE("errors are answered by their status") {
  const auto missing = [](request&) -> task<response> {
    co_await green::sleep();
    throw green::http::error(404, "there is no such page");
  };
  CHECK(talk(missing, get("/a") + get("/b", closing)) ==
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
        "Content-Length: 22\r\n\r\nthere is no such page\n"
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
        "Content-Length: 22\r\nConnection: close\r\n\r\n"
        "there is no such page\n");
  const string long_post =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n" + closing +
      "\r\n" + string(100, 'x');
  CHECK(
      talk(say_body, long_post).starts_with("HTTP/1.1 413 Content Too Large"));
  CHECK(talk(say_path, "nonsense\r\n\r\n").starts_with("HTTP/1.1 400 Bad "));
  CHECK(talk(say_path, get("/" + string(20000, 'x')))
            .starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST_CASE("a handler that throws is reported, and its client gets 500") {
  tests::reports reports;
  const auto fails = [](request&) -> task<response> {
    co_await green::sleep();
    throw std::runtime_error("no such luck");
  };
  CHECK(talk(fails, get("/") + get("/"))
            .starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  REQUIRE(reports.messages.size() == 1);
  CHECK(reports.messages[0].find("no such luck") != string::npos);
}

TEST_CASE("a body in pieces is chunks, or lasts to the end of HTTP/1.0") {
  CHECK(talk(count, get("/") + get("/", closing)) ==
        text_head +
            "Transfer-Encoding: chunked\r\n\r\n"
            "3\r\none\r\n5\r\nthree\r\n0\r\n\r\n" +
            text_head +
            "Transfer-Encoding: chunked\r\nConnection: close\r\n"
            "\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n");
  CHECK(talk(count, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") ==
        text_head + "Connection: close\r\n\r\nonethree");
  const auto measured = [](request& r) -> task<response> {
    co_return (co_await count(r)).header("Content-Length", "8");
  };
  CHECK(talk(measured, get("/", closing)) ==
        text_head + "Content-Length: 8\r\nConnection: close\r\n\r\nonethree");
}

TEST_CASE("HEAD has the head of GET, and no body") {
  const string head = "HEAD /a HTTP/1.1\r\nHost: h\r\n";
  CHECK(talk(say_path, head + "\r\n" + head + closing + "\r\n") ==
        text_head + "Content-Length: 7\r\n\r\n" + text_head +
            "Content-Length: 7\r\nConnection: close\r\n\r\n");
  CHECK(talk(count, head + closing + "\r\n") ==
        text_head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
  const auto nothing = [](request&) -> task<response> {
    co_return response(204).header("ETag", "\"1\"");
  };
  CHECK(talk(nothing, get("/", closing)) ==
        "HTTP/1.1 204 No Content\r\nETag: \"1\"\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a client that goes before its answer is no error") {
  tests::reports reports;
  green::run([]() -> task<> {
    green::event gone, ended;
    const auto slow = [&](request& r) -> task<response> {
      try {
        co_await gone.wait();
        const string body = co_await r.read_all(100);
        co_return response(200, "text/plain", body);
      } catch (...) {
        ended.set();
        throw;
      }
    };
    green::stream_server site("127.0.0.1:0", service(slow));
    site.start();
    {
      const unique_fd client = co_await green::connect_to(site.address());
      co_await send_text(
          client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab");
    }
    gone.set();
    co_await ended.wait();
    co_await site.stop();
  });
  CHECK(reports.messages.empty());
}

TEST_CASE("a kill between two pieces of a body loses no byte") {
  string read;
  const auto slow = [&](request& r) -> task<response> {
    for (;;) {
      try {
        const green::timeout limit(1s);
        const string piece = co_await r.read_some(3);
        if (piece.empty()) break;
        read += piece + ".";
      } catch (const green::timed_out&) {
        read += "late.";
      }
    }
    co_return response(200, "text/plain", read);
  };
  const tests::virtual_time scope;
  green::run([&]() -> task<> {
    green::stream_server site("127.0.0.1:0", service(slow));
    site.start();
    const unique_fd client = co_await green::connect_to(site.address());
    co_await send_text(client, "PUT / HTTP/1.1\r\nHost: h\r\n" + closing +
                                   "Content-Length: 8\r\n\r\nabcd");
    co_await green::sleep(1500ms);
    co_await send_text(client, "efgh");
    CHECK((co_await receive_rest(client)).ends_with("\r\n\r\n" + read));
    co_await site.stop();
  });
  CHECK(read == "abc.d.late.efg.h.");
}

TEST_CASE("a timeout in read_all loses no byte") {
  int late = 0;
  const auto patient = [&](request& r) -> task<response> {
    for (;;) {
      try {
        const green::timeout limit(1s);
        const string body = co_await r.read_all(100);
        co_return response(200, "text/plain", body);
      } catch (const green::timed_out&) {
        ++late;
      }
    }
  };
  const tests::virtual_time scope;
  green::run([&]() -> task<> {
    green::stream_server site("127.0.0.1:0", service(patient));
    site.start();
    const unique_fd client = co_await green::connect_to(site.address());
    co_await send_text(client, "PUT / HTTP/1.1\r\nHost: h\r\n" + closing +
                                   "Content-Length: 8\r\n\r\nabcd");
    co_await green::sleep(1500ms);
    co_await send_text(client, "efgh");
    CHECK((co_await receive_rest(client)).ends_with("\r\n\r\nabcdefgh"));
    co_await site.stop();
  });
  CHECK(late == 1);
}

TEST_CASE("an answer that tells its own end is not told another") {
  const auto framed = [](request&) -> task<response> {
    co_return response(200, "text/plain", "0\r\n\r\n")
        .header("Transfer-Encoding", "chunked");
  };
  CHECK(talk(framed, get("/", closing)) ==
        text_head +
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            "0\r\n\r\n");
}

TEST_CASE("a Content-Length that does not fit the body is reported") {
  const auto error_of = [](auto handler, const string& head) {
    tests::reports reports;
    CHECK(talk(handler, get("/") + get("/")).starts_with(head));
    REQUIRE(reports.messages.size() == 1);
    return reports.messages[0];
  };
  const string sorry = "HTTP/1.1 500 Internal Server Error\r\n";
  for (const string length : {"5", "7", "-6", "6 ", "many"}) {
    CAPTURE(length);
    const auto whole = [&](request&) -> task<response> {
      co_return response(200, "text/plain", "abcdef")
          .header("Content-Length", length);
    };
    CHECK(error_of(whole, sorry).find("Content-Length") != string::npos);
  }
  const auto twice = [](request&) -> task<response> {
    co_return response(200, "text/plain", "abcdef")
        .header("Content-Length", "6")
        .header("Content-Length", "6");
  };
  CHECK(error_of(twice, sorry).find("not one number") != string::npos);

  const auto pieces = [](const char* length) {
    return [=](request& r) -> task<response> {
      co_return (co_await count(r)).header("Content-Length", length);
    };
  };
  CHECK(error_of(pieces("7"), text_head + "Content-Length: 7\r\n\r\none")
            .find("1 bytes longer") != string::npos);
  CHECK(error_of(pieces("9"), text_head + "Content-Length: 9\r\n\r\nonethree")
            .find("1 bytes shorter") != string::npos);
  CHECK(talk(pieces("9"), "HEAD / HTTP/1.0\r\n\r\n") ==
        text_head + "Content-Length: 9\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a client that is too slow loses its connection") {
  const tests::virtual_time scope;
  CHECK(talk(say_path, "GET / HTT")
            .starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  CHECK(talk(say_path, "") == "");
  CHECK(talk(say_body, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n")
            .starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_CASE("an answer that nobody reads ends after a while") {
  const tests::virtual_time scope;
  tests::reports reports;
  const auto large = [](request&) -> task<response> {
    co_return response(200, "text/plain", string(20'000'000, 'x'));
  };
  green::run([&]() -> task<> {
    green::stream_server site("127.0.0.1:0", service(large));
    site.start();
    const unique_fd client = co_await green::connect_to(site.address());
    co_await send_text(client, get("/"));
    co_await green::sleep(59s);
    CHECK(site.handlers() == 1);
    co_await green::sleep(4s);
    CHECK(site.handlers() == 0);
    co_await site.stop();
  });
  CHECK(reports.messages.empty());
}

TEST_CASE("stop ends idle connections, and lets a handler answer") {
  green::run([]() -> task<> {
    green::event begun, go;
    const auto slow = [&](request&) -> task<response> {
      begun.set();
      co_await go.wait();
      co_return response(200, "text/plain", "done");
    };
    green::stream_server site("127.0.0.1:0", service(slow));
    site.start();
    const unique_fd idle = co_await green::connect_to(site.address());
    const unique_fd busy = co_await green::connect_to(site.address());
    co_await send_text(busy, get("/"));
    co_await begun.wait();
    const auto stopping = green::spawn([&] { return site.stop(60s); });
    CHECK(co_await receive_rest(idle) == "");
    go.set();
    CHECK((co_await receive_rest(busy)).ends_with("\r\n\r\ndone"));
    co_await stopping.join();
  });
}

TEST_CASE("the same service answers over TLS") {
  green::run([]() -> task<> {
    const auto context = tests::server_context();
    green::stream_server site("127.0.0.1:0", service(say_body),
                              green::server_options().tls(context.get()));
    site.start();
    const unique_fd fd = co_await green::connect_to(site.address());
    const tests::owned<SSL_CTX> ours(::SSL_CTX_new(::TLS_client_method()));
    const tests::owned<SSL> client(::SSL_new(ours.get()));
    ::SSL_set_fd(client.get(), fd.get());
    REQUIRE(co_await green::SSL_connect(client.get()) == 1);
    green::writer out(client.get());
    co_await out.write("PUT / HTTP/1.1\r\nHost: h\r\n" + closing +
                       "Content-Length: 5\r\n\r\nhello");
    co_await out.flush();
    green::reader in(client.get());
    CHECK((co_await in.read(10000)).ends_with("\r\n\r\nhello"));
    co_await site.stop();
  });
}
