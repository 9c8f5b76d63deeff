// SPDX-License-Identifier: MIT
// socks5_proxy: RFC 1928 without passwords: CONNECT to addresses and names

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "examples/socks5.h"
#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/netdb.h"
#include "green/netinet/in.h"
#include "green/server.h"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/string.h"
#include "green/sys/socket.h"
#include "green/timeout.h"

using green::endpoint;
using green::unique_fd;

using namespace socks5;

constexpr std::chrono::seconds connect_limit(20);  // then the reply says so

struct connection {
  unique_fd client;
  unique_fd target;
};

green::task<std::vector<endpoint>> look_up(std::string host, in_port_t port) {
  addrinfo hints = {}, *list = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  std::string service = std::to_string(ntohs(port));
  std::vector<endpoint> found;
  if (co_await green::getaddrinfo(host.c_str(), service.c_str(), &hints,
                                  &list) == 0) {
    for (addrinfo* a = list; a != nullptr; a = a->ai_next) {
      found.emplace_back(a->ai_addr, a->ai_addrlen);
    }
    green::freeaddrinfo(list);
  }
  co_return found;
}

reply reply_to(const std::error_code& error) {
  if (error == std::errc::connection_refused) return refused;
  if (error == std::errc::network_unreachable) return network_unreachable;
  if (error == std::errc::host_unreachable) return host_unreachable;
  if (error == std::errc::timed_out) return expired;
  return failed;
}

// The reply's end is the address that the target sees.
std::string encode(reply code, int target) {
  sockaddr_storage own = {};
  socklen_t length = sizeof own;
  getsockname(target, reinterpret_cast<sockaddr*>(&own), &length);
  std::string out{char(version), char(code), 0};
  if (own.ss_family == AF_INET6) {
    auto& in6 = reinterpret_cast<sockaddr_in6&>(own);
    out += char(ip6);
    out.append(reinterpret_cast<char*>(&in6.sin6_addr), 16);
    return out.append(reinterpret_cast<char*>(&in6.sin6_port), 2);
  }
  auto& in4 = reinterpret_cast<sockaddr_in&>(own);
  out += char(ip4);
  out.append(reinterpret_cast<char*>(&in4.sin_addr), 4);
  return out.append(reinterpret_cast<char*>(&in4.sin_port), 2);
}

// Carries bytes one way until the end of file, and passes that on too. What
// fails one way ends the other.
green::task<> carry(std::shared_ptr<connection>, int from, int to) {
  char buffer[16384];
  ssize_t got = 0, sent = 0;
  while (got == sent) {
    got = co_await green::recv(from, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    sent = co_await green::send(to, buffer, size_t(got), MSG_NOSIGNAL);
  }
  if (got == 0) {
    green::shutdown(to, SHUT_WR);
  } else {
    green::shutdown(from, SHUT_RDWR);
    green::shutdown(to, SHUT_RDWR);
  }
}

// Connects the client to what it asks for; false when that can't be.
green::task<bool> negotiate(connection& both) {
  green::timeout limit(std::chrono::seconds(30));
  int client = both.client.get();
  co_await greet(client);
  request asked = co_await read_request(client);
  std::vector<endpoint> addresses{asked.address};
  if (asked.refusal == succeeded && !asked.host.empty()) {
    addresses = co_await look_up(asked.host, asked.port);
    if (addresses.empty()) asked.refusal = host_unreachable;
  }
  if (asked.refusal == succeeded) {
    try {
      const auto how = green::connect_options().timeout(connect_limit);
      both.target = co_await green::connect_to(addresses, how);
    } catch (const std::system_error& e) {
      asked.refusal = reply_to(e.code());
    }
  }
  co_await send(client, encode(asked.refusal, both.target.get()));
  co_return asked.refusal == succeeded;
}

green::task<> serve_client(unique_fd client, endpoint) {
  auto both = std::make_shared<connection>();
  both->client = std::move(client);
  try {
    if (!co_await negotiate(*both)) co_return;
  } catch (const no_client&) {
    co_return;
  } catch (const green::timed_out&) {
    co_return;
  }
  int here = both->client.get(), there = both->target.get();
  auto back = green::spawn(carry, both, there, here);
  co_await carry(both, here, there);
  co_await back.join();
}

green::task<> serve(std::string listen) {
  green::stream_server server(listen, serve_client);
  auto wait = [&server]() -> green::task<> {
    server.start();
    co_await green::printf("listening on %s\n",
                           server.address().to_string().c_str());
    co_await green::fflush(stdout);
    co_await green::sleep(green::deadline::never());
  };
  co_await green::run_until({SIGINT, SIGTERM}, wait);
  co_await server.stop();
}

int main(int argc, char** argv) {
  const char usage[] =
      "usage: socks5_proxy LISTEN, as in socks5_proxy 127.0.0.1:1080";
  if (argc != 2) errx(2, "one address is needed\n%s", usage);
  try {
    green::run(serve, argv[1]);
  } catch (const std::invalid_argument& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::system_error& e) {
    errx(1, "%s", e.what());
  }
}
