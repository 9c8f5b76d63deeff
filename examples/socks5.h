// SPDX-License-Identifier: MIT
// What a SOCKS 5 client says: RFC 1928, sections 3 and 4.
#pragma once

#include <stdexcept>
#include <string>

#include "green/endpoint.h"
#include "green/green.h"
#include "green/netinet/in.h"
#include "green/string.h"
#include "green/sys/socket.h"

namespace socks5 {

using byte = unsigned char;
constexpr byte version = 5;
constexpr byte no_password = 0, no_method = 0xff;
constexpr byte connect_command = 1;
constexpr byte ip4 = 1, name = 3, ip6 = 4;
enum reply : byte {
  succeeded,
  failed,
  forbidden,
  network_unreachable,
  host_unreachable,
  refused,
  expired,
  no_such_command,
  no_such_address
};

// The client does not speak SOCKS 5, or has gone.
struct no_client {};

inline green::task<> receive(int fd, void* into, size_t length) {
  if (length == 0) co_return;
  ssize_t got = co_await green::recv(fd, into, length, MSG_WAITALL);
  if (got != ssize_t(length)) throw no_client();
}

inline green::task<> send(int fd, std::string data) {
  size_t length = data.size();
  ssize_t sent = co_await green::send(fd, data.data(), length, MSG_NOSIGNAL);
  if (sent != ssize_t(length)) throw no_client();
}

inline green::task<> greet(int client) {
  byte head[2], methods[255];
  co_await receive(client, head, 2);
  if (head[0] != version) throw no_client();
  co_await receive(client, methods, head[1]);
  bool found = memchr(methods, no_password, head[1]) != nullptr;
  const char chosen[] = {char(version), char(found ? no_password : no_method)};
  co_await send(client, std::string(chosen, sizeof chosen));
  if (!found) throw no_client();
}

// Where to, or why not: an address, or a name to look up.
struct request {
  reply refusal = succeeded;
  green::endpoint address;
  std::string host;
  in_port_t port = 0;
};

inline green::task<request> read_request(int client) {
  byte head[4], length = 0, host[256];
  sockaddr_in in4 = {};
  sockaddr_in6 in6 = {};
  request asked;
  co_await receive(client, head, 4);
  if (head[0] != version) throw no_client();
  if (head[3] == ip4) {
    co_await receive(client, &in4.sin_addr, 4);
  } else if (head[3] == ip6) {
    co_await receive(client, &in6.sin6_addr, 16);
  } else if (head[3] == name) {
    co_await receive(client, &length, 1);
    co_await receive(client, host, length);
  } else {
    asked.refusal = no_such_address;
    co_return asked;
  }
  co_await receive(client, &asked.port, 2);
  if (head[1] != connect_command) {
    asked.refusal = no_such_command;
  } else if (head[3] == ip4) {
    in4.sin_family = AF_INET;
    in4.sin_port = asked.port;
    asked.address = {reinterpret_cast<sockaddr*>(&in4), sizeof in4};
  } else if (head[3] == ip6) {
    in6.sin6_family = AF_INET6;
    in6.sin6_port = asked.port;
    asked.address = {reinterpret_cast<sockaddr*>(&in6), sizeof in6};
  } else {
    asked.host.assign(reinterpret_cast<char*>(host), length);
    // It would name another host to who reads it to the end.
    if (asked.host.empty() || asked.host.find('\0') != asked.host.npos) {
      asked.refusal = host_unreachable;
    }
  }
  co_return asked;
}

}  // namespace socks5
