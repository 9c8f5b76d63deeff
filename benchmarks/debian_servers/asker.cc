// SPDX-License-Identifier: MIT
#include "benchmarks/debian_servers/asker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "benchmarks/clock.h"
#include "benchmarks/interrupt.h"

namespace benchmarks {

namespace {

constexpr std::size_t opened_at_once = 50;
constexpr std::int64_t patience = 30 * second;

}  // namespace

asker::asker(const debian_server& who, const std::string& port, unsigned count)
    : who_(who),
      port_(port),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      all_(count) {}

asker::~asker() {
  for (one& c : all_) stop(c);
  ::close(epoll_);
}

void asker::open() {
  const std::int64_t limit = steady_now() + patience;
  std::size_t next = 0;
  while (next < all_.size() || busy_ > 0) {
    while (next < all_.size() && busy_ < opened_at_once) start(all_[next++]);
    take_events(10);
    if (interrupted() || steady_now() > limit) {
      throw std::runtime_error("the connections were not all answered");
    }
  }
}

std::uint64_t asker::ask(double seconds) {
  const std::int64_t end = steady_now() + nanoseconds(seconds);
  again_ = true;
  const std::size_t asking = who_.keeps ? all_.size() : opened_at_once;
  for (std::size_t i = 0; i < std::min(asking, all_.size()); ++i) {
    if (!who_.keeps) stop(all_[i]);
    start(all_[i]);
  }
  answers_ = 0;
  while (steady_now() < end && !interrupted()) take_events(10);
  again_ = false;
  return answers_;
}

// A connection that is open asks at once. Others are opened.
void asker::start(one& c) {
  ++busy_;
  c.said = 0;
  c.heard.clear();
  if (c.fd >= 0) {
    say(c);
    return;
  }
  c.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // No port is left to wait for stray packets.
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<in_port_t>(std::stoi(port_)));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int result =
      ::connect(c.fd, reinterpret_cast<const sockaddr*>(&at), sizeof at);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.ptr = &c;
  const bool watched = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event) == 0;
  if (!watched || (result != 0 && errno != EINPROGRESS)) {
    throw std::runtime_error("a connection cannot be opened");
  }
}

void asker::stop(one& c) {
  if (c.fd >= 0) ::close(c.fd);
  c.fd = -1;
}

void asker::say(one& c) {
  while (c.said < who_.question.size()) {
    const ssize_t n =
        ::send(c.fd, who_.question.data() + c.said,
               who_.question.size() - c.said, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return;  // not yet, or not any more, which hear() finds
    c.said += static_cast<std::size_t>(n);
  }
}

void asker::hear(one& c) {
  std::array<char, 16384> part;
  for (;;) {
    const ssize_t n = ::recv(c.fd, part.data(), part.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
    if (n <= 0) return lost(c);
    c.heard.append(part.data(), static_cast<std::size_t>(n));
    if (c.said == who_.question.size() &&
        c.heard.find(who_.answer) != c.heard.npos) {
      return answered(c);
    }
  }
}

void asker::answered(one& c) {
  --busy_;
  ++answers_;
  if (!who_.keeps && again_) stop(c);
  if (again_) start(c);
}

// A server may end a connection on which nothing is asked.
void asker::lost(one& c) {
  const bool asked = !c.heard.empty() || c.said > 0 || again_;
  const bool waits = c.heard.find(who_.answer) == c.heard.npos;
  stop(c);
  if (!waits) return;
  --busy_;
  errors_ += asked ? 1 : 0;
  if (again_) start(c);
}

void asker::take_events(int milliseconds) {
  std::array<epoll_event, 256> events;
  const int n = ::epoll_wait(epoll_, events.data(),
                             static_cast<int>(events.size()), milliseconds);
  for (int i = 0; i < n; ++i) {
    one& c = *static_cast<one*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (c.fd < 0) continue;
    if (events[static_cast<std::size_t>(i)].events & EPOLLOUT) say(c);
    hear(c);
  }
}

}  // namespace benchmarks
