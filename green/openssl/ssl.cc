// SPDX-License-Identifier: MIT
#include "green/openssl/ssl.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "green/hub/socket_timeout.h"
#include "green/openssl/socket_bio.h"
#include "green/posix/poll_until.h"

namespace green {

namespace {

// Repeats a call that wants to wait. The error queue is the OS thread's: it is
// emptied before each try, so that another green thread's errors are not taken
// for this one's.
template <class Call>
task<int> repeat(SSL* ssl, Call call) {
  use_socket_bio(ssl);
  for (;;) {
    ::ERR_clear_error();
    errno = 0;
    const int result = call();
    if (result > 0) co_return result;
    const int why = ::SSL_get_error(ssl, result);
    const bool reads = why == SSL_ERROR_WANT_READ;
    if (!reads && why != SSL_ERROR_WANT_WRITE) co_return result;
    pollfd fd{reads ? ::SSL_get_rfd(ssl) : ::SSL_get_wfd(ssl),
              static_cast<short>(reads ? POLLIN : POLLOUT), 0};
    if (fd.fd < 0) co_return result;  // no descriptor: the caller moves bytes
    const core::deadline end =
        hub::socket_deadline(fd.fd, reads ? SO_RCVTIMEO : SO_SNDTIMEO);
    if (co_await poll_until(&fd, 1, end) == 0) {
      errno = EAGAIN;
      co_return result;  // still SSL_ERROR_WANT_READ or WANT_WRITE
    }
  }
}

}  // namespace

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
