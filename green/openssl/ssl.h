// SPDX-License-Identifier: MIT
//
// Mirrors <openssl/ssl.h>. Its target is //green:openssl.
//
// Awaited: SSL_connect SSL_accept SSL_do_handshake SSL_read SSL_read_ex
//   SSL_write SSL_write_ex SSL_peek SSL_peek_ex SSL_shutdown
// Same: all else is OpenSSL's own, written without green
// Differs: the SSL has a descriptor, as SSL_set_fd gives it; from the first
//   awaited call on, its bytes are moved without waiting, whatever O_NONBLOCK
//   says, and the green thread waits by poll(2). What SSL_get_error and the
//   error queue of the OS thread say is valid until the next co_await. A kill
//   or timeout leaves the SSL as a call that wants to be repeated: free it, or
//   repeat the call with the same arguments.
//   Kernel TLS, where the kernel and OpenSSL have it, is asked for by
//   SSL_OP_ENABLE_KTLS, as ever; the descriptors become O_NONBLOCK then, and a
//   write to a closed peer raises SIGPIPE, as OpenSSL's own does.
// Missing: nothing.
#pragma once

#include <openssl/ssl.h>  // the original

#include <cstddef>

#include "green/task.h"

namespace green {

/// SSL_connect(3)
task<int> SSL_connect(SSL* ssl);
/// SSL_accept(3)
task<int> SSL_accept(SSL* ssl);
/// SSL_do_handshake(3)
task<int> SSL_do_handshake(SSL* ssl);
/// SSL_read(3)
task<int> SSL_read(SSL* ssl, void* data, int length);
task<int> SSL_read_ex(SSL* ssl, void* data, std::size_t length,
                      std::size_t* done);
/// SSL_peek(3)
task<int> SSL_peek(SSL* ssl, void* data, int length);
task<int> SSL_peek_ex(SSL* ssl, void* data, std::size_t length,
                      std::size_t* done);
/// SSL_write(3)
task<int> SSL_write(SSL* ssl, const void* data, int length);
task<int> SSL_write_ex(SSL* ssl, const void* data, std::size_t length,
                       std::size_t* done);
/// SSL_shutdown(3)
task<int> SSL_shutdown(SSL* ssl);

}  // namespace green
