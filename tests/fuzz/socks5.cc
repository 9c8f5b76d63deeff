// SPDX-License-Identifier: MIT
// What socks5_proxy is sent by its clients before it connects them.
#include "examples/socks5.h"

#include <fcntl.h>

#include "green/unique_fd.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::size_t fits_a_socket = 4096;

void check(const socks5::request& asked) {
  if (asked.refusal != socks5::succeeded) return;
  const bool named = !asked.host.empty();
  fuzz::require(named == (asked.address.family() == AF_UNSPEC),
                "a name or an address", asked.host);
  fuzz::require(asked.host.size() <= 255, "a name's length", asked.host);
  fuzz::require(asked.host.find('\0') == asked.host.npos, "text", asked.host);
  fuzz::require(named || asked.address.port() == ntohs(asked.port), "the port");
}

green::task<> listen_to(int client) {
  try {
    co_await socks5::greet(client);
    const auto asked = co_await socks5::read_request(client);
    check(asked);
  } catch (const socks5::no_client&) {
    // It is left alone.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  size = std::min(size, fits_a_socket);
  int ends[2];
  fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0,
                "a pair of sockets");
  const green::unique_fd server(ends[0]), client(ends[1]);
  fuzz::require(::send(ends[1], data, size, 0) == ssize_t(size), "room");
  ::shutdown(ends[1], SHUT_WR);
  green::run(listen_to, ends[0]);
  return 0;
}
