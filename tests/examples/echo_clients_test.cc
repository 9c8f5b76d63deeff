// SPDX-License-Identifier: MIT
// Real clients talk to the echo server, and bad input ends it clearly.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/shell.h"

namespace {

using tests::served;
using tests::shell;

constexpr const char* server_path = "examples/echo_server";

int connect_to(const std::string& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  return fd;
}

bool exchange(int fd, const std::string& message) {
  if (::send(fd, message.data(), message.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(message.size())) {
    return false;
  }
  std::string back(message.size(), 0);
  return ::recv(fd, back.data(), back.size(), MSG_WAITALL) ==
             static_cast<ssize_t>(back.size()) &&
         back == message;
}

// The server works on what it was sent before this call.
void let_it_catch_up(const served& server) {
  const int fd = connect_to(server.port());
  CHECK(exchange(fd, "are you there?"));
  ::shutdown(fd, SHUT_WR);
  char byte;
  CHECK(::recv(fd, &byte, 1, 0) == 0);
  ::close(fd);
}

// Descriptors go a moment after their clients.
bool comes_back_to(const served& server, std::size_t descriptors) {
  for (int i = 0; i < 1000; ++i) {
    if (server.descriptors() == descriptors) return true;
    let_it_catch_up(server);
  }
  return false;
}

}  // namespace

TEST_CASE("50 clients send 200 messages each, and every byte is equal") {
  served server({server_path, "0"});
  std::vector<std::thread> clients;
  std::atomic<int> good = 0;
  for (int c = 0; c < 50; ++c) {
    clients.emplace_back([&, c] {
      const int fd = connect_to(server.port());
      for (int m = 0; m < 200; ++m) {
        const std::string text =
            std::to_string(c) + " says " +
            std::string(static_cast<std::size_t>(m), char('a' + c % 26));
        good += exchange(fd, text) ? 1 : 0;
      }
      ::close(fd);
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(good == 50 * 200);
}

TEST_CASE("nc and socat get back what they send, after their end of file") {
  REQUIRE_MESSAGE(tests::installed("nc"), "install netcat-openbsd");
  REQUIRE_MESSAGE(tests::installed("socat"), "install socat");
  served server({server_path, "0"});
  const std::string numbers = "seq 1 20000";
  const std::string wanted = shell(numbers).text;
  CHECK(
      shell(numbers + " | timeout 20 nc -N 127.0.0.1 " + server.port()).text ==
      wanted);
  CHECK(shell(numbers +
              " | timeout 20 socat -t 20 - TCP:127.0.0.1:" + server.port())
            .text == wanted);
}

TEST_CASE("clients that reset, half-close or never read leave nothing") {
  served server({server_path, "0"});
  let_it_catch_up(server);
  const std::size_t before = server.descriptors();
  std::vector<int> never_read;
  for (int i = 0; i < 20; ++i) {
    const int reset = connect_to(server.port());
    CHECK(exchange(reset, "hello"));
    const linger at_once{1, 0};
    ::setsockopt(reset, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(reset);

    const int half = connect_to(server.port());
    CHECK(exchange(half, "hello"));
    ::shutdown(half, SHUT_WR);
    char byte;
    CHECK(::recv(half, &byte, 1, 0) == 0);
    ::close(half);

    const int deaf = connect_to(server.port());
    const std::string much(1 << 20, 'x');
    while (::send(deaf, much.data(), much.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >
           0) {
    }
    never_read.push_back(deaf);
  }
  let_it_catch_up(server);
  for (const int fd : never_read) ::close(fd);
  CHECK(comes_back_to(server, before));
  CHECK(server.alive());
}

TEST_CASE("bad input ends the server with one clear line") {
  const std::string run = std::string(server_path) + " ";
  const auto word = shell(run + "http-alt");
  CHECK(word.status == 2);
  CHECK(word.text.find("not a port: 'http-alt'") != std::string::npos);
  CHECK(shell(run + "65536").status == 2);
  CHECK(shell(run).status == 2);
  CHECK(shell(run + "nowhere 80").status == 2);
  served first({server_path, "0"});
  const auto taken = shell(run + first.port());
  CHECK(taken.status == 1);
  CHECK(taken.text.find("127.0.0.1:" + first.port() +
                        ": Address already in use\n") != std::string::npos);
}
