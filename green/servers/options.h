// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "green/core/deadline.h"
#include "green/pool.h"
#include "green/servers/tls_stream.h"

namespace green {

/// The choices of server_options and tls_server_options, for the library.
struct server_settings {
  int backlog = SOMAXCONN;
  std::optional<std::size_t> limit;
  green::pool* pool = nullptr;
  bool reuse_port = false;
  bool no_delay = false;
  bool end_reads = true;
  std::int64_t handshake_timeout = 10'000'000'000;  // in nanoseconds
  tls_setup tls;
};

class tls_server_options;

/// The part of a server's options that does not depend on their type.
class server_options_base {
 public:
  /// gevent.StreamServer(ssl_context=): these options for a server of TLS. Its
  /// handler takes a tls_stream, or an SSL*, in place of the descriptor. Each
  /// handshake runs in the connection's green thread, so that no other
  /// connection waits for it. A handshake that fails ends its connection only,
  /// and is reported as an exception of the handler. The options keep the
  /// context alive. Throws std::invalid_argument for a null context.
  ///
  /// A program that calls this links //green:openssl.
  [[nodiscard("these options go to the server")]]
  tls_server_options tls(ssl_ctx_st* context) const;

  /// For the library.
  const server_settings& settings() const noexcept { return settings_; }

 protected:
  server_settings settings_;
};

/// The chained functions of a server's options.
template <class Options>
class server_setters : public server_options_base {
 public:
  /// The backlog of listen(2): how many connections may wait to be accepted.
  Options& backlog(int connections) noexcept {
    return set(settings_.backlog, connections);
  }
  /// At most this many handlers run at a time. More connections wait in the
  /// kernel.
  Options& limit(std::size_t handlers) noexcept {
    return set(settings_.limit, handlers);
  }
  /// Handlers are spawned in this pool, which others may share and which must
  /// outlive the server. When the pool is full, one accepted connection waits
  /// for a place, and others wait in the kernel.
  Options& pool(green::pool& shared) noexcept {
    return set(settings_.pool, &shared);
  }
  /// SO_REUSEPORT: several servers, on hubs of their own, share one port.
  Options& reuse_port(bool on = true) noexcept {
    return set(settings_.reuse_port, on);
  }
  /// TCP_NODELAY on every connection; off by default, as in POSIX.
  Options& no_delay(bool on = true) noexcept {
    return set(settings_.no_delay, on);
  }
  /// Whether stop shuts connections down for reading, so that idle handlers end
  /// at once. On by default. A proxy turns it off, because bytes of its clients
  /// still count after stop.
  Options& end_reads(bool on = true) noexcept {
    return set(settings_.end_reads, on);
  }
  /// How long a handshake of TLS may take; 10 seconds by default. After that
  /// the connection is closed, and std::errc::timed_out is reported.
  template <class Rep, class Period>
  Options& handshake_timeout(
      const std::chrono::duration<Rep, Period>& length) noexcept {
    return set(settings_.handshake_timeout,
               core::deadline::nanoseconds(length));
  }

 private:
  template <class T, class U>
  Options& set(T& place, U value) noexcept {
    place = value;
    return static_cast<Options&>(*this);
  }
};

/// The options of a server, chained: `server_options().limit(100)`.
class server_options : public server_setters<server_options> {
 public:
  server_options() = default;
};

/// The options of a server of TLS, which server_options().tls(context) gives.
class tls_server_options : public server_setters<tls_server_options> {
 private:
  friend class server_options_base;
  tls_server_options(const server_settings& chosen, tls_setup how) {
    settings_ = chosen;
    settings_.tls = std::move(how);
  }
};

/// The options of listen_on, chained: `listen_options().backlog(10)`.
class listen_options {
 public:
  /// The backlog of listen(2).
  listen_options& backlog(int connections) noexcept {
    backlog_ = connections;
    return *this;
  }
  /// SO_REUSEPORT: several sockets share one address.
  listen_options& reuse_port(bool on = true) noexcept {
    reuse_port_ = on;
    return *this;
  }
  /// SO_REUSEADDR of a TCP socket. On by default, because connections of a
  /// predecessor linger in TIME_WAIT.
  listen_options& reuse_address(bool on = true) noexcept {
    reuse_address_ = on;
    return *this;
  }
  /// Whether an IPv6 socket takes IPv4 connections, too: IPV6_V6ONLY is off.
  /// Without this call /proc/sys/net/ipv6/bindv6only decides.
  listen_options& dual_stack(bool on = true) noexcept {
    dual_stack_ = on;
    return *this;
  }

 private:
  friend class bound_socket;

  int backlog_ = SOMAXCONN;
  bool reuse_port_ = false;
  bool reuse_address_ = true;
  std::optional<bool> dual_stack_;
};

/// The options of connect_to, chained: `connect_options().timeout(5s)`.
class connect_options {
 public:
  /// The time for all addresses, and for the look-up of their name. After it
  /// connect_to throws std::system_error of std::errc::timed_out.
  template <class Rep, class Period>
  connect_options& timeout(
      const std::chrono::duration<Rep, Period>& length) noexcept {
    timeout_ = core::deadline::nanoseconds(length);
    return *this;
  }
  /// The same for a point in time. If both are given, the earlier one counts.
  connect_options& until(core::deadline point) noexcept {
    until_ = point;
    return *this;
  }
  /// RFC 8305's Connection Attempt Delay: how long an address is tried before
  /// the next one is tried beside it; 250 ms by default.
  template <class Rep, class Period>
  connect_options& attempt_delay(
      const std::chrono::duration<Rep, Period>& length) noexcept {
    attempt_delay_ = core::deadline::nanoseconds(length);
    return *this;
  }

  /// When a connect_to that begins now has to end; for the library.
  core::deadline end() const {
    const core::deadline own = std::chrono::nanoseconds(timeout_);
    return until_.finite() && until_.ns() < own.ns() ? until_ : own;
  }
  /// For the library.
  std::chrono::nanoseconds attempt_delay() const noexcept {
    return std::chrono::nanoseconds(attempt_delay_);
  }

 private:
  std::int64_t timeout_ = core::deadline::infinite;
  core::deadline until_ = core::deadline::never();
  std::int64_t attempt_delay_ = 250'000'000;
};

}  // namespace green
