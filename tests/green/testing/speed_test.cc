// SPDX-License-Identifier: MIT
// A server of pages and its clients, with all faults of a network: how many
// seeds a minute?
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <ratio>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/endpoint.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/sys/socket.h"
#include "green/testing.h"
#include "green/timeout.h"

using namespace std::chrono_literals;
namespace testing = green::testing;
using green::task;
using green::unique_fd;

namespace {

const char* const address = "10.0.0.1:80";

task<> send_all(int fd, std::string text) {
  const ssize_t n = co_await green::send(fd, text.data(), text.size(), 0);
  if (n != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("not all was sent");
  }
}

// Up to the empty line; empty at the end of the connection.
task<std::string> receive_head(int fd) {
  std::string head;
  char part[256];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t n = co_await green::recv(fd, part, sizeof part, 0);
    if (n <= 0) co_return "";
    head.append(part, static_cast<std::size_t>(n));
  }
  co_return head;
}

task<> serve(unique_fd client, green::endpoint) {
  try {
    for (;;) {
      const std::string head = co_await receive_head(client.get());
      if (head.empty()) co_return;
      const std::string path = head.substr(4, head.find(' ', 4) - 4);
      co_await send_all(client.get(),
                        "HTTP/1.1 200 OK\r\nX-Path: " + path + "\r\n\r\n");
    }
  } catch (const std::runtime_error&) {
  }
}

task<bool> ask(int fd, std::string path) {
  co_await send_all(fd, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = co_await receive_head(fd);
  if (head.empty()) co_return false;
  if (head.find("X-Path: " + path + "\r\n") == std::string::npos) {
    throw std::logic_error("the page of another: " + head);
  }
  co_return true;
}

task<> browse(int number) {
  const green::endpoint at(address);
  const unique_fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (co_await green::connect(fd.get(), at.sockaddr(), at.length()) != 0) {
    co_return;
  }
  try {
    const green::timeout limit(5s);
    for (int page = 0; page < 5; ++page) {
      std::string path = "/";
      path += std::to_string(number) + "/" + std::to_string(page);
      const bool answered = co_await ask(fd.get(), path);
      if (!answered) co_return;
    }
  } catch (const green::timed_out&) {
  } catch (const std::runtime_error&) {
  }
}

task<> site() {
  green::stream_server server(address, serve);
  server.start();
  std::vector<green::greenlet<>> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(green::spawn(browse, i));
  for (const auto& each : clients) co_await each.get();
  co_await server.stop(1s);
}

}  // namespace

TEST_CASE("no client gets the page of another, whatever fails") {
  auto how = testing::options().delays(0.5, testing::exponential(2ms));
  how.short_transfers(0.2).interrupts(0.05).resets(0.02).no_memory(0.02);
  how.refused_connects(0.1).slow_connects(0.1, 1s);
  how.port("site", address).partitions(0.02, "site", "*", 10s);
  const auto start = std::chrono::steady_clock::now();
  const auto done = testing::simulate(300, site, how);
  const std::chrono::duration<double, std::ratio<60>> minutes =
      std::chrono::steady_clock::now() - start;
  CHECK(done.faults > 300);
  MESSAGE(static_cast<int>(static_cast<double>(done.seeds) / minutes.count())
          << " seeds a minute, with " << done.requests / done.seeds
          << " requests and " << done.faults / done.seeds << " faults each");
}
