// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

namespace green {

/// Lets the SSL move bytes of its descriptors without waiting, with O_NONBLOCK
/// left as it is. Once; does nothing without a descriptor. For kernel TLS,
/// OpenSSL's own way of moving them stays, and O_NONBLOCK is set.
void use_socket_bio(SSL* ssl);

}  // namespace green
