// SPDX-License-Identifier: MIT
//
// gevent.server and create_connection: servers, and connections to them.
//
//   auto echo = [](green::unique_fd fd, green::endpoint) -> green::task<> {
//     char data[512];
//     for (ssize_t n; (n = co_await green::read(fd.get(), data, 512)) > 0;) {
//       co_await green::write(fd.get(), data, size_t(n));
//     }
//   };
//   green::stream_server server("127.0.0.1:0", echo);
//   server.start();
//   auto fd = co_await green::connect_to(server.address());
//   co_await server.stop();
//
// A kill or timeout that ends connect_to closes its sockets. One that ends
// serve_forever stops the server, without grace (docs/contract.md). A server
// belongs to the hub that starts it. Only the thread of that hub may use it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "green/endpoint.h"
#include "green/servers/core.h"
#include "green/servers/handler.h"
#include "green/servers/options.h"
#include "green/servers/tls_stream.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green {

/// gevent.socket.create_connection: a stream socket that is connected to
/// "host:port", "[::1]:80", "unix:/path" or "vsock:2:80".
///
/// Several addresses are tried as RFC 8305 says ("Happy Eyeballs"): IPv6 and
/// IPv4 in turn, in the order that getaddrinfo(3) gives for each. An address
/// begins 250 ms after the one before, or as soon as one has failed. The first
/// that connects wins, and the sockets of the others are closed. If none
/// connects, throws the std::system_error of the last that failed, whose
/// message names that address.
task<unique_fd> connect_to(std::string address, connect_options how = {});
task<unique_fd> connect_to(endpoint address, connect_options how = {});
task<unique_fd> connect_to(std::vector<endpoint> addresses,
                           connect_options how = {});

/// Go's net.Listen: a stream socket that listens on "host:port", "[::1]:0",
/// "unix:/path", "unix:@name" or "vsock:1:80". Of a name it takes the first
/// address that works. A Unix path without a listener is removed before. The
/// new path stays when the socket is closed. Throws std::invalid_argument for a
/// malformed address, and a std::system_error that names the last address.
task<unique_fd> listen_on(std::string address, listen_options how = {});
task<unique_fd> listen_on(endpoint address, listen_options how = {});

/// The functions that stream_server and datagram_server share. The destructor
/// cannot wait: it kills the handlers that still run.
class server {
 public:
  using options = server_options;

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// gevent.baseserver.BaseServer.start: binds, listens and receives from now
  /// on. Throws a std::system_error that names the address. The name of a host
  /// is looked up at once, which blocks the hub; serve_forever waits instead.
  /// After stop, or after the end of the hub's run, it can be started again, on
  /// the same port.
  void start();
  /// gevent.baseserver.BaseServer.stop_accepting: takes no more connections or
  /// datagrams, which wait in the kernel from now on. Those that have come are
  /// handled. Does nothing if the server is not started, or has paused.
  void stop_accepting();
  /// gevent.baseserver.BaseServer.start_accepting: goes on after
  /// stop_accepting. start does so, too.
  void start_accepting();
  /// gevent.baseserver.BaseServer.serve_forever: starts the server if needed.
  /// Returns when stop was called and the handlers have ended. A kill or
  /// timeout stops the server, without grace, and is thrown then. Throws
  /// std::system_error if the socket has become useless.
  task<> serve_forever();
  /// gevent.baseserver.BaseServer.stop: closes the listening socket, and shuts
  /// the connections down for reading. So a handler reads the bytes that have
  /// come, then the end of file; one that answers can finish. After `grace` it
  /// kills those that are left. Returns when all have ended but a handler that
  /// calls it. options().end_reads(false) leaves the connections open for
  /// reading.
  task<> stop(core::deadline grace = std::chrono::seconds(1));

  /// The address that it is bound to, or was last. Its port is the one that the
  /// kernel chose.
  const endpoint& address() const noexcept { return core_->address(); }
  /// gevent.baseserver.BaseServer.started: does it receive?
  bool started() const noexcept { return core_->started(); }
  /// The number of handlers that run.
  std::size_t handlers() const noexcept { return core_->handlers(); }

 protected:
  explicit server(std::shared_ptr<server_core> core) noexcept
      : core_(std::move(core)) {}
  ~server() { core_->abandon(); }

  const std::shared_ptr<server_core> core_;
};

/// gevent.server.StreamServer: a green thread runs handler(fd, peer) for each
/// connection. When the handler ends, fd is closed, unless it was moved on. An
/// exception that leaves the handler is reported, and ends its connection only.
/// The descriptors are blocking and close-on-exec. While descriptors or memory
/// are short, connections wait in the backlog. A Unix path without a listener
/// is removed before it is bound, and at stop.
///
/// A listener may be given in place of an address, as systemd gives one. The
/// server owns it. stop closes it, and start after stop binds its address anew.
class [[nodiscard("without a name, it ends at once")]] stream_server
    : public server {
 public:
  using handler = server_handler<unique_fd, endpoint>;
  using tls_handler = server_handler<tls_stream, endpoint>;

  /// Does not start. Throws std::invalid_argument for a malformed address, and
  /// std::system_error for a descriptor that does not listen.
  [[nodiscard("without a name, it ends at once")]]
  stream_server(server_address where, handler h, options o = {},
                core::site made_at = core::site::current());
  /// The same for TLS: `stream_server s("*:443", h, options().tls(context))`.
  [[nodiscard("without a name, it ends at once")]]
  stream_server(server_address where, tls_handler h, tls_server_options o,
                core::site made_at = core::site::current());
};

/// gevent.server.DatagramServer: a green thread runs handler(data, from) for
/// each datagram. Of a Unix datagram beyond 64 KiB the rest is cut off. A bound
/// socket may be given in place of an address.
class [[nodiscard("without a name, it ends at once")]] datagram_server
    : public server {
 public:
  using handler = server_handler<std::string, endpoint>;

  /// Does not start. Throws as stream_server's.
  [[nodiscard("without a name, it ends at once")]]
  datagram_server(server_address where, handler h, options o = {},
                  core::site made_at = core::site::current());

  /// gevent.server.DatagramServer.sendto: sends from the server's own socket.
  /// That is open until stop has let the last handler end. Throws a
  /// std::system_error that names the target.
  task<> send_to(std::string data, endpoint to);
};

}  // namespace green
