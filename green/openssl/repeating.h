// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "green/hub/socket_timeout.h"
#include "green/openssl/socket_bio.h"
#include "green/posix/poll_until.h"
#include "green/task.h"

namespace green {

/// Repeats a call that wants to wait. The error queue is the OS thread's: it is
/// emptied before each try, so that another green thread's errors are not taken
/// for this one's.
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

}  // namespace green
