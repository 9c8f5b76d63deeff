// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "green/task.h"
#include "green/unique_fd.h"

struct ssl_st;      // OpenSSL's SSL
struct ssl_ctx_st;  // and its SSL_CTX

namespace green {

/// A connection that has shaken hands, and its socket. //green:openssl has the
/// one class that derives from it.
class tls_connection {
 public:
  tls_connection() = default;
  tls_connection(const tls_connection&) = delete;
  tls_connection& operator=(const tls_connection&) = delete;
  virtual ~tls_connection() = default;

  virtual ssl_st* ssl() const noexcept = 0;
  virtual int fd() const noexcept = 0;
  /// From now on an end without close_notify is the end of file, because this
  /// side is about to cause it.
  virtual void expect_end() noexcept = 0;
};

/// The connection that a handler of a TLS server is given. Owns it as a
/// unique_fd owns its socket, and converts to the SSL* that SSL_read(3), a
/// reader and a writer take. The destructor sends close_notify if the
/// connection has room for it, and closes the socket.
class tls_stream {
 public:
  /// No connection.
  tls_stream() noexcept = default;
  explicit tls_stream(std::shared_ptr<tls_connection> connection) noexcept
      : connection_(std::move(connection)) {}
  tls_stream(tls_stream&&) noexcept = default;
  tls_stream& operator=(tls_stream&&) noexcept = default;

  /// OpenSSL's object; null when there is none. It stays the stream's.
  ssl_st* get() const noexcept {
    return connection_ == nullptr ? nullptr : connection_->ssl();
  }
  operator ssl_st*() const noexcept { return get(); }
  /// The socket's number, or -1.
  int fd() const noexcept {
    return connection_ == nullptr ? -1 : connection_->fd();
  }

  /// For the library.
  std::weak_ptr<tls_connection> connection() const noexcept {
    return connection_;
  }

 private:
  std::shared_ptr<tls_connection> connection_;
};

/// How a server shakes hands; empty without TLS.
struct tls_setup {
  using handshake = task<tls_stream> (*)(std::shared_ptr<ssl_ctx_st>,
                                         unique_fd);

  std::shared_ptr<ssl_ctx_st> context;
  handshake shake = nullptr;
};

}  // namespace green
