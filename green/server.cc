// SPDX-License-Identifier: MIT
#include "green/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "green/core/signal_scope.h"
#include "green/sys/socket.h"

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

class stream_core final : public server_core {
 public:
  stream_core(std::string address, stream_server::handler h,
              const server_options& options, const core::site& made_at)
      : server_core(std::move(address), SOCK_STREAM, options, made_at),
        handler_(checked(std::move(h))) {}

 private:
  task<> receive(std::shared_ptr<bound_socket> socket) override {
    for (;;) {
      place next = co_await next_place();
      peer_address from;
      unique_fd fd(co_await green::accept4(socket->fd(), from.get(),
                                           &from.length, SOCK_CLOEXEC));
      if (!fd) {
        co_await recover(errno);
        continue;
      }
      recovered();
      const int number = fd.get();
      co_await launch(std::move(next), number, &stream_core::handle,
                      std::move(fd), from.to_endpoint());
    }
  }

  static task<> handle(place here, unique_fd fd, endpoint peer) {
    const stream_core& self = here.core<stream_core>();
    endpoint given = peer;
    try {
      task<> called = self.handler_(std::move(fd), std::move(given));
      co_await std::move(called);
    } catch (const core::killed&) {
      throw;
    } catch (...) {
      place::failed(peer);
      throw;
    }
  }

  const stream_server::handler handler_;
};

class datagram_core final : public server_core {
 public:
  datagram_core(std::string address, datagram_server::handler h,
                const server_options& options, const core::site& made_at)
      : server_core(std::move(address), SOCK_DGRAM, options, made_at),
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
      const ssize_t got =
          co_await green::recvfrom(socket->fd(), buffer.data(), buffer.size(),
                                   0, from.get(), &from.length);
      if (got < 0) {
        co_await recover(errno);
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

void server::start() { core_->start(core_->addresses_now()); }

task<> server::serve_forever() { return server_core::serve_forever(core_); }

task<> server::stop(core::deadline grace) {
  return server_core::stop(core_, grace);
}

stream_server::stream_server(std::string address, handler h, options o,
                             core::site made_at)
    : server(std::make_shared<stream_core>(std::move(address), std::move(h), o,
                                           made_at)) {}

stream_server::stream_server(const endpoint& address, handler h, options o,
                             core::site made_at)
    : stream_server(address.to_string(), std::move(h), o, made_at) {}

datagram_server::datagram_server(std::string address, handler h, options o,
                                 core::site made_at)
    : server(std::make_shared<datagram_core>(std::move(address), std::move(h),
                                             o, made_at)) {}

datagram_server::datagram_server(const endpoint& address, handler h, options o,
                                 core::site made_at)
    : datagram_server(address.to_string(), std::move(h), o, made_at) {}

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

namespace {

std::string several(const std::string& name, const endpoint& last) {
  const std::string tried = last.to_string();
  return name == tried ? tried : fmt::format("{} ({})", name, tried);
}

task<unique_fd> connect_first(std::string name,
                              std::vector<endpoint> addresses) {
  const core::signal_scope goes_on(core::by_signal::never);
  int error = EADDRNOTAVAIL;
  for (const endpoint& to : addresses) {
    unique_fd fd(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    int result = -1;
    if (fd) {
      result = co_await green::connect(fd.get(), to.sockaddr(), to.length());
    }
    if (result == 0) co_return fd;
    error = errno;
  }
  const endpoint last = addresses.empty() ? endpoint() : addresses.back();
  throw std::system_error(error, std::generic_category(),
                          fmt::format("connect to {}", several(name, last)));
}

}  // namespace

task<unique_fd> connect_to(std::string address) {
  std::vector<endpoint> all = co_await endpoint::from_name(address);
  co_return co_await connect_first(std::move(address), std::move(all));
}

task<unique_fd> connect_to(endpoint address) {
  std::vector<endpoint> all{address};
  co_return co_await connect_first(address.to_string(), std::move(all));
}

task<unique_fd> connect_to(std::vector<endpoint> addresses) {
  std::string last =
      addresses.empty() ? "no address" : addresses.back().to_string();
  return connect_first(std::move(last), std::move(addresses));
}

}  // namespace green
