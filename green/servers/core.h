// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/endpoint.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawning.h"
#include "green/pool.h"
#include "green/semaphore"
#include "green/servers/bound_socket.h"
#include "green/task.h"

namespace green {

/// The options of a server, chained: `server_options().limit(100)`.
class server_options {
 public:
  server_options() = default;

  /// The backlog of listen(2): how many connections may wait to be accepted.
  server_options& backlog(int connections) noexcept {
    backlog_ = connections;
    return *this;
  }
  /// At most this many handlers run at a time. More connections wait in the
  /// kernel.
  server_options& limit(std::size_t handlers) noexcept {
    limit_ = handlers;
    return *this;
  }
  /// Handlers are spawned in this pool, which others may share and which must
  /// outlive the server. When the pool is full, one accepted connection waits
  /// for a place, and others wait in the kernel.
  server_options& pool(green::pool& shared) noexcept {
    pool_ = &shared;
    return *this;
  }
  /// SO_REUSEPORT: several servers, on hubs of their own, share one port.
  server_options& reuse_port(bool on = true) noexcept {
    reuse_port_ = on;
    return *this;
  }
  /// TCP_NODELAY on every connection; off by default, as in POSIX.
  server_options& no_delay(bool on = true) noexcept {
    no_delay_ = on;
    return *this;
  }
  /// Whether stop shuts connections down for reading, so that idle handlers end
  /// at once. On by default. A proxy turns it off, because bytes of its clients
  /// still count after stop.
  server_options& end_reads(bool on = true) noexcept {
    end_reads_ = on;
    return *this;
  }

 private:
  friend class server_core;

  int backlog_ = SOMAXCONN;
  std::optional<std::size_t> limit_;
  green::pool* pool_ = nullptr;
  bool reuse_port_ = false;
  bool no_delay_ = false;
  bool end_reads_ = true;
};

/// The state that a server and its green threads share.
class server_core : public std::enable_shared_from_this<server_core> {
 public:
  server_core(std::string address, int type, const server_options& options,
              const core::site& made_at);
  server_core(const server_core&) = delete;
  server_core& operator=(const server_core&) = delete;
  virtual ~server_core() = default;

  void start(const std::vector<endpoint>& addresses);
  /// The addresses to bind to. A server that was bound before has the same
  /// address again.
  std::vector<endpoint> addresses_now() const;
  task<std::vector<endpoint>> addresses() const;
  bool started() const noexcept;
  const endpoint& address() const noexcept { return address_; }
  std::size_t handlers() const noexcept { return handlers_.size(); }

  static task<> stop(std::shared_ptr<server_core> self, core::deadline grace);
  static task<> serve_forever(std::shared_ptr<server_core> self);
  /// Kills the receiver and all handlers, without waiting.
  void abandon() noexcept;

 protected:
  struct handler_record {
    greenlet<> thread;
    int fd = -1;               // to be shut down by stop,
    std::uint64_t cookie = 0;  // if it is still this socket
  };

  /// The right to run one more handler, and then the handler's place among
  /// those that stop waits for. The destructor gives it back.
  class place {
   public:
    explicit place(std::shared_ptr<server_core> core) noexcept
        : core_(std::move(core)) {}
    place(place&&) noexcept = default;
    place& operator=(place&&) = delete;
    ~place();

    /// Called when an exception leaves the handler. Names the green thread
    /// after the peer.
    static void failed(const endpoint& peer);

    template <class Core>
    Core& core() const noexcept {
      return static_cast<Core&>(*core_);
    }

   private:
    friend class server_core;
    handler_record& enter(int fd);

    std::shared_ptr<server_core> core_;
    std::optional<std::list<handler_record>::iterator> record_;
  };

  /// Waits until one more handler may run.
  task<place> next_place();
  /// Starts f(place, args...) as a handler of the connection fd.
  template <class F, class... Args>
  task<> launch(place p, int fd, F f, Args... args) {
    handler_record& record = p.enter(fd);
    if (options_.pool_ == nullptr) {
      record.thread =
          green::spawn_at(made_at_, f, std::move(p), std::move(args)...);
      co_return;
    }
    task<greenlet<>> spawning =
        options_.pool_->spawn_at(made_at_, f, std::move(p), std::move(args)...);
    // The handler runs at the next turn at the earliest, so its record still
    // exists.
    record.thread = co_await std::move(spawning);
  }
  /// Waits after a failed call. The wait grows while descriptors or memory are
  /// short. Throws std::system_error when the socket is of no use.
  task<> recover(int error);
  void recovered() noexcept { failures_ = 0; }

  /// Receives on the socket until it is killed.
  virtual task<> receive(std::shared_ptr<bound_socket> socket) = 0;

  const core::site made_at_;

 private:
  static task<> run(std::shared_ptr<server_core> self,
                    std::shared_ptr<bound_socket> socket);
  void report();
  void end_reads() noexcept;
  void renew_places();
  /// All handlers but the calling one.
  std::vector<greenlet<>> other_handlers() const;

  const std::string text_;
  const int type_;
  const server_options options_;
  endpoint address_;
  greenlet<> receiver_;
  std::list<handler_record> handlers_;
  std::optional<counting_semaphore<>> places_;
  unsigned awaited_ = 0;   // by how many serve_forever
  unsigned failures_ = 0;  // in a row
};

}  // namespace green
