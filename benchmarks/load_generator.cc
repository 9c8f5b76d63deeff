// SPDX-License-Identifier: MIT
#include "benchmarks/load_generator.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include "benchmarks/clock.h"
#include "benchmarks/interrupt.h"

namespace benchmarks {
namespace {

constexpr std::int64_t stall_limit = 10 * second;

// A server that leaves some connections unanswered is measured all the same.
constexpr std::int64_t patience = 2 * second;

// Far below any backlog, so that no SYN is dropped and sent again after 1 s.
constexpr unsigned connecting_limit = 128;
constexpr int attempt_limit = 5;
constexpr unsigned source_limit = 64;

sockaddr_in address_of(const std::string& host, std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("not an IPv4 address: " + host);
  }
  return address;
}

}  // namespace

load_generator::load_generator(const load_options& options, load_hooks hooks)
    : options_(options),
      hooks_(std::move(hooks)),
      connections_(options.connections),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      messages_(options.talk, options.size) {
  if (epoll_ < 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
  }
  const unsigned room = options.talk.room;
  if (room == 0 || options.connections % room != 0) {
    throw std::invalid_argument("the rooms of connections are not full");
  }
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    connections_[i].id = static_cast<std::uint32_t>(i);
    connections_[i].absent = room;
  }
  // Room for a byte too many, which is an error too.
  incoming_.resize(
      1 + std::max(options.talk.welcome.size(), messages_.answer(0, 0).size()));
}

load_generator::~load_generator() {
  close_all();
  close(epoll_);
}

void load_generator::connect(bool greet) {
  greet_ = greet;
  phase_ = phase::greeting;
  last_echo_ = steady_now();
  std::size_t next = 0;
  while ((next < connections_.size() || connecting_ > 0 || waiting_ > 0) &&
         !interrupted()) {
    while (next < connections_.size() &&
           connecting_ + waiting_ < connecting_limit) {
      open(connections_[next++]);
    }
    handle_events(100);
    hooks_.progress(
        "connecting",
        static_cast<double>(open_) / static_cast<double>(options_.connections));
    const std::int64_t now = steady_now();
    if (late(now)) {
      throw out_of_time(fmt::format("no time was left: {} of {} connections",
                                    open_, options_.connections));
    }
    if (stalled(now)) {
      throw std::runtime_error(
          fmt::format("the server does not answer: {} of {} connections", open_,
                      options_.connections));
    }
  }
  if (errors_ > 0) throw std::runtime_error(first_error_);
}

void load_generator::open(connection& c) {
  const sockaddr_in address = address_of(options_.host, options_.port);
  for (;;) {
    c.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c.fd < 0) {
      throw std::system_error(errno, std::generic_category(), "socket");
    }
    if (source_ > 1) bind_other_source(c.fd);
    if (::connect(c.fd, reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) == 0 ||
        errno == EINPROGRESS) {
      break;
    }
    const int error = errno;
    close(c.fd);
    c.fd = -1;
    // All ports of one source address are taken: 127.0.0.0/8 has more.
    const bool loopback = ntohl(address.sin_addr.s_addr) >> 24 == 127;
    if (error == EADDRNOTAVAIL && loopback && ++source_ < source_limit) {
      continue;
    }
    throw std::system_error(
        error, std::generic_category(),
        fmt::format("connect to {}:{}", options_.host, options_.port));
  }
  const int on = 1;
  setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  c.now = state::connecting;
  ++connecting_;
  epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                       .data = {.u32 = c.id}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void load_generator::bind_other_source(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in source = {};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + source_);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source)) {
    throw std::system_error(errno, std::generic_category(), "bind");
  }
}

void load_generator::connected(connection& c) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  --connecting_;
  if (error != 0) return retry(c, error);
  ++open_;
  if (options_.talk.hello) return say_hello(c);
  joined(c);
}

void load_generator::say_hello(connection& c) {
  c.now = state::joining;
  ++waiting_;
  last_echo_ = steady_now();
  const std::string hello = options_.talk.hello(c.id);
  const ssize_t n = send(c.fd, hello.data(), hello.size(), MSG_NOSIGNAL);
  if (n != static_cast<ssize_t>(hello.size())) fail(c, "hello was not sent");
}

void load_generator::joined(connection& c) {
  c.now = state::idle;
  last_echo_ = steady_now();
  connection& first = first_of(c);
  if (--first.absent == 0 && greet_) start_message(first, last_echo_);
}

bool load_generator::is_first(const connection& c) const {
  return c.id % options_.talk.room == 0;
}

load_generator::connection& load_generator::first_of(const connection& c) {
  return connections_[c.id - c.id % options_.talk.room];
}

// What is to come on a connection. Valid until the next call.
std::string_view load_generator::awaited(const connection& c) {
  if (c.now == state::joining) return options_.talk.welcome;
  const connection& from = first_of(c);
  return messages_.answer(from.id, from.message);
}

void load_generator::retry(connection& c, int error) {
  close(c.fd);
  c.fd = -1;
  c.now = state::closed;
  if ((error == ETIMEDOUT || error == ECONNRESET) &&
      ++c.attempts < attempt_limit) {
    return open(c);
  }
  throw std::system_error(
      error, std::generic_category(),
      fmt::format("connect to {}:{}", options_.host, options_.port));
}

// By the first connection of a room, to all of them.
void load_generator::start_message(connection& c, std::int64_t now) {
  ++c.message;
  c.sent = 0;
  c.started = now;
  for (unsigned i = 0; i < options_.talk.room; ++i) {
    connection& reader = connections_[c.id + i];
    if (reader.now != state::idle) continue;
    reader.received = 0;
    reader.now = state::waiting;
    ++waiting_;
    ++c.unread;
  }
  send_rest(c);
}

void load_generator::send_rest(connection& c) {
  const std::string_view whole = messages_.request(c.id, c.message);
  while (c.sent < whole.size()) {
    const std::string_view rest = whole.substr(c.sent);
    const ssize_t n = send(c.fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      c.sent += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      return;
    } else {
      return fail(c, fmt::format("send: {}", std::strerror(errno)));
    }
  }
}

void load_generator::receive(connection& c) {
  for (;;) {
    const std::string_view rest = awaited(c).substr(c.received);
    const std::size_t missing = rest.size();
    const ssize_t n = recv(c.fd, incoming_.data(), missing + 1, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return fail(c, fmt::format("recv: {}", std::strerror(errno)));
    if (n == 0) return fail(c, "the server closed a connection");
    const auto got = static_cast<std::size_t>(n);
    if (c.now == state::idle || got > missing) {
      return fail(c, "the server sent more than it was sent");
    }
    if (std::memcmp(incoming_.data(), rest.data(), got) != 0) {
      return fail(c, "the server sent back other bytes");
    }
    c.received += got;
    // Anything that is still to come has an edge of its own.
    if (got == missing) return finish(c);
  }
}

void load_generator::finish(connection& c) {
  --waiting_;
  if (c.now == state::joining) {
    c.received = 0;
    return joined(c);
  }
  c.now = state::idle;
  connection& first = first_of(c);
  if (--first.unread == 0) finish_message(first);
}

void load_generator::finish_message(connection& c) {
  const std::int64_t now = steady_now();
  last_echo_ = now;
  if (phase_ == phase::greeting || phase_ == phase::draining) return;
  if (phase_ == phase::measuring) {
    latencies_.record(now - c.started);
  } else if (!c.answered) {
    c.answered = true;
    --unanswered_;
  }
  start_message(c, now);
}

void load_generator::fail(connection& c, const std::string& what) {
  ++errors_;
  if (first_error_.empty()) {
    first_error_ =
        fmt::format("connection {}, message {}: {}", c.id, c.message, what);
  }
  if (c.now == state::waiting || c.now == state::joining) --waiting_;
  if (is_first(c) && !c.answered && unanswered_ > 0) --unanswered_;
  --open_;
  close(c.fd);
  c.fd = -1;
  c.now = state::closed;
}

void load_generator::fail_waiting(const char* what) {
  for (connection& c : connections_) {
    if (c.now == state::waiting || c.now == state::joining) fail(c, what);
  }
}

void load_generator::close_all() {
  for (connection& c : connections_) {
    if (c.fd < 0) continue;
    // A reset leaves no TIME_WAIT, which would use up the ports.
    const linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(c.fd);
    c.fd = -1;
  }
}

void load_generator::handle_events(int timeout_ms) {
  std::array<epoll_event, 512> events;
  const int n = epoll_wait(epoll_, events.data(),
                           static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < n; ++i) {
    connection& c = connections_[events[static_cast<std::size_t>(i)].data.u32];
    if (c.now == state::connecting) {
      connected(c);
      continue;
    }
    if (c.now == state::waiting && is_first(c) &&
        c.sent < messages_.request_size()) {
      send_rest(c);
    }
    if (c.now != state::closed) receive(c);
  }
}

bool load_generator::stalled(std::int64_t now) const {
  return (waiting_ > 0 || connecting_ > 0) && now - last_echo_ > stall_limit;
}

bool load_generator::late(std::int64_t now) const {
  return options_.deadline > 0 && now > options_.deadline;
}

void load_generator::exchange() {
  phase_ = phase::draining;
  last_echo_ = steady_now();
  // Not all at once: the order in which a server gets to them is its own.
  for (std::size_t next = 0; next < connections_.size() || waiting_ > 0;) {
    while (next < connections_.size() && waiting_ < connecting_limit) {
      connection& c = connections_[next++];
      if (c.now == state::idle && is_first(c)) start_message(c, steady_now());
    }
    if (interrupted()) return;
    if (waiting_ > 0) handle_events(100);
    if (stalled(steady_now())) fail_waiting("no answer");
  }
}

load_result load_generator::run() {
  const std::int64_t start = steady_now();
  phase_ = phase::warming;
  warm_until_ = start + nanoseconds(options_.warmup);
  last_echo_ = start;
  unanswered_ = open_ / options_.talk.room;
  for (connection& c : connections_) {
    c.answered = false;
    if (c.now == state::idle && is_first(c)) start_message(c, steady_now());
  }
  while (waiting_ > 0 && !interrupted()) {
    handle_events(50);
    const std::int64_t now = steady_now();
    if (stalled(now)) fail_waiting("no answer");
    advance(now);
    if (late(now)) break;
  }
  if (phase_ == phase::warming && late(steady_now())) {
    throw out_of_time("no time was left after the warm-up");
  }
  // All connections failed, the user has had enough, or the time is over.
  if (phase_ == phase::measuring) close_window(steady_now());
  result_.errors = errors_;
  result_.first_error = first_error_;
  return result_;
}

void load_generator::advance(std::int64_t now) {
  if (phase_ == phase::warming) {
    const bool warm = unanswered_ == 0 || now >= warm_until_ + patience;
    if (now >= warm_until_ && warm) open_window();
  } else if (phase_ == phase::measuring) {
    const double elapsed = static_cast<double>(now - window_start_) / 1e9;
    const double share = options_.requests > 0
                             ? static_cast<double>(latencies_.count()) /
                                   static_cast<double>(options_.requests)
                             : elapsed / options_.seconds;
    if (share >= 1) return close_window(now);
    hooks_.progress("measuring", share);
  }
}

void load_generator::open_window() {
  phase_ = phase::measuring;
  hooks_.window_opens();
  busy_start_ = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  window_start_ = steady_now();
}

void load_generator::close_window(std::int64_t now) {
  phase_ = phase::draining;
  const std::int64_t busy = clock_ns(CLOCK_THREAD_CPUTIME_ID) - busy_start_;
  hooks_.window_closes();
  const auto us = [&](double fraction) {
    return static_cast<double>(latencies_.percentile(fraction)) / 1e3;
  };
  result_.requests = latencies_.count();
  result_.seconds = static_cast<double>(now - window_start_) / 1e9;
  result_.per_second = static_cast<double>(result_.requests) / result_.seconds;
  result_.p50 = us(0.5);
  result_.p90 = us(0.9);
  result_.p99 = us(0.99);
  result_.max = static_cast<double>(latencies_.max()) / 1e3;
  result_.busy =
      static_cast<double>(busy) / static_cast<double>(now - window_start_);
}

}  // namespace benchmarks
