// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>
#include <initializer_list>
#include <string>
#include <thread>

#include "green/endpoint.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using green::endpoint;
using std::string;
using tests::descriptor;
using tests::program;
using tests::refuses;
using tests::run;

namespace {

const string socks5_proxy = "examples/socks5_proxy";

string bytes(std::initializer_list<int> list) {
  return string(list.begin(), list.end());
}

string two_bytes(unsigned short number) {
  return bytes({number >> 8, number & 0xff});
}

// A client of a proxy, in the words of RFC 1928.
struct client {
  explicit client(const string& proxy)
      : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const endpoint to(proxy);
    REQUIRE(::connect(fd, to.sockaddr(), to.length()) == 0);
  }
  void say(const string& text) const {
    REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) ==
            ssize_t(text.size()));
  }
  void greet() const {
    say(bytes({5, 1, 0}));
    CHECK(tests::take(fd, 2) == bytes({5, 0}));
  }
  // The second byte of the answer, whose address is of IPv4.
  int ask(const string& request) const {
    greet();
    say(request);
    const string answer = tests::take(fd, 10);
    CHECK(answer[0] == 5);
    CHECK(answer.substr(2, 2) == bytes({0, 1}));
    return answer[1];
  }
  bool at_end() const {
    char byte;
    return ::recv(fd, &byte, 1, 0) <= 0;
  }

  descriptor fd;
};

const string connect_to_ip4 = bytes({5, 1, 0, 1, 127, 0, 0, 1});
const string connect_to_name = bytes({5, 1, 0, 3, 9}) + "localhost";

struct proxy {
  proxy() : address(server.listens_on()) {}
  ~proxy() {
    server.signal(SIGTERM);
    CHECK(server.wait() == 0);
    CHECK(server.errors().empty());
  }

  program server{{socks5_proxy, "127.0.0.1:0"}};
  string address;
};

// Answers one HTTP request.
void serve_http(int listener) {
  const descriptor fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  if (fd < 0) return;  // nobody came
  string head;
  while (head.find("\r\n\r\n") == string::npos) head += tests::take(fd, 1);
  const string answer = "HTTP/1.0 200 OK\r\n\r\nover the proxy";
  CHECK(::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) > 0);
}

}  // namespace

TEST_CASE("a client is connected to an IPv4 address and to a name") {
  const proxy p;
  const descriptor listener = tests::tcp_listener();
  const string port = two_bytes(tests::local_address(listener).port());
  for (const string& to : {connect_to_ip4 + port, connect_to_name + port}) {
    const client c(p.address);
    CHECK(c.ask(to) == 0);
    const descriptor target(::accept(listener, nullptr, nullptr));
    c.say("question");
    CHECK(tests::take(target, 8) == "question");
    ::shutdown(c.fd, SHUT_WR);
    char byte;
    CHECK(::recv(target, &byte, 1, 0) == 0);
    CHECK(::send(target, "answer", 6, MSG_NOSIGNAL) == 6);
    CHECK(tests::take(c.fd, 6) == "answer");
  }
}

TEST_CASE("the answer holds the address that the target sees") {
  const proxy p;
  const descriptor listener = tests::tcp_listener();
  const client c(p.address);
  c.greet();
  c.say(connect_to_ip4 + two_bytes(tests::local_address(listener).port()));
  const descriptor target(::accept(listener, nullptr, nullptr));
  CHECK(tests::take(c.fd, 10) ==
        bytes({5, 0, 0, 1, 127, 0, 0, 1}) +
            two_bytes(tests::peer_address(target).port()));
}

TEST_CASE("a client is connected to an IPv6 address") {
  const proxy p;
  const descriptor listener(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_addr = in6addr_loopback;
  socklen_t length = sizeof in6;
  auto* const any = reinterpret_cast<sockaddr*>(&in6);
  REQUIRE(::bind(listener, any, length) == 0);
  REQUIRE(::listen(listener, 1) == 0);
  REQUIRE(::getsockname(listener, any, &length) == 0);
  const client c(p.address);
  c.greet();
  const string loopback = string(15, '\0') + '\1';
  c.say(bytes({5, 1, 0, 4}) + loopback + two_bytes(ntohs(in6.sin6_port)));
  CHECK(tests::take(c.fd, 20) == bytes({5, 0, 0, 4}) + loopback);
  tests::take(c.fd, 2);
  const descriptor target(::accept(listener, nullptr, nullptr));
  CHECK(::send(target, "hello", 5, MSG_NOSIGNAL) == 5);
  CHECK(tests::take(c.fd, 5) == "hello");
}

TEST_CASE("what goes wrong is told as RFC 1928 has it") {
  const proxy p;
  const string closed = two_bytes(tests::free_port());
  CHECK(client(p.address).ask(connect_to_ip4 + closed) == 5);
  CHECK(client(p.address).ask(connect_to_name + closed) == 5);
  // No address at all, and one that is no name of a path for all that.
  CHECK(client(p.address).ask(bytes({5, 1, 0, 3, 0}) + closed) == 4);
  CHECK(client(p.address).ask(bytes({5, 1, 0, 3, 2}) + "a]" + closed) == 4);
  const string bind = bytes({5, 2, 0, 1, 127, 0, 0, 1});
  CHECK(client(p.address).ask(bind + closed) == 7);
  CHECK(client(p.address).ask(bytes({5, 1, 0, 9})) == 8);
}

TEST_CASE("who does not speak SOCKS 5 is not answered") {
  const proxy p;
  for (const string& opening :
       {bytes({4, 1, 0, 80, 127, 0, 0, 1, 0}), string("GET / HTTP/1.0\r\n")}) {
    const client c(p.address);
    c.say(opening);
    CHECK(c.at_end());
  }
  const client wants_password(p.address);
  wants_password.say(bytes({5, 1, 2}));
  CHECK(tests::take(wants_password.fd, 2) == bytes({5, 0xff}));
  CHECK(wants_password.at_end());
  const client gone(p.address);
  gone.greet();
}

TEST_CASE("an idle client does not hold the proxy's end") {  // O8
  const proxy p;
  const client idle(p.address), greeted(p.address);
  greeted.greet();
}

TEST_CASE("curl speaks with the proxy") {
  const proxy p;
  for (const char* scheme : {"socks5://", "socks5h://"}) {
    const descriptor listener = tests::tcp_listener();
    std::thread server(serve_http, int(listener));
    const string port = std::to_string(tests::local_address(listener).port());
    // A newer curl gives the proxy the first address of the name alone.
    const auto curl =
        run({"curl", "-4sS", "--noproxy", "", "-x", scheme + p.address,
             "http://localhost:" + port + "/"});
    ::shutdown(listener, SHUT_RDWR);  // in case that nobody came
    server.join();
    CHECK(curl.status == 0);
    CHECK(curl.err.empty());
    CHECK(curl.out == "over the proxy");
  }
}

TEST_CASE("socks5_proxy refuses what makes no sense") {
  CHECK(refuses(run({socks5_proxy}), "one address is needed"));
  CHECK(refuses(run({socks5_proxy, "x"}), "'x' has no port"));
  const auto f = run({socks5_proxy, "unix:/no/such/folder/s"});
  CHECK(f.status == 1);
  CHECK(f.err.find("listen on unix:/no/such/folder/s") != string::npos);
}
