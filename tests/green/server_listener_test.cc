// SPDX-License-Identifier: MIT
// Servers on sockets that are given, listen_on, and pauses of accepting.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/semaphore"
#include "green/server.h"
#include "green/sys/socket.h"
#include "tests/support/files.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"
#include "tests/support/streams.h"

using green::connect_to;
using green::endpoint;
using green::listen_on;
using green::listen_options;
using green::stream_server;
using green::task;
using green::unique_fd;
using std::string;
using tests::ask;
using tests::pong;
using tests::receive_rest;
using tests::receive_text;
using tests::refused;
using tests::send_text;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

unique_fd given(tests::descriptor fd) { return unique_fd(fd.release()); }

int option(const unique_fd& fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  REQUIRE(::getsockopt(fd.get(), level, name, &value, &length) == 0);
  return value;
}

// Lets all others run until none has anything to do but wait.
task<> settle() {
  for (int i = 0; i < 50; ++i) co_await green::sleep();
}

// The errno of a server of this descriptor, which its words name.
template <class Server = stream_server, class Handler = decltype(&pong)>
int errno_of(unique_fd fd, Handler handler = pong) {
  const string number = "descriptor " + std::to_string(fd.get());
  try {
    Server server(std::move(fd), handler);
  } catch (const std::system_error& e) {
    CHECK(string(e.what()).find(number) != string::npos);
    CHECK(e.code().category() == std::generic_category());
    return e.code().value();
  }
  return 0;
}

// The error of listen_on, whose words name the address.
task<std::error_code> error_of(string address, listen_options how = {}) {
  try {
    const unique_fd fd = co_await listen_on(address, how);
  } catch (const std::system_error& e) {
    CHECK(string(e.what()).find("listen on " + address) == 0);
    co_return e.code();
  }
  co_return std::error_code();
}

}  // namespace

TEST_CASE("a server serves on the listener that it is given") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    tests::descriptor listener = tests::tcp_listener();
    tests::ipv4 bound = tests::local_address(listener);
    const endpoint where(bound.get(), bound.length);
    stream_server server(given(std::move(listener)), pong);
    CHECK(server.address() == where);
    CHECK(!server.started());
    for (int i = 0; i < 2; ++i) {  // the second time it binds by itself
      server.start();
      CHECK(server.address() == where);
      const unique_fd client = co_await connect_to(where);
      CHECK(co_await ask(client) == "PONG");
      co_await server.stop();
      CHECK(co_await refused(where));
    }
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("clients that have come before the server are served") {
  green::run([]() -> task<> {
    tests::descriptor listener = tests::tcp_listener();
    tests::ipv4 bound = tests::local_address(listener);
    const unique_fd early =
        co_await connect_to(endpoint(bound.get(), bound.length));
    stream_server server(given(std::move(listener)), pong);
    server.start();
    CHECK(co_await ask(early) == "PONG");
    co_await server.stop();
  });
}

TEST_CASE("a listener that never starts is closed with its server") {
  const int before = tests::open_descriptors();
  {
    stream_server never(given(tests::tcp_listener()), pong);
    CHECK(tests::open_descriptors() == before + 1);
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a non-blocking listener is waited for, and stays non-blocking") {
  green::run([]() -> task<> {
    tests::descriptor listener = tests::tcp_listener();
    tests::set_nonblocking(listener, true);
    const tests::descriptor shared(::dup(listener));
    int modes = -1;
    const auto handler = [&](unique_fd fd, endpoint peer) -> task<> {
      modes = ::fcntl(fd.get(), F_GETFL);
      co_await pong(std::move(fd), peer);
    };
    stream_server server(given(std::move(listener)), handler);
    server.start();
    for (int i = 0; i < 3; ++i) {
      co_await settle();  // so that it waits for the connection
      const unique_fd client = co_await connect_to(server.address());
      CHECK(co_await ask(client) == "PONG");
    }
    CHECK((::fcntl(shared, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((modes & O_NONBLOCK) == 0);
    server.stop_accepting();
    co_await settle();
    const unique_fd client = co_await connect_to(server.address());
    co_await settle();
    CHECK(server.handlers() == 0);
    server.start_accepting();
    CHECK(co_await ask(client) == "PONG");
    co_await server.stop();
  });
}

TEST_CASE("no_delay holds for a given listener, too") {
  green::run([]() -> task<> {
    int delay = 0;
    green::binary_semaphore seen(0);
    const auto handler = [&](unique_fd fd, endpoint) -> task<> {
      delay = option(fd, IPPROTO_TCP, TCP_NODELAY);
      seen.release();
      co_return;
    };
    stream_server server(given(tests::tcp_listener()), handler,
                         green::server_options().no_delay());
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await seen.acquire();
    CHECK(delay != 0);
  });
}

TEST_CASE("a descriptor that is no listener is refused with its errno") {
  const int before = tests::open_descriptors();
  CHECK(errno_of(unique_fd()) == EBADF);
  CHECK(errno_of(unique_fd(1'000'000)) == EBADF);
  auto ends = tests::pipe_descriptors();
  CHECK(errno_of(given(std::move(ends.a))) == ENOTSOCK);
  ends.b.reset();
  CHECK(errno_of(unique_fd(::socket(AF_INET, SOCK_STREAM, 0))) == EINVAL);
  CHECK(errno_of(given(tests::udp_socket())) == EOPNOTSUPP);
  const auto ignores = [](string, endpoint) -> task<> { co_return; };
  using green::datagram_server;
  CHECK(errno_of<datagram_server>(given(tests::tcp_listener()), ignores) ==
        EPROTOTYPE);
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a datagram server receives on the socket that it is given") {
  green::run([]() -> task<> {
    tests::descriptor socket = tests::udp_socket();
    tests::ipv4 where = tests::local_address(socket);
    green::binary_semaphore seen(0);
    string got;
    const auto handler = [&](string data, endpoint) -> task<> {
      got += data;
      seen.release();
      co_return;
    };
    green::datagram_server server(given(std::move(socket)), handler);
    CHECK(server.address().port() == where.port());
    server.start();
    const tests::descriptor sender = tests::udp_socket();
    const auto send = [&](const char* text) {
      ::sendto(sender, text, 1, 0, where.get(), where.length);
    };
    send("a");
    co_await seen.acquire();
    co_await settle();
    server.stop_accepting();
    co_await settle();
    send("b");
    co_await settle();
    CHECK(got == "a");
    server.start_accepting();
    co_await seen.acquire();
    CHECK(got == "ab");
    co_await server.stop();
  });
}

TEST_CASE("stop_accepting leaves connections in the kernel") {
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong);
    server.stop_accepting();  // does nothing before start
    server.start();
    const unique_fd first = co_await connect_to(server.address());
    CHECK(co_await ask(first) == "PONG");
    for (int i = 0; i < 2; ++i) server.stop_accepting();
    co_await settle();
    const unique_fd second = co_await connect_to(server.address());
    co_await send_text(second, "PING");
    co_await settle();
    CHECK(server.started());
    CHECK(server.handlers() == 1);
    CHECK(co_await ask(first) == "PONG");  // who is served stays served
    for (int i = 0; i < 2; ++i) server.start_accepting();
    CHECK(co_await receive_text(second, 4) == "PONG");
    server.stop_accepting();
    server.start_accepting();  // before it has noticed
    const unique_fd third = co_await connect_to(server.address());
    CHECK(co_await ask(third) == "PONG");
    co_await server.stop();
  });
}

TEST_CASE("a server that pauses can be stopped, and started again") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong, green::server_options().limit(1));
    for (int i = 0; i < 2; ++i) {
      server.start();
      const unique_fd client = co_await connect_to(server.address());
      CHECK(co_await ask(client) == "PONG");  // it waits for a place now
      server.stop_accepting();
      const unique_fd waits = co_await connect_to(server.address());
      co_await settle();
      co_await server.stop(1h);
      CHECK(co_await receive_rest(client) == "");
      CHECK(co_await refused(server.address()));
      server.start_accepting();  // does nothing after stop
      CHECK(!server.started());
    }
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("pauses in a storm of connections lose none") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong, green::server_options().limit(3));
    server.start();
    const auto client = [&]() -> task<int> {
      int answers = 0;
      for (int i = 0; i < 20; ++i) {
        const unique_fd fd = co_await connect_to(server.address());
        if (co_await ask(fd) == "PONG") ++answers;
      }
      co_return answers;
    };
    std::vector<green::greenlet<int>> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(green::spawn(client));
    const auto pauses = [&]() -> task<> {
      for (int i = 0;; ++i) {
        server.stop_accepting();
        for (int turns = i % 4; turns > 0; --turns) co_await green::sleep();
        server.start_accepting();
        for (int turns = i % 7; turns >= 0; --turns) co_await green::sleep();
      }
    };
    const auto pausing = green::spawn(pauses);
    for (const auto& one : clients) CHECK(co_await one.get() == 20);
    co_await pausing.kill();
    co_await server.stop();
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("listen_on gives a listener of every kind") {
  const int before = tests::descriptors_at_rest();
  const tests::temporary_folder here;
  const string file = "unix:" + here.at("s");
  const string own = tests::own_address("listen");
  green::run([&]() -> task<> {
    for (const string& address :
         {string("127.0.0.1:0"), string("[::1]:0"), string("localhost:0"), file,
          own, file}) {  // the second time in place of the first's file
      INFO(address);
      unique_fd listener = co_await listen_on(address);
      CHECK(::fcntl(listener.get(), F_GETFD) == FD_CLOEXEC);
      stream_server server(std::move(listener), pong);
      server.start();
      const unique_fd client = co_await connect_to(server.address());
      CHECK(co_await ask(client) == "PONG");
      co_await server.stop();
    }
    CHECK(fs::is_socket(here.at("s")));  // a server removes its own file only
    const unique_fd by_endpoint = co_await listen_on(endpoint("127.0.0.1:0"));
    CHECK(by_endpoint);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("listen_on obeys its options") {
  green::run([]() -> task<> {
    const auto plain = co_await listen_on("127.0.0.1:0");
    CHECK(option(plain, SOL_SOCKET, SO_REUSEADDR) != 0);
    CHECK(option(plain, SOL_SOCKET, SO_REUSEPORT) == 0);
    const auto chosen = co_await listen_on(
        "127.0.0.1:0",
        listen_options().backlog(7).reuse_port().reuse_address(false));
    CHECK(option(chosen, SOL_SOCKET, SO_REUSEADDR) == 0);
    CHECK(option(chosen, SOL_SOCKET, SO_REUSEPORT) != 0);
    tcp_info info{};
    socklen_t length = sizeof info;
    REQUIRE(::getsockopt(chosen.get(), IPPROTO_TCP, TCP_INFO, &info, &length) ==
            0);
    CHECK(info.tcpi_sacked == 7);  // of a listener: its backlog
    const string same =
        "127.0.0.1:" +
        std::to_string(tests::local_address(chosen.get()).port());
    const auto shared = co_await listen_on(same, listen_options().reuse_port());
    CHECK(shared);
    CHECK(co_await error_of(same) == std::errc::address_in_use);
    for (const bool both : {false, true}) {
      const auto six =
          co_await listen_on("[::]:0", listen_options().dual_stack(both));
      CHECK((option(six, IPPROTO_IPV6, IPV6_V6ONLY) == 0) == both);
    }
  });
}

TEST_CASE("listen_on says what is wrong with an address") {
  green::run([]() -> task<> {
    CHECK(co_await error_of("unix:/no/such/folder/s") ==
          std::errc::no_such_file_or_directory);
    for (const char* text : {"nonsense", "127.0.0.1:70000", "vsock:x:1"}) {
      string said;
      try {
        const unique_fd never = co_await listen_on(string(text));
      } catch (const std::invalid_argument& e) {
        said = e.what();
      }
      CHECK(said.find(text) != string::npos);
    }
  });
}

TEST_CASE("a vsock works, or gives the kernel's own errno") {
  sockaddr_vm here{};
  here.svm_family = AF_VSOCK;
  here.svm_cid = VMADDR_CID_LOCAL;
  here.svm_port = VMADDR_PORT_ANY;
  const unique_fd own(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool works =
      own && ::bind(own.get(), reinterpret_cast<const sockaddr*>(&here),
                    sizeof here) == 0;
  const std::error_code expected(works ? 0 : errno, std::generic_category());
  green::run([&]() -> task<> {
    const string address = "vsock:1:4294967295";
    CHECK(co_await error_of(address) == expected);
    if (!works) co_return;
    stream_server server(address, pong);
    server.start();
    CHECK(server.address().to_string().find("vsock:1:") == 0);
    CHECK(server.address().to_string() != address);
    const unique_fd client = co_await connect_to(server.address().to_string());
    CHECK(co_await ask(client) == "PONG");
    co_await server.stop();
  });
}
