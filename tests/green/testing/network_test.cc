// SPDX-License-Identifier: MIT
// The Internet of a simulation, as a program sees it.
#include "green/testing/network.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/endpoint.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/sys/socket.h"
#include "green/testing.h"
#include "green/unique_fd.h"
#include "green/unistd.h"

using namespace std::chrono_literals;
namespace testing = green::testing;
using green::endpoint;
using green::task;
using green::unique_fd;

namespace {

std::string failure_of(testing::program body) {
  return testing::simulate_seed(3, std::move(body)).error;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

template <class Call>
endpoint name_by(const Call& call, int fd) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  auto* const any = reinterpret_cast<sockaddr*>(&name);
  require(call(fd, any, &length) == 0, "no name");
  return endpoint(any, length);
}

unique_fd listening(const endpoint& at) {
  unique_fd fd(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(::bind(fd.get(), at.sockaddr(), at.length()) == 0, "bind");
  require(::listen(fd.get(), 5) == 0, "listen");
  return fd;
}

}  // namespace

TEST_CASE("each end of a connection knows both addresses") {
  CHECK(failure_of([]() -> task<> {
          const unique_fd listener = listening(endpoint("*:443"));
          require(name_by(::getsockname, listener.get()) == endpoint("*:443"),
                  "the listener has another name");
          const unique_fd client(::socket(AF_INET, SOCK_STREAM, 0));
          const endpoint at("10.1.2.3:443");
          require(co_await green::connect(client.get(), at.sockaddr(),
                                          at.length()) == 0,
                  "connect");
          sockaddr_storage from{};
          socklen_t length = sizeof from;
          auto* const any = reinterpret_cast<sockaddr*>(&from);
          const unique_fd server(
              co_await green::accept(listener.get(), any, &length));
          require(server.get() >= 0, "accept");
          const endpoint mine = name_by(::getsockname, client.get());
          require(mine.family() == AF_INET && mine.port() != 0, "no port");
          require(endpoint(any, length) == mine, "accept gives another");
          require(name_by(::getpeername, server.get()) == mine, "peer");
          require(name_by(::getpeername, client.get()).port() == 443, "port");
          const int on = 1;
          require(::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on,
                               sizeof on) == 0,
                  "an option of TCP is refused");
        }) == "");
}

TEST_CASE("a port is taken once, and free again after its close") {
  CHECK(failure_of([]() -> task<> {
          const endpoint at("[::1]:80");
          {
            const unique_fd first = listening(at);
            const unique_fd second(::socket(AF_INET6, SOCK_STREAM, 0));
            require(::bind(second.get(), at.sockaddr(), at.length()) != 0 &&
                        errno == EADDRINUSE,
                    "it was taken twice");
          }
          const unique_fd third = listening(at);
          const unique_fd any = listening(endpoint("127.0.0.1:0"));
          require(name_by(::getsockname, any.get()).port() != 0, "no port");
          co_return;
        }) == "");
}

TEST_CASE("nobody listens outside of the simulation") {
  CHECK(failure_of([]() -> task<> {
          const unique_fd client(::socket(AF_INET, SOCK_STREAM, 0));
          const endpoint at("8.8.8.8:53");
          require(co_await green::connect(client.get(), at.sockaddr(),
                                          at.length()) != 0 &&
                      errno == ECONNREFUSED,
                  "somebody listens");
        }) == "");
}

TEST_CASE("datagrams carry the address of their sender") {
  CHECK(failure_of([]() -> task<> {
          const unique_fd a(::socket(AF_INET, SOCK_DGRAM, 0));
          const unique_fd b(::socket(AF_INET, SOCK_DGRAM, 0));
          const endpoint at("127.0.0.1:53"), nobody("127.0.0.1:54");
          require(::bind(a.get(), at.sockaddr(), at.length()) == 0, "bind");
          const auto send = [&](const endpoint& to) {
            return green::sendto(b.get(), "hi", 2, 0, to.sockaddr(),
                                 to.length());
          };
          require(co_await send(nobody) == 2, "a lost datagram fails");
          require(co_await send(at) == 2, "sendto");
          char text[9];
          sockaddr_storage from{};
          socklen_t length = sizeof from;
          auto* const any = reinterpret_cast<sockaddr*>(&from);
          require(
              co_await green::recvfrom(a.get(), text, 9, 0, any, &length) == 2,
              "recvfrom");
          require(endpoint(any, length) == name_by(::getsockname, b.get()),
                  "another sender");
        }) == "");
}

TEST_CASE("a server and its clients are as on the machine's network") {
  CHECK(failure_of([]() -> task<> {
          const auto handler = [](unique_fd fd, endpoint) -> task<> {
            char byte;
            while (co_await green::recv(fd.get(), &byte, 1, 0) == 1) {
              co_await green::send(fd.get(), &byte, 1, 0);
            }
          };
          green::stream_server server("127.0.0.1:0", handler);
          server.start();
          const auto ask = [at = server.address()]() -> task<> {
            const unique_fd fd(::socket(AF_INET, SOCK_STREAM, 0));
            require(co_await green::connect(fd.get(), at.sockaddr(),
                                            at.length()) == 0,
                    "connect");
            for (char byte = 'a'; byte < 'f'; ++byte) {
              char answer = 0;
              co_await green::write(fd.get(), &byte, 1);
              co_await green::read(fd.get(), &answer, 1);
              require(answer == byte, "another answer");
            }
          };
          std::vector<green::greenlet<>> all;
          for (int i = 0; i < 20; ++i) all.push_back(green::spawn(ask));
          for (const auto& each : all) co_await each.get();
          co_await server.stop(1s);
        }) == "");
}
