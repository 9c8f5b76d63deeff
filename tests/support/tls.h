// SPDX-License-Identifier: MIT
//
// Two ends of a TLS connection over loopback:
//
//   tests::tls_pair c;
//   co_await tests::shake_hands(c);
#pragma once

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <memory>

#include "green/greenlet.h"
#include "green/openssl/ssl.h"
#include "tests/support/sockets.h"

namespace tests {

struct openssl_deleter {
  void operator()(SSL_CTX* c) const { ::SSL_CTX_free(c); }
  void operator()(SSL* s) const { ::SSL_free(s); }
  void operator()(X509* x) const { ::X509_free(x); }
  void operator()(EVP_PKEY* k) const { ::EVP_PKEY_free(k); }
};

template <class T>
using owned = std::unique_ptr<T, openssl_deleter>;

// A certificate of its own making, for "localhost".
inline owned<SSL_CTX> server_context() {
  owned<SSL_CTX> context(::SSL_CTX_new(::TLS_server_method()));
  owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  owned<X509> certificate(::X509_new());
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
  ::X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  ::X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  ::X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = ::X509_get_subject_name(certificate.get());
  ::X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  ::X509_set_issuer_name(certificate.get(), name);
  REQUIRE(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) > 0);
  REQUIRE(::SSL_CTX_use_certificate(context.get(), certificate.get()) == 1);
  REQUIRE(::SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

// Two ends of a connection, not yet shaken hands.
struct tls_pair {
  tls_pair() {
    auto pair = tests::tcp_pair();
    fds[0] = pair.a.release();
    fds[1] = pair.b.release();
    server.reset(::SSL_new(server_side.get()));
    client.reset(::SSL_new(client_side.get()));
    ::SSL_set_fd(server.get(), fds[0]);
    ::SSL_set_fd(client.get(), fds[1]);
  }
  ~tls_pair() {
    ::close(fds[0]);
    ::close(fds[1]);
  }

  int fds[2];
  owned<SSL_CTX> server_side = server_context();
  owned<SSL_CTX> client_side{::SSL_CTX_new(::TLS_client_method())};
  owned<SSL> server;
  owned<SSL> client;
};

inline green::task<> shake_hands(tls_pair& c) {
  const auto server = green::spawn(green::SSL_accept, c.server.get());
  CHECK(co_await green::SSL_connect(c.client.get()) == 1);
  CHECK(co_await server.get() == 1);
}

}  // namespace tests
