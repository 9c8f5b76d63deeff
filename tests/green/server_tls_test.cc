// SPDX-License-Identifier: MIT
// Servers of TLS: server_options().tls(context).
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/openssl/ssl.h"
#include "green/semaphore"
#include "green/server.h"
#include "green/sys/socket.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"
#include "tests/support/streams.h"
#include "tests/support/tls.h"

using green::connect_to;
using green::endpoint;
using green::server_options;
using green::stream_server;
using green::task;
using green::tls_stream;
using green::unique_fd;
using std::string;
using tests::reports;
using namespace std::chrono_literals;

// The options of a TLS server never become those of a plain one.
static_assert(
    !std::is_constructible_v<server_options, green::tls_server_options>);
static_assert(!std::is_convertible_v<tls_stream, unique_fd>);
static_assert(!std::is_convertible_v<unique_fd, tls_stream>);
static_assert(!std::is_copy_constructible_v<tls_stream>);

namespace {

struct tls_client {
  task<> connect(endpoint to) {
    fd = co_await connect_to(to);
    ::SSL_set_fd(ssl.get(), fd.get());
    CHECK(co_await green::SSL_connect(ssl.get()) == 1);
  }
  task<string> ask(string line) {
    green::writer out(ssl.get(), 0);
    co_await out.write(line + "\n");
    green::reader in(ssl.get());
    co_return (co_await in.read_line(100)).value_or("closed");
  }
  // Is the end told by close_notify?
  task<bool> ended() {
    char byte;
    const int got = co_await green::SSL_read(ssl.get(), &byte, 1);
    co_return got == 0 &&
        ::SSL_get_error(ssl.get(), got) == SSL_ERROR_ZERO_RETURN;
  }

  unique_fd fd;
  tests::owned<SSL_CTX> context{::SSL_CTX_new(::TLS_client_method())};
  tests::owned<SSL> ssl{::SSL_new(context.get())};
};

task<> echo_lines(SSL* ssl, endpoint) {
  green::reader in(ssl);
  green::writer out(ssl, 0);
  while (auto line = co_await in.read_line(100)) {
    co_await out.write(*line + "\n");
  }
}

green::tls_server_options tls_options() {
  const auto context = tests::server_context();
  return server_options().tls(context.get());  // and keeps it alive
}

// Takes the alert that may come before.
task<> until_closed(const unique_fd& fd) {
  char data[100];
  while (co_await green::recv(fd.get(), data, sizeof data, 0) > 0) {
  }
}

task<> settle() {
  for (int i = 0; i < 50; ++i) co_await green::sleep();
}

}  // namespace

TEST_CASE("a server of TLS serves from start to stop") {
  const int before = tests::descriptors_at_rest();
  reports errors;
  green::run([]() -> task<> {
    endpoint seen;
    const auto handler = [&](SSL* ssl, const endpoint& peer) -> task<> {
      seen = peer;
      co_await echo_lines(ssl, peer);
    };
    stream_server server("127.0.0.1:0", handler, tls_options());
    for (int i = 0; i < 2; ++i) {
      server.start();
      tls_client client;
      co_await client.connect(server.address());
      CHECK(co_await client.ask("one") == "one");
      CHECK(co_await client.ask("two") == "two");
      CHECK(seen.port() == tests::local_address(client.fd.get()).port());
      // The idle handler reads the end of file, though no client has sent one.
      co_await server.stop(1h);
      CHECK(co_await client.ended());
    }
  });
  CHECK(errors.messages.empty());
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a handler's end tells the client, and a stream that is moved on") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    std::optional<tls_stream> kept;
    green::binary_semaphore moved(0);
    const auto handler = [&](tls_stream stream, endpoint) -> task<> {
      CHECK(stream.fd() >= 0);
      kept = std::move(stream);
      CHECK(stream.get() == nullptr);
      CHECK(stream.fd() == -1);
      moved.release();
      co_return;
    };
    stream_server server("127.0.0.1:0", handler, tls_options());
    server.start();
    tls_client client;
    co_await client.connect(server.address());
    co_await moved.acquire();
    while (server.handlers() != 0) co_await green::sleep();
    co_await server.stop();
    green::writer out(kept->get(), 0);
    co_await out.write("still here\n");
    green::reader in(client.ssl.get());
    CHECK(co_await in.read_line(100) == "still here");
    kept.reset();
    CHECK(co_await client.ended());
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a handshake that fails ends its own connection only") {
  reports errors;
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", echo_lines, tls_options());
    server.start();
    const unique_fd plain = co_await connect_to(server.address());
    co_await tests::send_text(plain, "GET / HTTP/1.0\r\n\r\n");
    co_await until_closed(plain);
    tls_client client;
    co_await client.connect(server.address());
    CHECK(co_await client.ask("well") == "well");
    co_await server.stop();
  });
  REQUIRE(errors.messages.size() == 1);
  INFO(errors.messages[0]);
  CHECK(errors.messages[0].starts_with("handler of 127.0.0.1:"));
  CHECK(errors.messages[0].find("system_error: TLS handshake: ") !=
        string::npos);
}

TEST_CASE("a handshake has a time limit of its own") {
  reports errors;
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", echo_lines,
                         tls_options().handshake_timeout(1ms).limit(1));
    server.start();
    const unique_fd silent = co_await connect_to(server.address());
    CHECK(co_await tests::receive_rest(silent) == "");
    co_await server.stop();
  });
  REQUIRE(errors.messages.size() == 1);
  CHECK(errors.messages[0].find("TLS handshake: Connection timed out") !=
        string::npos);
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("clients that are slow to shake hands delay no other") {
  reports errors;
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", echo_lines,
                         tls_options().handshake_timeout(24h));
    server.start();
    std::vector<unique_fd> silent;
    for (int i = 0; i < 3; ++i) {
      silent.push_back(co_await connect_to(server.address()));
    }
    tls_client client;
    co_await client.connect(server.address());
    CHECK(co_await client.ask("now") == "now");
    CHECK(server.handlers() == 4);
    // It waits for none of them, and reports nothing.
    co_await server.stop(1h);
    CHECK(server.handlers() == 0);
    for (const unique_fd& fd : silent) co_await until_closed(fd);
  });
  CHECK(errors.messages.empty());
}

TEST_CASE("stop kills handshakes and handlers that outlive its grace") {
  const int before = tests::descriptors_at_rest();
  reports errors;
  green::run([]() -> task<> {
    green::binary_semaphore busy(0), never(0);
    const auto handler = [&](SSL*, endpoint) -> task<> {
      busy.release();
      co_await never.acquire();
    };
    stream_server server("127.0.0.1:0", handler,
                         tls_options().end_reads(false));
    server.start();
    const unique_fd silent = co_await connect_to(server.address());
    tls_client client;
    co_await client.connect(server.address());
    co_await busy.acquire();
    co_await settle();
    CHECK(server.handlers() == 2);
    co_await server.stop(0s);
    CHECK(server.handlers() == 0);
    CHECK(co_await tests::receive_rest(silent) == "");
    CHECK(co_await client.ended());
  });
  CHECK(errors.messages.empty());
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a handler that throws is reported, and others go on") {
  reports errors;
  green::run([]() -> task<> {
    const auto handler = [](SSL* ssl, endpoint peer) -> task<> {
      co_await echo_lines(ssl, peer);
      throw std::runtime_error("enough");
    };
    stream_server server("127.0.0.1:0", handler, tls_options());
    server.start();
    for (int i = 0; i < 2; ++i) {
      tls_client client;
      co_await client.connect(server.address());
      CHECK(co_await client.ask("hi") == "hi");
      ::SSL_shutdown(client.ssl.get());
      CHECK(co_await client.ended());
    }
    co_await server.stop();
  });
  REQUIRE(errors.messages.size() == 2);
  CHECK(errors.messages[1].ends_with(": std::runtime_error: enough"));
}

TEST_CASE("a server of TLS is made of what makes sense") {
  CHECK_THROWS_AS((void)server_options().tls(nullptr), std::invalid_argument);
  const auto options = tls_options();
  CHECK_THROWS_AS(stream_server server("nonsense", echo_lines, options),
                  std::invalid_argument);
  CHECK_THROWS_AS(stream_server server("127.0.0.1:0", nullptr, options),
                  std::invalid_argument);
}
