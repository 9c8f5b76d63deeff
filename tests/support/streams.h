// SPDX-License-Identifier: MIT
//
// The other end of a connection, for tests of servers: text in and out, with
// an exception for every error.
//
//   green::unique_fd client = co_await green::connect_to(s.address());
//   co_await tests::send_text(client, "ping");
//   CHECK(co_await tests::receive_text(client, 4) == "PONG");
//   CHECK(co_await tests::receive_rest(client) == "");
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>

#include "green/sys/socket.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace tests {

inline green::task<> send_text(const green::unique_fd& fd, std::string text) {
  const ssize_t sent =
      co_await green::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent < 0) throw std::system_error(errno, std::generic_category(), "send");
}

/// Up to `length` bytes: fewer only at the end of file.
inline green::task<std::string> receive_text(const green::unique_fd& fd,
                                             std::size_t length) {
  std::string text(length, '\0');
  std::size_t got = 0;
  while (got < length) {
    const ssize_t n =
        co_await green::recv(fd.get(), text.data() + got, length - got, 0);
    if (n < 0) throw std::system_error(errno, std::generic_category(), "recv");
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  text.resize(got);
  co_return text;
}

/// All up to the end of file.
inline green::task<std::string> receive_rest(const green::unique_fd& fd) {
  std::string all;
  for (;;) {
    const std::string part = co_await receive_text(fd, 4096);
    all += part;
    if (part.size() < 4096) co_return all;
  }
}

}  // namespace tests
