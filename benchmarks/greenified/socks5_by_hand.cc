// SPDX-License-Identifier: MIT
// socks5_by_hand: socks5_blocking, ported by hand
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

#include "green/arpa/inet.h"
#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/netinet/in.h"
#include "green/netinet/tcp.h"
#include "green/server.h"
#include "green/sys/socket.h"

using std::string;

enum : char { version = 5, connect_command = 1, ipv4 = 1, name = 3, ipv6 = 4 };
enum reply : char { succeeded = 0, unreachable = 4, no_command = 7 };

green::task<string> read(int fd, std::size_t length) {
  string bytes(length, 0);
  const ssize_t n = co_await green::recv(fd, bytes.data(), length, MSG_WAITALL);
  if (n != static_cast<ssize_t>(length)) throw std::runtime_error("no client");
  co_return bytes;
}

std::size_t number(char c) { return static_cast<unsigned char>(c); }

// The client offers methods; the one without a password is taken.
green::task<> greet(int client) {
  const string head = co_await read(client, 2);
  const string methods = co_await read(client, number(head[1]));
  if (head[0] != version || methods.find('\0') == methods.npos) {
    throw std::runtime_error("no method");
  }
  co_await green::send(client, "\5\0", 2, MSG_NOSIGNAL);
}

// HOST:PORT, which the client asks for.
green::task<string> read_address(int client, char type) {
  char text[INET6_ADDRSTRLEN];
  string host;
  if (type == ipv4) {
    const string bytes = co_await read(client, 4);
    host = inet_ntop(AF_INET, bytes.data(), text, sizeof text);
  } else if (type == ipv6) {
    const string bytes = co_await read(client, 16);
    host = inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
    host = "[" + host + "]";
  } else {
    const string length = co_await read(client, 1);
    host = co_await read(client, number(length[0]));
  }
  const string port = co_await read(client, 2);
  co_return host + ":" + std::to_string(number(port[0]) << 8 | number(port[1]));
}

// An empty descriptor when that cannot be.
green::task<green::unique_fd> answer_request(int client) {
  const string head = co_await read(client, 4);
  string answer{version, succeeded, 0, ipv4, 0, 0, 0, 0, 0, 0};
  green::unique_fd target;
  if (head[1] != connect_command) {
    answer[1] = no_command;
  } else {
    const string address = co_await read_address(client, head[3]);
    try {
      target = co_await green::connect_to(address);
    } catch (const std::system_error&) {
      answer[1] = unreachable;
    }
  }
  co_await green::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  co_return target;
}

// Carries bytes one way; the end of one way ends the other.
green::task<> carry(int from, int to) {
  char buffer[4096];
  ssize_t n = 1, sent = 1;
  while (n > 0 && sent == n) {
    n = co_await green::recv(from, buffer, sizeof buffer, 0);
    if (n <= 0) break;
    sent = co_await green::send(to, buffer, static_cast<std::size_t>(n),
                                MSG_NOSIGNAL);
  }
  green::shutdown(from, SHUT_RDWR);
  green::shutdown(to, SHUT_RDWR);
}

green::task<> serve(green::unique_fd client, green::endpoint) {
  green::unique_fd target;
  try {
    co_await greet(client.get());
    target = co_await answer_request(client.get());
  } catch (const std::runtime_error&) {
    // The client left, or speaks another language.
  }
  if (!target) co_return;
  const int on = 1;
  setsockopt(target.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto back = green::spawn(carry, target.get(), client.get());
  co_await carry(client.get(), target.get());
  co_await back.join();
}

green::task<> run(string port) {
  green::stream_server server("127.0.0.1:" + port, serve,
                              green::server_options().no_delay());
  server.start();
  std::printf("listening on %s\n", server.address().to_string().c_str());
  std::fflush(stdout);
  co_await server.serve_forever();
}

int main(int argc, char** argv) {
  if (argc != 2) errx(2, "usage: PORT");
  green::run(run, string(argv[1]));
}
