// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/interrupts.h"
#include "green/endpoint.h"
#include "green/event.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawning.h"
#include "green/pool.h"
#include "green/semaphore"
#include "green/servers/bound_socket.h"
#include "green/servers/options.h"
#include "green/servers/tls_stream.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green {

/// The first parameter of a server: an address to bind to, or a socket that is
/// given.
class server_address {
 public:
  /// "127.0.0.1:80", "host:80" or another text of green::endpoint.
  server_address(std::string text) : text_(std::move(text)) {}
  server_address(const char* text) : text_(text) {}
  server_address(const endpoint& where) : text_(where.to_string()) {}
  /// A socket that listens, or the bound socket of a datagram_server. The
  /// server owns it from then on.
  server_address(unique_fd socket) noexcept
      : socket_(std::move(socket)), given_(true) {}

 private:
  friend class server_core;

  std::string text_;
  unique_fd socket_;
  bool given_ = false;
};

/// The state that a server and its green threads share.
class server_core : public std::enable_shared_from_this<server_core> {
 public:
  server_core(server_address where, int type, const server_settings& chosen,
              const core::site& made_at);
  server_core(const server_core&) = delete;
  server_core& operator=(const server_core&) = delete;
  virtual ~server_core() = default;

  /// Looks a name up at once, which blocks the hub. A server that was bound
  /// before has the same address again.
  void start_now();
  bool started() const noexcept;
  void accept(bool on);
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
    std::weak_ptr<tls_connection> secured{};
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
    /// The connection has shaken hands.
    void secure(const tls_stream& stream) const noexcept {
      (*record_)->secured = stream.connection();
    }

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

  /// While it lives, stop_accepting ends the receiver's wait by throwing
  /// paused. A result that has come is not lost.
  class pausable : private core::interrupt {
   public:
    explicit pausable(server_core& core) noexcept : core_(core) {
      core_.pausable_ = this;
    }
    pausable(const pausable&) = delete;
    pausable& operator=(const pausable&) = delete;
    ~pausable() {
      core_.pausable_ = nullptr;
      if (linked()) unlink();
    }

   private:
    friend class server_core;
    std::exception_ptr exception() noexcept override;

    server_core& core_;
  };
  struct paused {};

  /// Waits until one more handler may run, and until the server accepts.
  task<place> next_place();
  /// Starts f(place, args...) as a handler of the connection fd.
  template <class F, class... Args>
  task<> launch(place p, int fd, F f, Args... args) {
    handler_record& record = p.enter(fd);
    if (settings_.pool == nullptr) {
      record.thread =
          green::spawn_at(made_at_, f, std::move(p), std::move(args)...);
      co_return;
    }
    task<greenlet<>> spawning =
        settings_.pool->spawn_at(made_at_, f, std::move(p), std::move(args)...);
    // The handler runs at the next turn at the earliest, so its record still
    // exists.
    record.thread = co_await std::move(spawning);
  }
  /// Waits after a failed call. The wait grows while descriptors or memory are
  /// short. Throws std::system_error when the socket is of no use.
  task<> recover(int error, const bound_socket& socket);
  void recovered() noexcept { failures_ = 0; }

  /// Receives on the socket until it is killed.
  virtual task<> receive(std::shared_ptr<bound_socket> socket) = 0;

  const core::site made_at_;
  const server_settings settings_;

 private:
  void start(const std::vector<endpoint>& addresses);
  static task<> run(std::shared_ptr<server_core> self,
                    std::shared_ptr<bound_socket> socket);
  void report();
  void end_reads() noexcept;
  void renew_places();
  /// All handlers but the calling one.
  std::vector<greenlet<>> other_handlers() const;

  const std::string text_;
  const int type_;
  unique_fd given_;  // until the first start
  endpoint address_;
  greenlet<> receiver_;
  std::list<handler_record> handlers_;
  std::optional<counting_semaphore<>> places_;
  event accepting_;
  pausable* pausable_ = nullptr;  // where the receiver waits for the kernel
  unsigned awaited_ = 0;          // by how many serve_forever
  unsigned failures_ = 0;         // in a row
};

}  // namespace green
