// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/histogram.h"
#include "benchmarks/messages.h"

namespace benchmarks {

struct load_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  unsigned connections = 1;
  std::size_t size = 64;  // bytes of a message
  protocol talk = {};
  double seconds = 2;  // measured, after the warm-up
  double warmup = 0.3;
  std::uint64_t requests = 0;  // end after so many instead, if not 0
  std::int64_t deadline = 0;   // of the steady clock: give up then, if not 0
};

struct load_result {
  std::uint64_t requests = 0;
  double seconds = 0;
  double per_second = 0;
  double p50 = 0;  // latencies in µs
  double p90 = 0;
  double p99 = 0;
  double max = 0;
  double busy = 0;  // the load's own CPU time as a share of `seconds`
  std::uint64_t errors = 0;
  std::string first_error;
};

/// The deadline came before there was anything to measure.
struct out_of_time : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Called around the measured part, to read the server's counters.
struct load_hooks {
  std::function<void()> window_opens = [] {};
  std::function<void()> window_closes = [] {};
  std::function<void(const char* doing, double share)> progress =
      [](const char*, double) {};
};

/// Many connections that play ping-pong with a server from one thread, by
/// edge-triggered epoll. Every byte that comes back is checked; what is sent
/// differs with the connection and the message.
class load_generator {
 public:
  explicit load_generator(const load_options& options, load_hooks hooks = {});
  load_generator(const load_generator&) = delete;
  load_generator& operator=(const load_generator&) = delete;
  ~load_generator();

  /// Opens all connections, and says hello on each; with `greet`, waits for the
  /// echo of a first message on each. Throws std::runtime_error when that
  /// cannot be.
  void connect(bool greet = true);

  /// One message on each connection, after which all are idle again.
  void exchange();

  /// Ping-pong on all connections. Ends early when interrupted, and at the
  /// deadline without waiting for the last echoes.
  load_result run();

  std::uint64_t errors() const { return errors_; }
  const std::string& first_error() const { return first_error_; }

 private:
  enum class state { closed, connecting, joining, idle, waiting };
  enum class phase { greeting, warming, measuring, draining };

  struct connection {
    int fd = -1;
    std::uint32_t id = 0;
    std::uint32_t message = 0;
    state now = state::closed;
    bool answered = false;
    int attempts = 0;
    std::size_t sent = 0;
    std::size_t received = 0;
    std::int64_t started = 0;
    unsigned absent = 0;  // of a room's first: who is not connected
    unsigned unread = 0;  // of a room's first: who waits for the answer
  };

  void open(connection& c);
  void bind_other_source(int fd);
  void connected(connection& c);
  void retry(connection& c, int error);
  void say_hello(connection& c);
  void joined(connection& c);
  bool is_first(const connection& c) const;
  connection& first_of(const connection& c);
  std::string_view awaited(const connection& c);
  void start_message(connection& c, std::int64_t now);
  void send_rest(connection& c);
  void receive(connection& c);
  void finish(connection& c);
  void finish_message(connection& c);
  void fail(connection& c, const std::string& what);
  void fail_waiting(const char* what);
  void close_all();
  void handle_events(int timeout_ms);
  void advance(std::int64_t now);
  void open_window();
  void close_window(std::int64_t now);
  bool stalled(std::int64_t now) const;
  bool late(std::int64_t now) const;

  load_options options_;
  load_hooks hooks_;
  std::vector<connection> connections_;
  int epoll_ = -1;
  unsigned source_ = 1;  // connect from 127.0.0.source_

  phase phase_ = phase::greeting;
  bool greet_ = true;
  unsigned connecting_ = 0;
  unsigned open_ = 0;
  unsigned waiting_ = 0;     // connections whose answer is not complete
  unsigned unanswered_ = 0;  // rooms, since run began
  std::int64_t last_echo_ = 0;

  std::int64_t window_start_ = 0;
  std::int64_t warm_until_ = 0;
  std::int64_t busy_start_ = 0;
  histogram latencies_;
  load_result result_;
  std::uint64_t errors_ = 0;
  std::string first_error_;

  messages messages_;
  std::vector<char> incoming_;
};

}  // namespace benchmarks
