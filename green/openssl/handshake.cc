// SPDX-License-Identifier: MIT
// server_options().tls(context): the connections of a server of TLS.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include "green/openssl/ssl.h"
#include "green/openssl/transport.h"
#include "green/servers/options.h"
#include "green/servers/tls_stream.h"
#include "green/unique_fd.h"

namespace green {

namespace {

class connection final : public tls_connection {
 public:
  connection(SSL_CTX* context, unique_fd fd)
      : fd_(std::move(fd)), ssl_(::SSL_new(context)) {
    if (ssl_ == nullptr) throw std::bad_alloc();
    if (::SSL_set_fd(ssl_, fd_.get()) != 1) {
      ::SSL_free(ssl_);
      throw std::bad_alloc();
    }
  }
  ~connection() override {
    const int errno_before = errno;
    if (can_say_goodbye()) {
      ::SSL_shutdown(ssl_);
      ::ERR_clear_error();
    }
    ::SSL_free(ssl_);
    errno = errno_before;
  }

  SSL* ssl() const noexcept override { return ssl_; }
  int fd() const noexcept override { return fd_.get(); }
  void expect_end() noexcept override {
    ::SSL_set_options(ssl_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  }

 private:
  // Kernel TLS would raise SIGPIPE if the peer has gone.
  bool can_say_goodbye() const noexcept {
    return ::SSL_is_init_finished(ssl_) != 0 &&
           (::SSL_get_shutdown(ssl_) & SSL_SENT_SHUTDOWN) == 0 &&
           BIO_get_ktls_send(::SSL_get_wbio(ssl_)) == 0;
  }

  const unique_fd fd_;  // is closed last
  SSL* const ssl_;
};

task<tls_stream> shake_hands(std::shared_ptr<SSL_CTX> context, unique_fd fd) {
  const auto made = std::make_shared<connection>(context.get(), std::move(fd));
  const int result = co_await green::SSL_accept(made->ssl());
  if (result != 1) throw_error(made->ssl(), result, "TLS handshake");
  co_return tls_stream(made);
}

}  // namespace

tls_server_options server_options_base::tls(ssl_ctx_st* context) const {
  if (context == nullptr) {
    throw std::invalid_argument(
        "green: tls(nullptr): give the SSL_CTX* of the server's certificate");
  }
  ::SSL_CTX_up_ref(context);
  return {settings_, {{context, &::SSL_CTX_free}, &shake_hands}};
}

}  // namespace green
