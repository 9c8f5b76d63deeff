// SPDX-License-Identifier: MIT
// openssl: a handshake with a peer that hangs up, by green::openssl
#include "green/openssl/ssl.h"

#include "green/green.h"
#include "green/stdio.h"
#include "green/sys/socket.h"
#include "green/unistd.h"

green::task<> program() {
  int ends[2];
  green::socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const ssl = SSL_new(context);
  SSL_set_fd(ssl, ends[0]);
  co_await green::close(ends[1]);
  if (co_await green::SSL_connect(ssl) != 1) co_await green::puts("openssl");
  SSL_free(ssl);
  SSL_CTX_free(context);
}

int main() { green::run(program); }
