// SPDX-License-Identifier: MIT
#include "tests/support/simulated_tools.h"

#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"

namespace tests {

using green::task;

namespace {

constexpr char blank = '#';

char byte_at(std::size_t position) {
  return static_cast<char>('a' + position % 23);
}

bool is_blank(const std::string& bytes) {
  return bytes.find_first_not_of(blank) == std::string::npos;
}

std::vector<std::string>& ended_buffers() {
  static std::vector<std::string> all;
  return all;
}

}  // namespace

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

std::string bytes_from(std::size_t position, std::size_t count) {
  std::string text(count, ' ');
  for (std::size_t i = 0; i < count; ++i) text[i] = byte_at(position + i);
  return text;
}

void byte_account::take(const char* data, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    require(data[i] == byte_at(received++), "a byte was lost or doubled");
  }
}

lent_buffer::lent_buffer(std::size_t size)
    : bytes_(std::max<std::size_t>(size, 32), blank) {}  // on the heap, to move

lent_buffer::~lent_buffer() {
  wipe();
  ended_buffers().push_back(std::move(bytes_));
}

char* lent_buffer::lend() {
  require(is_blank(bytes_), "a buffer was written to after its call");
  return bytes_.data();
}

void lent_buffer::wipe() noexcept { std::ranges::fill(bytes_, blank); }

bool lent_buffer::any_spoilt() {
  const bool spoilt = !std::ranges::all_of(ended_buffers(), is_blank);
  ended_buffers().clear();
  return spoilt;
}

two_descriptors small_pair() {
  auto pair = stream_pair();
  const int small = 2048;
  ::setsockopt(pair.a, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  ::setsockopt(pair.b, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  return pair;
}

task<bool> pump(int from, int to, std::size_t buffer_size) {
  const living alive;
  lent_buffer buffer(buffer_size);
  for (;;) {
    const ssize_t n = co_await green::recv(from, buffer.lend(), buffer_size, 0);
    if (n < 0) break;
    if (n == 0) {
      ::shutdown(to, SHUT_WR);
      co_return true;
    }
    const auto length = static_cast<std::size_t>(n);
    const ssize_t sent = co_await green::send(to, buffer.data(), length, 0);
    if (sent != n) break;
    buffer.wipe();
  }
  ::shutdown(to, SHUT_RDWR);
  ::shutdown(from, SHUT_RDWR);
  co_return false;
}

task<> send_all(int fd, chances luck, std::size_t total) {
  const living alive;
  for (std::size_t sent = 0; sent < total;) {
    const std::size_t part =
        1 + luck.below(std::min<std::size_t>(total - sent, 3000));
    const std::string text = bytes_from(sent, part);
    const ssize_t n = co_await green::send(fd, text.data(), part, 0);
    if (n != static_cast<ssize_t>(part)) break;
    sent += part;
  }
  ::shutdown(fd, SHUT_WR);
}

task<> talk(int fd, chances luck, std::size_t total, bool errors) {
  const living alive;
  const auto sender = green::spawn(send_all, fd, luck, total);
  byte_account got;
  lent_buffer buffer(700);
  for (;;) {
    const std::size_t most = 1 + luck.below(700);
    const ssize_t n = co_await green::recv(fd, buffer.lend(), most, 0);
    if (n <= 0) break;
    got.take(buffer.data(), static_cast<std::size_t>(n));
    buffer.wipe();
  }
  ::shutdown(fd, SHUT_RDWR);
  co_await sender.get();
  require(errors || got.received == total, "not all came back");
}

}  // namespace tests
