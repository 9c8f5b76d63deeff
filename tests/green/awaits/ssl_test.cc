// SPDX-License-Identifier: MIT
// Of OpenSSL's mirror: with bytes that are there, and without a descriptor.
#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <memory>

#include "green/openssl/ssl.h"
#include "tests/support/awaits.h"

using tests::fair;

TEST_CASE("an SSL whose bytes the caller moves") {
  const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context(
      ::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> owner(
      ::SSL_new(context.get()), &::SSL_free);
  SSL* const ssl = owner.get();
  ::SSL_set_bio(ssl, ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
  ::SSL_set_connect_state(ssl);
  char byte = 0;
  std::size_t done = 0;
  fair("SSL_connect", [&] { return green::SSL_connect(ssl); });
  fair("SSL_do_handshake", [&] { return green::SSL_do_handshake(ssl); });
  fair("SSL_read", [&] { return green::SSL_read(ssl, &byte, 1); });
  fair("SSL_read_ex", [&] { return green::SSL_read_ex(ssl, &byte, 1, &done); });
  fair("SSL_peek", [&] { return green::SSL_peek(ssl, &byte, 1); });
  fair("SSL_peek_ex", [&] { return green::SSL_peek_ex(ssl, &byte, 1, &done); });
  fair("SSL_write", [&] { return green::SSL_write(ssl, &byte, 1); });
  fair("SSL_write_ex",
       [&] { return green::SSL_write_ex(ssl, &byte, 1, &done); });
  fair("SSL_shutdown", [&] { return green::SSL_shutdown(ssl); });
  fair("SSL_accept", [&] { return green::SSL_accept(ssl); });
}
