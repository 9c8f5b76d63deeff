// SPDX-License-Identifier: MIT
#include "benchmarks/soak/visitor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"

namespace benchmarks {

visit_pattern::visit_pattern() : bytes_(period + longest) {
  std::minstd_rand engine(7);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    bytes_[i] =
        i < period ? static_cast<char>(engine() >> 8) : bytes_[i - period];
  }
}

green::task<> visitor::talk() {
  for (std::size_t left = 1 + luck_.below(6); left != 0; --left) {
    const std::size_t size = luck_.below(4) != 0
                                 ? 1 + luck_.below(300)
                                 : 1 + luck_.below(visit_pattern::longest);
    if (!co_await send(size)) co_return;
    if (!co_await receive(size)) co_return;
    co_await rest();
  }
}

green::task<> visitor::drip() {
  for (std::size_t left = 1 + luck_.below(8); left != 0; --left) {
    if (!co_await send(1)) co_return;
    co_await rest();
  }
}

green::task<> visitor::stall() {
  constexpr std::uint64_t most = 1 << 20;
  try {
    const green::timeout limit(pause_);
    for (bool all = true; all && sent_ < most;) {
      all = co_await send(1 + luck_.below(visit_pattern::longest));
    }
  } catch (const green::timed_out&) {
  }
  if (failed_) co_return;
  if (sent_ < most) ++account_.stalled;
  co_await rest();
}

green::task<> visitor::stand_about() {
  try {
    const green::timeout limit(luck_.up_to(4 * pause_));
    co_await receive_some(1);
    fail("came without having been sent");
  } catch (const green::timed_out&) {
  }
}

green::task<> visitor::be_killed() {
  const auto work = green::spawn([this]() -> green::task<> {
    for (;;) co_await talk();
  });
  co_await over_.wait(luck_.up_to(2 * pause_));
  co_await work.kill();
  ++account_.killed;
}

green::task<> visitor::leave() {
  if (!failed_) ::shutdown(fd_.get(), SHUT_WR);
  while (!failed_) {
    const ssize_t n = co_await receive_some(buffer_.size());
    if (n <= 0) break;
  }
  if (!failed_ && received_ != sent_) fail("bytes were lost");
  account_.ordered += failed_ ? 0 : 1;
  account_.sent += sent_;
  account_.echoed += received_;
  co_await green::close(fd_.release());
}

green::task<> visitor::reset() {
  if (sent_ == received_) {  // else it is in the middle of something
    const std::size_t size = 1 + luck_.below(visit_pattern::longest);
    const bool all = co_await send(size);
    if (all && luck_.below(2) != 0) co_await receive(luck_.below(size));
  }
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  co_await green::close(fd_.release());
  ++account_.reset;
  account_.reset_bytes += received_;
}

green::task<bool> visitor::send(std::size_t count) {
  const ssize_t n = co_await green::send(fd_.get(), pattern_.at(first_ + sent_),
                                         count, MSG_NOSIGNAL);
  if (n < 0) {
    fail("send");
    co_return false;
  }
  sent_ += static_cast<std::uint64_t>(n);
  co_return static_cast<std::size_t>(n) == count;
}

green::task<bool> visitor::receive(std::size_t count) {
  while (count != 0) {
    const ssize_t n = co_await receive_some(std::min(count, buffer_.size()));
    if (n == 0) fail("the server closed the connection");
    if (n <= 0) co_return false;
    count -= static_cast<std::size_t>(n);
  }
  co_return true;
}

green::task<ssize_t> visitor::receive_some(std::size_t most) {
  const ssize_t n = co_await green::recv(fd_.get(), buffer_.data(), most, 0);
  if (n < 0) fail("recv");
  if (n > 0) {
    const auto count = static_cast<std::size_t>(n);
    if (std::memcmp(buffer_.data(), pattern_.at(first_ + received_), count) !=
        0) {
      fail("other bytes came back");
    }
    received_ += count;
    if (received_ > sent_) fail("more came back than was sent");
  }
  co_return n;
}

green::task<> visitor::rest() { co_await over_.wait(luck_.up_to(pause_)); }

void visitor::fail(const char* what) {
  const int error = errno;
  failed_ = true;
  account_.fail(fmt::format("{} (errno {}), after {} bytes sent and {} back",
                            what, error, sent_, received_));
}

}  // namespace benchmarks
