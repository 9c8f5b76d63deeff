// SPDX-License-Identifier: MIT
#include "green/openssl/ssl.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <chrono>
#include <string>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/support/mirror.h"
#include "tests/support/tls.h"

using namespace std::chrono_literals;

static_assert(tests::mirrors(green::SSL_connect, ::SSL_connect));
static_assert(tests::mirrors(green::SSL_accept, ::SSL_accept));
static_assert(tests::mirrors(green::SSL_do_handshake, ::SSL_do_handshake));
static_assert(tests::mirrors(green::SSL_read, ::SSL_read));
static_assert(tests::mirrors(green::SSL_read_ex, ::SSL_read_ex));
static_assert(tests::mirrors(green::SSL_peek, ::SSL_peek));
static_assert(tests::mirrors(green::SSL_peek_ex, ::SSL_peek_ex));
static_assert(tests::mirrors(green::SSL_write, ::SSL_write));
static_assert(tests::mirrors(green::SSL_write_ex, ::SSL_write_ex));
static_assert(tests::mirrors(green::SSL_shutdown, ::SSL_shutdown));

using connection = tests::tls_pair;
using tests::shake_hands;

namespace {

green::task<int> accept_then_echo(SSL* ssl) {
  if (co_await green::SSL_accept(ssl) != 1) co_return -1;
  int total = 0;
  char buffer[1000];
  int got;
  while ((got = co_await green::SSL_read(ssl, buffer, sizeof buffer)) > 0) {
    if (co_await green::SSL_write(ssl, buffer, got) != got) co_return -1;
    total += got;
  }
  co_await green::SSL_shutdown(ssl);
  co_return total;
}

green::task<> write_all(SSL* ssl, const std::string& text) {
  std::size_t done = 0;
  CHECK(co_await green::SSL_write_ex(ssl, text.data(), text.size(), &done) ==
        1);
  CHECK(done == text.size());
}

green::task<> echo_much() {
  connection c;
  const auto server = green::spawn(accept_then_echo, c.server.get());
  CHECK(co_await green::SSL_do_handshake(c.client.get()) == -1);
  ::SSL_set_connect_state(c.client.get());
  CHECK(co_await green::SSL_do_handshake(c.client.get()) == 1);
  const std::string sent(1'000'000, 'x');
  const auto writer = green::spawn(write_all, c.client.get(), std::cref(sent));
  std::string back;
  char buffer[4096];
  while (back.size() < sent.size()) {
    std::size_t got = 0;
    CHECK(co_await green::SSL_peek(c.client.get(), buffer, 1) == 1);
    if (co_await green::SSL_read_ex(c.client.get(), buffer, sizeof buffer,
                                    &got) != 1) {
      break;
    }
    back.append(buffer, got);
  }
  CHECK(back == sent);
  co_await writer.get();
  co_await green::SSL_shutdown(c.client.get());
  CHECK(co_await server.get() == 1'000'000);
}

green::task<> time_out_and_go_on() {
  connection c;
  co_await shake_hands(c);
  char byte = 0;
  try {
    const green::timeout limit(5ms);
    co_await green::SSL_read(c.server.get(), &byte, 1);
    FAIL("there was nothing to read");
  } catch (const green::timed_out&) {
  }
  CHECK(co_await green::SSL_write(c.client.get(), "a", 1) == 1);
  CHECK(co_await green::SSL_read(c.server.get(), &byte, 1) == 1);
  CHECK(byte == 'a');
  const auto reader = green::spawn(green::SSL_read, c.server.get(), &byte, 1);
  co_await green::sleep(0s);
  co_await reader.kill();
  CHECK(reader.was_killed());
  CHECK(co_await green::SSL_write(c.client.get(), "b", 1) == 1);
  std::size_t got = 0;
  CHECK(co_await green::SSL_peek_ex(c.server.get(), &byte, 1, &got) == 1);
  CHECK(co_await green::SSL_read(c.server.get(), &byte, 1) == 1);
  CHECK(byte == 'b');
}

green::task<> refuse() {
  connection c;
  ::SSL_CTX_set_verify(c.client_side.get(), SSL_VERIFY_PEER, nullptr);
  c.client.reset(::SSL_new(c.client_side.get()));
  ::SSL_set_fd(c.client.get(), c.fds[1]);
  const auto server = green::spawn(green::SSL_accept, c.server.get());
  const int result = co_await green::SSL_connect(c.client.get());
  CHECK(result == -1);
  CHECK(::SSL_get_error(c.client.get(), result) == SSL_ERROR_SSL);
  CHECK(::SSL_get_verify_result(c.client.get()) != X509_V_OK);
  CHECK(co_await server.get() != 1);
}

// Where the kernel has no TLS, OpenSSL goes on without.
green::task<> ask_for_kernel_tls() {
  connection c;
  for (SSL* const ssl : {c.server.get(), c.client.get()}) {
    ::SSL_set_options(ssl, SSL_OP_ENABLE_KTLS);
  }
  co_await shake_hands(c);
  for (const int fd : c.fds) CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  // OpenSSL's own BIO, which can be given keys.
  CHECK(::BIO_method_type(::SSL_get_wbio(c.server.get())) == BIO_TYPE_SOCKET);
  MESSAGE("kernel TLS: ", BIO_get_ktls_send(::SSL_get_wbio(c.server.get())));
  const std::string sent(300'000, 'k');
  const auto writes = [&]() -> green::task<> {
    const int length = static_cast<int>(sent.size());
    CHECK(co_await green::SSL_write(c.client.get(), sent.data(), length) ==
          length);
  };
  const auto writer = green::spawn(writes);
  std::string got;
  char part[5000];
  while (got.size() < sent.size()) {
    const int n = co_await green::SSL_read(c.server.get(), part, sizeof part);
    REQUIRE(n > 0);
    got.append(part, static_cast<std::size_t>(n));
  }
  CHECK(got == sent);
  co_await writer.get();
}

// SO_RCVTIMEO gives what OpenSSL gives: a read that wants to be repeated.
green::task<> time_out_by_socket() {
  connection c;
  co_await shake_hands(c);
  const timeval length{0, 8000};
  REQUIRE(green::setsockopt(c.fds[0], SOL_SOCKET, SO_RCVTIMEO, &length,
                            sizeof length) == 0);
  char byte = 0;
  const int result = co_await green::SSL_read(c.server.get(), &byte, 1);
  CHECK(result == -1);
  CHECK(::SSL_get_error(c.server.get(), result) == SSL_ERROR_WANT_READ);
  CHECK(co_await green::SSL_write(c.client.get(), "a", 1) == 1);
  CHECK(co_await green::SSL_read(c.server.get(), &byte, 1) == 1);
}

}  // namespace

TEST_CASE("a megabyte is echoed, over descriptors that stay blocking") {
  green::run(echo_much);
  connection c;
  green::run(shake_hands, std::ref(c));
  CHECK((::fcntl(c.fds[0], F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a timeout or a kill ends a read, and the next one goes on") {
  green::run(time_out_and_go_on);
}

TEST_CASE("a peer that is not trusted is refused, with OpenSSL's own error") {
  green::run(refuse);
}

TEST_CASE("kernel TLS can be asked for") { green::run(ask_for_kernel_tls); }

TEST_CASE("the time of SO_RCVTIMEO is over") { green::run(time_out_by_socket); }
