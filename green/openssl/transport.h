// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <string_view>
#include <system_error>

#include "green/fileobjects/transport.h"
#include "green/task.h"

namespace green {

/// The errors of OpenSSL's queue, as ERR_get_error(3) gives them.
const std::error_category& openssl_category() noexcept;

/// Throws the std::system_error of a call that has just failed. The name of the
/// call is its text.
[[noreturn]] void throw_error(const SSL* ssl, int result, const char* call);

/// An SSL that has shaken hands, for a reader and a writer. It gets
/// SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, because a writer repeats a write from
/// other memory. The peer's close_notify is the end of file. Without one, the
/// end of the connection is an error, unless SSL_OP_IGNORE_UNEXPECTED_EOF is
/// set.
template <>
class transport_of<SSL> final : public transport {
 public:
  explicit transport_of(SSL* ssl) noexcept;

  task<std::size_t> read(char* into, std::size_t length) override;
  task<std::size_t> write(std::string_view bytes) override;

 private:
  SSL* ssl_;
};

}  // namespace green
