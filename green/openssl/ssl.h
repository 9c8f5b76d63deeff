// SPDX-License-Identifier: MIT
//
// Mirrors <openssl/ssl.h>. Its target is //green:openssl. A kill or timeout is
// thrown (docs/contract.md). A reader and a writer of "green/fileobject.h" can
// be made of an SSL*.
//
// Awaited: SSL_connect SSL_accept SSL_do_handshake SSL_read SSL_read_ex
//   SSL_write SSL_write_ex SSL_peek SSL_peek_ex SSL_shutdown
// Same: all else is OpenSSL's own, written without green
// Differs: the SSL has a descriptor, as SSL_set_fd gives it. After the first
//   awaited call its bytes are moved without waiting, whatever O_NONBLOCK says.
//   The green thread waits by poll(2). SSL_get_error and the error queue of the
//   OS thread are valid until the next co_await. After a kill or timeout, the
//   SSL is as after a call that wants to be repeated. So free it, or repeat the
//   call with the same arguments. SSL_OP_ENABLE_KTLS asks for kernel TLS, as
//   ever, where the kernel and OpenSSL have it. The descriptors become
//   O_NONBLOCK then. A write to a closed peer then raises SIGPIPE, as OpenSSL's
//   own does.
// Missing: nothing.
#pragma once

#include <openssl/ssl.h>  // the original

#include <cstddef>

#include "green/core/attributes.h"
#include "green/openssl/transport.h"
#include "green/task.h"

namespace green {

/// SSL_connect(3)
task<int> SSL_connect(SSL* ssl GREEN_KEPT);
/// SSL_accept(3)
task<int> SSL_accept(SSL* ssl GREEN_KEPT);
/// SSL_do_handshake(3)
task<int> SSL_do_handshake(SSL* ssl GREEN_KEPT);
/// SSL_read(3)
task<int> SSL_read(SSL* ssl GREEN_KEPT, void* data GREEN_KEPT, int length);
/// SSL_read_ex(3)
task<int> SSL_read_ex(SSL* ssl GREEN_KEPT, void* data GREEN_KEPT,
                      std::size_t length, std::size_t* done GREEN_KEPT);
/// SSL_peek(3)
task<int> SSL_peek(SSL* ssl GREEN_KEPT, void* data GREEN_KEPT, int length);
/// SSL_peek_ex(3)
task<int> SSL_peek_ex(SSL* ssl GREEN_KEPT, void* data GREEN_KEPT,
                      std::size_t length, std::size_t* done GREEN_KEPT);
/// SSL_write(3)
task<int> SSL_write(SSL* ssl GREEN_KEPT, const void* data GREEN_KEPT,
                    int length);
/// SSL_write_ex(3)
task<int> SSL_write_ex(SSL* ssl GREEN_KEPT, const void* data GREEN_KEPT,
                       std::size_t length, std::size_t* done GREEN_KEPT);
/// SSL_shutdown(3)
task<int> SSL_shutdown(SSL* ssl GREEN_KEPT);

}  // namespace green
