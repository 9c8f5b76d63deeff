// SPDX-License-Identifier: MIT
#include "benchmarks/soak/chaos.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include "green/sys/socket.h"

namespace benchmarks {

namespace {

// Ports stay taken for a minute after their connection: many addresses of
// 127.0.0.0/8 have many of them.
constexpr std::uint32_t sources = 200;

sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  return address;
}

void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

// Little room, so that a stall comes soon and holds little memory.
void make_small(int fd) {
  set(fd, SOL_SOCKET, SO_SNDBUF, 16 * 1024);
  set(fd, SOL_SOCKET, SO_RCVBUF, 8 * 1024);
  set(fd, IPPROTO_TCP, TCP_MAXSEG, 1400);
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
}

}  // namespace

chaos::chaos(const chaos_options& options) : options_(options) {}

green::task<> chaos::try_once(std::function<void()> f) {
  visit_chances luck(options_.seed);
  const int fd = co_await connect();
  if (fd < 0) co_return;
  visitor guest(green::unique_fd(fd), pattern_, account_, luck, over_, {});
  co_await guest.talk();
  f();
  co_await guest.leave();
  if (account_.errors == 0) account_ = {};
}

void chaos::start() {
  visit_chances luck(options_.seed);
  for (unsigned i = 0; i < options_.connections; ++i) {
    const visit_chances own(luck.next());
    clients_.push_back(green::spawn(&chaos::client, this, own));
  }
}

green::task<bool> chaos::end(std::chrono::seconds within) {
  over_.set();
  const auto ended = co_await green::joinall(clients_, within);
  for (const auto& client : ended) client.rethrow();
  co_return ended.size() == clients_.size();
}

green::task<> chaos::client(visit_chances luck) {
  co_await over_.wait(luck.up_to(options_.arrival));
  while (!over_.is_set()) {
    co_await visit(luck);
    co_await over_.wait(luck.up_to(options_.pause / 10));
  }
}

green::task<> chaos::visit(visit_chances& luck) {
  const int fd = co_await connect();
  if (fd < 0) co_return;
  ++account_.made;
  ++connected_;
  visitor guest(green::unique_fd(fd), pattern_, account_, luck, over_,
                options_.pause);
  const std::size_t kind = luck.below(100);
  if (kind < 55) co_await guest.talk();
  if (kind >= 55 && kind < 75) co_await guest.drip();
  if (kind >= 75 && kind < 85) co_await guest.be_killed();
  if (kind >= 85 && kind < 97) co_await guest.stand_about();
  if (kind >= 97) co_await guest.stall();
  if (luck.below(5) == 0) {
    co_await guest.reset();
  } else {
    co_await guest.leave();
  }
  --connected_;
}

green::task<int> chaos::connect() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in from =
      address_of(INADDR_LOOPBACK + next_source_++ % sources, 0);
  const sockaddr_in to = address_of(INADDR_LOOPBACK, options_.port);
  const auto* const own = reinterpret_cast<const sockaddr*>(&from);
  const auto* const target = reinterpret_cast<const sockaddr*>(&to);
  if (fd >= 0) make_small(fd);
  if (fd >= 0 && ::bind(fd, own, sizeof from) == 0) {
    const int result = co_await green::connect(fd, target, sizeof to);
    if (result == 0) co_return fd;
  }
  account_.fail(fmt::format("connect: {}", std::strerror(errno)));
  if (fd >= 0) ::close(fd);
  co_return -1;
}

}  // namespace benchmarks
