// SPDX-License-Identifier: MIT
// https_get: prints a page over TLS, with SNI, ALPN and a verified peer

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#include "green/err.h"
#include "green/green.h"
#include "green/openssl/ssl.h"
#include "green/server.h"
#include "green/stdio.h"
#include "green/string.h"
#include "green/timeout.h"

struct deleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

green::task<> get(std::string host, std::string port, std::string path,
                  const char* authorities) {
  const green::timeout limit(std::chrono::seconds(30));
  const std::unique_ptr<SSL_CTX, deleter> context(
      SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const int known =
      authorities == nullptr
          ? SSL_CTX_set_default_verify_paths(context.get())
          : SSL_CTX_load_verify_locations(context.get(), authorities, nullptr);
  if (known != 1) {
    const std::string where = authorities == nullptr ? "default" : authorities;
    throw std::runtime_error("no certificates of authorities: " + where);
  }

  const green::unique_fd fd = co_await green::connect_to(host + ":" + port);
  const std::unique_ptr<SSL, deleter> ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), fd.get());
  SSL_set_tlsext_host_name(ssl.get(), host.c_str());  // SNI
  SSL_set1_host(ssl.get(), host.c_str());             // the name to verify
  const unsigned char protocols[] = "\x08http/1.1";   // ALPN
  SSL_set_alpn_protos(ssl.get(), protocols, sizeof protocols - 1);
  if (co_await green::SSL_connect(ssl.get()) != 1) {
    const long why = SSL_get_verify_result(ssl.get());
    throw std::runtime_error(why == X509_V_OK
                                 ? "the TLS handshake failed"
                                 : X509_verify_cert_error_string(why));
  }

  const std::string ask = "GET " + path + " HTTP/1.1\r\nHost: " + host +
                          "\r\nConnection: close\r\n\r\n";
  co_await green::SSL_write(ssl.get(), ask.data(), int(ask.size()));
  char buffer[16384];
  int got;
  while ((got = co_await green::SSL_read(ssl.get(), buffer, sizeof buffer)) >
         0) {
    co_await green::fwrite(buffer, 1, size_t(got), stdout);
  }
  co_await green::SSL_shutdown(ssl.get());
}

int main(int argc, char** argv) {
  const char usage[] = "usage: https_get HOST PORT PATH [AUTHORITIES.pem]";
  if (argc < 4 || argc > 5 || argv[1][0] == '-') {
    errx(2, "a host, a port and a path are needed\n%s", usage);
  }
  if (argv[3][0] != '/') {
    errx(2, "not a path that begins with /: '%s'\n%s", argv[3], usage);
  }
  try {
    green::run(get, std::string(argv[1]), std::string(argv[2]),
               std::string(argv[3]), argc == 5 ? argv[4] : nullptr);
  } catch (const green::timed_out& e) {
    errx(1, "%s: %s", argv[1], e.what());
  } catch (const std::exception& e) {
    errx(1, "%s: %s", argv[1], e.what());
  }
}
