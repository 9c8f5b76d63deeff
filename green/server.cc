// SPDX-License-Identifier: MIT
#include "green/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "green/core/signal_scope.h"
#include "green/servers/bound_socket.h"
#include "green/sys/socket.h"
#include "green/timeout.h"

namespace green {

namespace {

// The address of a peer, as accept(2) and recvfrom(2) fill it in.
struct peer_address {
  ::sockaddr* get() noexcept { return reinterpret_cast<::sockaddr*>(&storage); }
  endpoint to_endpoint() noexcept { return {get(), length}; }

  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
};

template <class Handler>
Handler checked(Handler handler) {
  if (handler) return handler;
  throw std::invalid_argument("green: a server needs a handler");
}

// Accepts connections. How they are served is the derived class's.
class stream_core : public server_core {
 protected:
  using server_core::server_core;

  /// Runs the handler. The arguments live until the task has ended.
  virtual task<> serve(const place& here, unique_fd& fd, endpoint& peer) = 0;

 private:
  task<> receive(std::shared_ptr<bound_socket> socket) override {
    for (;;) {
      place next = co_await next_place();
      peer_address from;
      unique_fd fd;
      try {
        const pausable here(*this);
        fd.reset(co_await green::accept4(socket->fd(), from.get(), &from.length,
                                         SOCK_CLOEXEC));
      } catch (const paused&) {
        continue;
      }
      if (!fd) {
        co_await recover(errno, *socket);
        continue;
      }
      recovered();
      const int number = fd.get();
      co_await launch(std::move(next), number, &stream_core::handle,
                      std::move(fd), from.to_endpoint());
    }
  }

  static task<> handle(place here, unique_fd fd, endpoint peer) {
    stream_core& self = here.core<stream_core>();
    endpoint given = peer;
    try {
      task<> served = self.serve(here, fd, given);
      co_await std::move(served);
    } catch (const core::killed&) {
      throw;
    } catch (...) {
      place::failed(peer);
      throw;
    }
  }
};

class plain_core final : public stream_core {
 public:
  plain_core(server_address where, stream_server::handler h,
             const server_options& options, const core::site& made_at)
      : stream_core(std::move(where), SOCK_STREAM, options.settings(), made_at),
        handler_(checked(std::move(h))) {}

 private:
  task<> serve(const place&, unique_fd& fd, endpoint& peer) override {
    return handler_(std::move(fd), std::move(peer));
  }

  const stream_server::handler handler_;
};

class tls_core final : public stream_core {
 public:
  tls_core(server_address where, stream_server::tls_handler h,
           const tls_server_options& options, const core::site& made_at)
      : stream_core(std::move(where), SOCK_STREAM, options.settings(), made_at),
        handler_(checked(std::move(h))) {}

 private:
  task<> serve(const place& here, unique_fd& fd, endpoint& peer) override {
    tls_stream secured;
    try {
      secured = co_await shake_hands(std::move(fd));
    } catch (const std::system_error&) {
      if (started()) throw;
      co_return;  // stop has ended the connection
    }
    here.secure(secured);
    task<> called = handler_(std::move(secured), std::move(peer));
    co_await std::move(called);
  }

  task<tls_stream> shake_hands(unique_fd fd) const {
    const std::chrono::nanoseconds most(settings_.handshake_timeout);
    const timeout limit(
        most,
        std::system_error(ETIMEDOUT, std::generic_category(), "TLS handshake"));
    const tls_setup& tls = settings_.tls;
    co_return co_await tls.shake(tls.context, std::move(fd));
  }

  const stream_server::tls_handler handler_;
};

class datagram_core final : public server_core {
 public:
  datagram_core(server_address where, datagram_server::handler h,
                const server_options& options, const core::site& made_at)
      : server_core(std::move(where), SOCK_DGRAM, options.settings(), made_at),
        handler_(checked(std::move(h))) {}

  std::shared_ptr<bound_socket> socket() const { return socket_.lock(); }

 private:
  static constexpr std::size_t largest = 65536;

  task<> receive(std::shared_ptr<bound_socket> socket) override {
    socket_ = socket;
    std::string buffer(largest, '\0');
    for (;;) {
      place next = co_await next_place();
      peer_address from;
      ssize_t got;
      try {
        const pausable here(*this);
        got =
            co_await green::recvfrom(socket->fd(), buffer.data(), buffer.size(),
                                     0, from.get(), &from.length);
      } catch (const paused&) {
        continue;
      }
      if (got < 0) {
        co_await recover(errno, *socket);
        continue;
      }
      recovered();
      co_await launch(std::move(next), -1, &datagram_core::handle, socket,
                      buffer.substr(0, static_cast<std::size_t>(got)),
                      from.to_endpoint());
    }
  }

  // Keeps the socket, because handlers send their answers by it.
  static task<> handle(place here, std::shared_ptr<bound_socket>,
                       std::string data, endpoint peer) {
    const datagram_core& self = here.core<datagram_core>();
    endpoint given = peer;
    try {
      task<> called = self.handler_(std::move(data), std::move(given));
      co_await std::move(called);
    } catch (const core::killed&) {
      throw;
    } catch (...) {
      place::failed(peer);
      throw;
    }
  }

  const datagram_server::handler handler_;
  std::weak_ptr<bound_socket> socket_;
};

}  // namespace

void server::start() { core_->start_now(); }

void server::start_accepting() { core_->accept(true); }

void server::stop_accepting() { core_->accept(false); }

task<> server::serve_forever() { return server_core::serve_forever(core_); }

task<> server::stop(core::deadline grace) {
  return server_core::stop(core_, grace);
}

stream_server::stream_server(server_address where, handler h, options o,
                             core::site made_at)
    : server(std::make_shared<plain_core>(std::move(where), std::move(h), o,
                                          made_at)) {}

stream_server::stream_server(server_address where, tls_handler h,
                             tls_server_options o, core::site made_at)
    : server(std::make_shared<tls_core>(std::move(where), std::move(h), o,
                                        made_at)) {}

datagram_server::datagram_server(server_address where, handler h, options o,
                                 core::site made_at)
    : server(std::make_shared<datagram_core>(std::move(where), std::move(h), o,
                                             made_at)) {}

task<> datagram_server::send_to(std::string data, endpoint to) {
  const auto socket = static_cast<datagram_core&>(*core_).socket();
  if (socket == nullptr) {
    throw std::system_error(
        EBADF, std::generic_category(),
        fmt::format("send to {}: the server is not started", to.to_string()));
  }
  const core::signal_scope goes_on(core::by_signal::never);
  const ssize_t sent = co_await green::sendto(
      socket->fd(), data.data(), data.size(), 0, to.sockaddr(), to.length());
  if (sent < 0) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("send to {}", to.to_string()));
  }
}

task<unique_fd> listen_on(std::string address, listen_options how) {
  const std::vector<endpoint> all =
      co_await endpoint::from_name(std::move(address));
  co_return bound_socket::listener(all, how);
}

task<unique_fd> listen_on(endpoint address, listen_options how) {
  co_return bound_socket::listener({address}, how);
}

}  // namespace green
