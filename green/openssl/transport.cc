// SPDX-License-Identifier: MIT
#include "green/openssl/transport.h"

#include <openssl/err.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "green/core/immortal.h"
#include "green/core/signal_scope.h"
#include "green/openssl/repeating.h"

namespace green {

namespace {

// A write that is interrupted keeps as many bytes, though some have gone.
constexpr std::size_t most_at_once = 65536;

class openssl_errors final : public std::error_category {
 public:
  const char* name() const noexcept override { return "openssl"; }
  std::string message(int value) const override {
    char text[256];
    ::ERR_error_string_n(static_cast<unsigned>(value), text, sizeof text);
    return text;
  }
};

constinit const core::immortal<openssl_errors> category;

}  // namespace

const std::error_category& openssl_category() noexcept {
  return category.value;
}

void throw_error(const SSL* ssl, int result, const char* call) {
  const int error = errno;
  const int why = ::SSL_get_error(ssl, result);
  const unsigned long first = ::ERR_get_error();
  ::ERR_clear_error();
  if (first != 0) {
    throw std::system_error(static_cast<int>(first), openssl_category(), call);
  }
  // The connection ended within a record, or a limit of the socket passed.
  const int otherwise = why == SSL_ERROR_SYSCALL ? ECONNRESET : EAGAIN;
  throw std::system_error(error != 0 ? error : otherwise,
                          std::generic_category(), call);
}

transport_of<SSL>::transport_of(SSL* ssl) noexcept : ssl_(ssl) {
  SSL_set_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

task<std::size_t> transport_of<SSL>::read(char* into, std::size_t length) {
  const core::signal_scope goes_on(core::by_signal::never);
  const int errno_before = errno;
  std::size_t came = 0;
  SSL* const ssl = ssl_;
  const auto call = [=, &came] {
    return ::SSL_read_ex(ssl, into, length, &came);
  };
  const int result = co_await repeat(ssl, call);
  if (result <= 0 && ::SSL_get_error(ssl, result) != SSL_ERROR_ZERO_RETURN) {
    throw_error(ssl, result, "SSL_read");
  }
  errno = errno_before;
  co_return came;
}

task<std::size_t> transport_of<SSL>::write(std::string_view bytes) {
  const core::signal_scope goes_on(core::by_signal::never);
  const int errno_before = errno;
  std::size_t gone = 0;
  SSL* const ssl = ssl_;
  const char* const from = bytes.data();
  const std::size_t length = std::min(bytes.size(), most_at_once);
  const auto call = [=, &gone] {
    return ::SSL_write_ex(ssl, from, length, &gone);
  };
  const int result = co_await repeat(ssl, call);
  if (result <= 0) throw_error(ssl, result, "SSL_write");
  errno = errno_before;
  co_return gone;
}

}  // namespace green
