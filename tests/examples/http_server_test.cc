// SPDX-License-Identifier: MIT
// Real clients against the HTTP server: curl, wrk, openssl and a browser's
// habits.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/shell.h"
#include "tests/support/sockets.h"

namespace {

namespace fs = std::filesystem;
using tests::descriptor;
using tests::shell;

// A folder with files, and the server that serves it.
class site {
 public:
  explicit site(bool tls = false) {
    allow_descriptors();
    put("index.html", "<h1>hello</h1>");
    put("small.txt", "0123456789");
    std::string large;
    for (int i = 0; large.size() < 3'000'000; ++i) large += std::to_string(i);
    put("large.bin", large);
    if (tls) make_certificate();
    server_ = std::make_unique<tests::served>(
        tls ? std::vector<std::string>{"examples/http_server", "--cert",
                                       secret("cert.pem"), "--key",
                                       secret("key.pem"), "127.0.0.1:0",
                                       folder_.path()}
            : std::vector<std::string>{"examples/http_server", "127.0.0.1:0",
                                       folder_.path()});
  }

  std::string url(const std::string& path, const char* scheme = "http") const {
    return std::string(scheme) + "://localhost:" + server_->port() + path;
  }
  std::string path(const std::string& name) const { return folder_.at(name); }
  std::string secret(const std::string& name) const { return secret_.at(name); }
  tests::served& server() { return *server_; }
  /// Connected, with a receive buffer of its own size if that is not 0.
  descriptor client(int buffer = 0) const {
    descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (buffer != 0) {
      ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    }
    tests::ipv4 to(static_cast<unsigned short>(std::stoi(server_->port())));
    REQUIRE(::connect(fd, to.get(), to.length) == 0);
    return fd;
  }

 private:
  // For the thousand clients, and for the server and wrk, which inherit it.
  static void allow_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  void put(const std::string& name, const std::string& text) {
    folder_.file(name, text);
  }
  void make_certificate() {
    const auto made = shell(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost -keyout " +
        secret("key.pem") + " -out " + secret("cert.pem"));
    REQUIRE_MESSAGE(made.status == 0, made.text);
  }

  tests::temporary_folder folder_;
  tests::temporary_folder secret_;
  std::unique_ptr<tests::served> server_;
};

std::string curl(const std::string& arguments) {
  return shell("curl -sS --max-time 20 --noproxy '*' " + arguments).text;
}

std::string status_of(const std::string& arguments) {
  return curl("-o /dev/null -w '%{http_code}' " + arguments);
}

// The answer to a request, of so many bytes; of up to a kilobyte for 0.
std::string ask(int fd, const std::string& request, std::size_t length) {
  REQUIRE(::send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          ssize_t(request.size()));
  if (length != 0) return tests::take(fd, length);
  std::array<char, 1024> text{};
  const ssize_t got = ::recv(fd, text.data(), text.size(), 0);
  return {text.data(), std::size_t(std::max<ssize_t>(got, 0))};
}

// The load lasts as long as CI has time for.
std::string load_seconds() {
  const char* given = std::getenv("GREEN_WRK_SECONDS");
  return given == nullptr ? "10" : given;
}

}  // namespace

TEST_CASE("curl gets files, keeps the connection and asks for parts") {
  REQUIRE_MESSAGE(tests::installed("curl"), "install curl");
  site s;
  CHECK(curl(s.url("/")) == "<h1>hello</h1>");
  CHECK(curl(s.url("/%73mall.txt?x=1")) == "0123456789");
  CHECK(curl("-r 2-4 " + s.url("/small.txt")) == "234");
  CHECK(curl("-r -3 " + s.url("/small.txt")) == "789");
  CHECK(curl("-I " + s.url("/small.txt")).find("Content-Length: 10\r\n") !=
        std::string::npos);
  CHECK(shell("curl -sS --max-time 20 " + s.url("/large.bin") + " | cmp - " +
              s.path("large.bin"))
            .status == 0);
  const std::string connects = "-w '<%{num_connects}>' ";
  CHECK(curl(connects + s.url("/small.txt") + " " + s.url("/index.html")) ==
        "0123456789<1><h1>hello</h1><0>");
}

TEST_CASE("what is not there, not allowed or not HTTP is answered so") {
  site s;
  CHECK(status_of(s.url("/none")) == "404");
  CHECK(status_of("--path-as-is " + s.url("/../etc/passwd")) == "400");
  CHECK(status_of("--path-as-is " + s.url("/%2e%2e/etc/passwd")) == "400");
  CHECK(status_of("-X DELETE " + s.url("/small.txt")) == "405");
  CHECK(status_of("-r 20-30 " + s.url("/small.txt")) == "416");
  const auto junk = shell(
      "printf 'what is this\\r\\n\\r\\n' | timeout 10 nc -N "
      "127.0.0.1 " +
      s.server().port());
  CHECK(junk.text.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  CHECK(status_of(s.url("/")) == "200");
}

TEST_CASE("pipelined requests are answered in order") {
  site s;
  const auto answers = shell(
      "printf 'GET /small.txt HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET / HTTP/1.1"
      "\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | timeout 10 nc "
      "127.0.0.1 " +
      s.server().port());
  const std::size_t first = answers.text.find("0123456789");
  CHECK(first != std::string::npos);
  CHECK(answers.text.find("<h1>hello</h1>", first) != std::string::npos);
}

TEST_CASE("wrk with 1,000 connections sees no error") {
  REQUIRE_MESSAGE(tests::installed("wrk"), "install wrk");
  site s;
  const auto report = shell("wrk -t1 -c1000 --timeout 20s -d" + load_seconds() +
                            "s " + s.url("/small.txt"));
  CHECK(report.status == 0);
  CHECK(report.text.find("Requests/sec") != std::string::npos);
  CHECK_MESSAGE(report.text.find("Socket errors") == std::string::npos,
                report.text);
  CHECK_MESSAGE(report.text.find("Non-2xx") == std::string::npos, report.text);
  CHECK(s.server().end(SIGTERM) == 0);
}

TEST_CASE("1,000 clients that send a byte at a time do not stop a fast one") {
  const site s;
  const std::string request = "GET /small.txt HTTP/1.1\r\nHost: x\r\n\r\n";
  std::vector<descriptor> slow;
  for (int i = 0; i < 1000; ++i) slow.push_back(s.client());
  const descriptor fast = s.client();
  std::string answer;
  for (const char byte : request) {
    for (const descriptor& fd : slow) {
      REQUIRE(::send(fd, &byte, 1, MSG_NOSIGNAL) == 1);
    }
    if (byte != '\n') continue;
    answer = ask(fast, request, answer.size());
    CHECK(answer.ends_with("\r\n\r\n0123456789"));
    CHECK(curl(s.url("/small.txt")) == "0123456789");
  }
  std::size_t answered = 0;
  for (const descriptor& fd : slow) {
    if (tests::take(fd, answer.size()) == answer) ++answered;
  }
  CHECK(answered == 1000);
}

TEST_CASE("clients that do not read do not stop a fast one") {
  const site s;
  const std::string request = "GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n";
  std::vector<descriptor> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(s.client(2048));
    REQUIRE(::send(idle.back(), request.data(), request.size(), 0) ==
            ssize_t(request.size()));
  }
  CHECK(curl(s.url("/small.txt")) == "0123456789");
}

TEST_CASE("curl and openssl speak TLS with it") {
  site s(true);
  const std::string trust = "--cacert " + s.secret("cert.pem") + " ";
  CHECK(curl(trust + s.url("/small.txt", "https")) == "0123456789");
  CHECK(shell("curl -sS --max-time 20 " + trust + s.url("/large.bin", "https") +
              " | cmp - " + s.path("large.bin"))
            .status == 0);
  CHECK(status_of(s.url("/", "https")).ends_with("000"));  // not trusted
  const auto hands =
      shell("timeout 10 openssl s_client -alpn http/1.1 -CAfile " +
            s.secret("cert.pem") + " -connect localhost:" + s.server().port() +
            " </dev/null");
  CHECK(hands.text.find("ALPN protocol: http/1.1") != std::string::npos);
  CHECK(hands.text.find("Verify return code: 0 (ok)") != std::string::npos);
  const auto ours = shell("examples/https_get localhost " + s.server().port() +
                          " /small.txt " + s.secret("cert.pem"));
  CHECK(ours.text.ends_with("0123456789"));
  CHECK(shell("examples/https_get localhost " + s.server().port() + " /")
            .status == 1);
}

TEST_CASE("a wrong command line gets one clear line") {
  CHECK(shell("examples/http_server").status == 2);
  CHECK(shell("examples/http_server 127.0.0.1:70000 .").status == 2);
  CHECK(shell("examples/http_server 127.0.0.1:0 no-such-folder").status == 1);
  CHECK(shell("examples/http_server --cert x --key y 127.0.0.1:0 /tmp").text ==
        "http_server: not a certificate: x\n");
}
