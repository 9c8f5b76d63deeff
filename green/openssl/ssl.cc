// SPDX-License-Identifier: MIT
#include "green/openssl/ssl.h"

#include "green/openssl/repeating.h"

namespace green {

task<int> SSL_connect(SSL* ssl) {
  return repeat(ssl, [=] { return ::SSL_connect(ssl); });
}

task<int> SSL_accept(SSL* ssl) {
  return repeat(ssl, [=] { return ::SSL_accept(ssl); });
}

task<int> SSL_do_handshake(SSL* ssl) {
  return repeat(ssl, [=] { return ::SSL_do_handshake(ssl); });
}

task<int> SSL_read(SSL* ssl, void* data, int length) {
  return repeat(ssl, [=] { return ::SSL_read(ssl, data, length); });
}

task<int> SSL_read_ex(SSL* ssl, void* data, std::size_t length,
                      std::size_t* done) {
  return repeat(ssl, [=] { return ::SSL_read_ex(ssl, data, length, done); });
}

task<int> SSL_peek(SSL* ssl, void* data, int length) {
  return repeat(ssl, [=] { return ::SSL_peek(ssl, data, length); });
}

task<int> SSL_peek_ex(SSL* ssl, void* data, std::size_t length,
                      std::size_t* done) {
  return repeat(ssl, [=] { return ::SSL_peek_ex(ssl, data, length, done); });
}

task<int> SSL_write(SSL* ssl, const void* data, int length) {
  return repeat(ssl, [=] { return ::SSL_write(ssl, data, length); });
}

task<int> SSL_write_ex(SSL* ssl, const void* data, std::size_t length,
                       std::size_t* done) {
  return repeat(ssl, [=] { return ::SSL_write_ex(ssl, data, length, done); });
}

task<int> SSL_shutdown(SSL* ssl) {
  return repeat(ssl, [=] { return ::SSL_shutdown(ssl); });
}

}  // namespace green
