// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "green/endpoint.h"
#include "green/server_core.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green {

/// gevent.socket.create_connection: a stream socket connected to
/// "host:port", "[::1]:80" or "unix:/path". Tries all addresses of a name in
/// the order of getaddrinfo; throws std::system_error of the last, which names
/// it. A kill or timeout closes the socket.
task<unique_fd> connect_to(std::string address);
task<unique_fd> connect_to(endpoint address);
task<unique_fd> connect_to(std::vector<endpoint> addresses);

/// What stream_server and datagram_server have in common. Belongs to the hub
/// that starts it. Its destructor can't wait: it kills what still runs.
class server {
 public:
  using options = server_options;

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// gevent.baseserver.BaseServer.start: binds, listens and receives from now
  /// on. Throws std::system_error that names the address. The name of a host
  /// is looked up, which holds the hub: serve_forever waits for it instead.
  /// After stop, or when the last run of the hub has ended, it can be started
  /// again, on the same port.
  void start();
  /// gevent.baseserver.BaseServer.serve_forever: starts it if needed, and
  /// returns when stop is called and the handlers have ended. Killed itself or
  /// timed out, it first stops the server, with no grace. Throws when the
  /// socket is of no use any more.
  task<> serve_forever();
  /// gevent.baseserver.BaseServer.stop: closes the listening socket, shuts the
  /// connections down for reading, so that a handler that waits for a next
  /// request sees the end of file at once while one that answers can finish;
  /// lets the handlers end, and kills those that are left after `grace`.
  /// Returns when all are dead; a handler that calls it is spared. One that is
  /// in the middle of reading a request sees the end of file too, but only
  /// after what had come: options().end_reads(false) leaves them all reading.
  task<> stop(core::deadline grace = std::chrono::seconds(1));

  /// Where it is bound or was last, the port that the kernel chose included.
  const endpoint& address() const noexcept { return core_->address(); }
  bool started() const noexcept { return core_->started(); }
  /// How many handlers there are.
  std::size_t handlers() const noexcept { return core_->handlers(); }

 protected:
  explicit server(std::shared_ptr<server_core> core) noexcept
      : core_(std::move(core)) {}
  ~server() { core_->abandon(); }

  const std::shared_ptr<server_core> core_;
};

/// gevent.server.StreamServer: a green thread runs handler(fd, peer) for each
/// connection. Where the handler ends, fd is closed unless it was moved on; an
/// exception that leaves it is reported and ends that connection only. The
/// descriptors are blocking and close-on-exec. Where descriptors or memory are
/// short, connections wait in the backlog. A Unix path that nobody listens on
/// any more is removed before it is bound, and at stop.
class stream_server : public server {
 public:
  using handler = std::function<task<>(unique_fd, endpoint)>;

  /// Throws std::invalid_argument for a malformed address.
  stream_server(std::string address, handler h, options o = {},
                core::site made_at = core::site::current());
  stream_server(const endpoint& address, handler h, options o = {},
                core::site made_at = core::site::current());
};

/// gevent.server.DatagramServer: a green thread runs handler(data, from) for
/// each datagram of up to 64 KiB; a longer one, which Unix sockets may send, is
/// cut.
class datagram_server : public server {
 public:
  using handler = std::function<task<>(std::string, endpoint)>;

  /// Throws std::invalid_argument for a malformed address.
  datagram_server(std::string address, handler h, options o = {},
                  core::site made_at = core::site::current());
  datagram_server(const endpoint& address, handler h, options o = {},
                  core::site made_at = core::site::current());

  /// gevent.server.DatagramServer.sendto: from the server's own socket, which
  /// is open until stop has let the last handler end. Throws std::system_error
  /// that names the target.
  task<> send_to(std::string data, endpoint to);
};

}  // namespace green
