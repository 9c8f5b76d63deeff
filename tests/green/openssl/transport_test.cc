// SPDX-License-Identifier: MIT
//
// Readers and writers of a TLS connection.
#include "green/openssl/transport.h"

#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/openssl/ssl.h"
#include "green/sys/socket.h"
#include "tests/support/sockets.h"
#include "tests/support/tls.h"
#include "tests/support/waiting.h"

using green::task;
using std::string;
using tests::shake_hands;
using tests::tls_pair;

namespace {

template <class T>
task<std::error_code> error_of(task<T> running) {
  try {
    co_await std::move(running);
  } catch (const std::system_error& e) {
    CHECK(string(e.what()).find("SSL_") == 0);
    co_return e.code();
  }
  co_return std::error_code();
}

}  // namespace

TEST_CASE("lines go through TLS, up to its own end of file") {
  green::run([]() -> task<> {
    tls_pair c;
    co_await shake_hands(c);
    green::writer out(c.client.get());
    green::reader in(c.server.get());
    errno = ENOTTY;
    co_await out.write("GET / HTTP/1.0\r\n\r\n");
    co_await out.flush();
    CHECK(co_await in.read_until("\r\n", 100) == "GET / HTTP/1.0");
    CHECK(co_await in.read_until("\r\n", 100) == "");
    co_await out.write("rest");
    co_await out.flush();
    CHECK(errno == ENOTTY);
    co_await green::SSL_shutdown(c.client.get());
    CHECK(co_await in.read(100) == "rest");
    CHECK(co_await in.read_line(100) == std::nullopt);
  });
}

TEST_CASE("kills at random lose no byte of TLS, either way") {
  green::run([]() -> task<> {
    tls_pair c;
    co_await shake_hands(c);
    for (const int fd : c.fds) tests::limit_buffers(fd, 65536);
    const string text = tests::pattern(4'000'000);
    string piece = text.substr(0, 1'000'000);
    green::reader in(c.server.get());
    green::writer out(c.client.get(), 10'000);
    string all;
    const auto reads = [&]() -> task<> {
      while (all.size() < text.size()) {
        all += co_await in.read(10'000);
        co_await green::sleep();
      }
    };
    const auto writes = [&]() -> task<> {
      co_await out.write(piece);
      co_await out.flush();
    };
    // Nobody reads yet, so that it waits.
    green::greenlet<> writing = co_await tests::started(writes);
    co_await writing.kill();
    CHECK(writing.was_killed());
    writing = green::spawn([&] { return out.flush(); });
    green::greenlet<> reading = green::spawn(reads);
    std::minstd_rand luck(3);
    for (std::size_t at = piece.size(); at < text.size();) {
      for (auto turns = luck() % 4; turns > 0; --turns) co_await green::sleep();
      co_await reading.kill();
      reading = green::spawn(reads);
      co_await writing.kill();
      if (writing.was_killed()) {
        writing = green::spawn([&] { return out.flush(); });
      } else {
        piece = text.substr(at, 1 + luck() % 300'000);
        at += piece.size();
        writing = green::spawn(writes);
      }
      co_await green::sleep();  // so that it takes its bytes
    }
    co_await writing.get();
    co_await reading.get();
    CHECK((all == text));
  });
}

TEST_CASE("a kill and a timeout end what waits for TLS") {
  green::run([]() -> task<> {
    tls_pair c;
    co_await shake_hands(c);
    green::reader in(c.server.get());
    const auto reads = [&]() -> task<> { co_await in.read_line(9); };
    co_await tests::check_interruptible(reads);
  });
}

TEST_CASE("an end without close_notify is an error, if it is not ignored") {
  green::run([]() -> task<> {
    for (const bool ignored : {false, true}) {
      tls_pair c;
      co_await shake_hands(c);
      if (ignored) {
        ::SSL_set_options(c.server.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
      }
      ::shutdown(c.fds[1], SHUT_WR);
      green::reader in(c.server.get());
      const std::error_code error = co_await error_of(in.read(1));
      CHECK((error == std::error_code()) == ignored);
      if (ignored) continue;
      CHECK(error.category() == green::openssl_category());
      CHECK(string(error.category().name()) == "openssl");
      CHECK(error.message().find("eof") != string::npos);
    }
  });
}

TEST_CASE("errors of the connection keep their errno") {
  green::run([]() -> task<> {
    tls_pair c;
    co_await shake_hands(c);
    green::reader in(c.server.get());
    const timeval limit{0, 5000};
    REQUIRE(green::setsockopt(c.fds[0], SOL_SOCKET, SO_RCVTIMEO, &limit,
                              sizeof limit) == 0);
    CHECK((co_await error_of(in.read(1))).value() == EAGAIN);
    tests::reset_on_close(c.fds[1]);
    ::close(std::exchange(c.fds[1], -1));
    CHECK((co_await error_of(in.read(1))).value() == ECONNRESET);
    green::writer out(c.server.get(), 0);
    CHECK(co_await error_of(out.write("x")) != std::error_code());
  });
}
