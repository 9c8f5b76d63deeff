// SPDX-License-Identifier: MIT
// Servers on every kind of socket, and what they leave behind.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <latch>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/semaphore"
#include "green/server.h"
#include "green/timeout.h"
#include "tests/support/files.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"
#include "tests/support/streams.h"

using green::connect_to;
using green::endpoint;
using green::server_options;
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

string unix_address(const string& path) { return "unix:" + path; }

string address_in_use(const string& address) {
  try {
    stream_server server(address, pong);
    server.start();
  } catch (const std::system_error& e) {
    CHECK(e.code() == std::errc::address_in_use);
    return e.what();
  }
  return "started";
}

// Serves one client, of any kind, and stops.
task<> serves(const char* address) {
  stream_server server(address, pong);
  server.start();
  {
    const unique_fd client = co_await connect_to(server.address());
    CHECK(co_await ask(client) == "PONG");
  }
  co_await server.stop();
  CHECK(co_await refused(server.address()));
}

}  // namespace

TEST_CASE("a server on every kind of address") {
  const int before = tests::descriptors_at_rest();
  const string own = tests::own_address("server");
  for (const char* address : {"127.0.0.1:0", "[::1]:0", "*:0", ":0", "[::]:0",
                              "localhost:0", own.c_str()}) {
    INFO(address);
    green::run(serves, address);
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("the addresses of a server and of its peers") {
  green::run([]() -> task<> {
    endpoint peer;
    green::binary_semaphore seen(0);
    const auto handler = [&](unique_fd, endpoint from) -> task<> {
      peer = from;
      seen.release();
      co_return;
    };
    stream_server ip6("[::1]:0", handler);
    ip6.start();
    CHECK(ip6.address().to_string() ==
          "[::1]:" + std::to_string(ip6.address().port()));
    const unique_fd one = co_await connect_to(ip6.address());
    co_await seen.acquire();
    CHECK(peer.to_string().starts_with("[::1]:"));

    const string own = tests::own_address("server");
    stream_server local(own, handler);
    CHECK(local.address().to_string() == own);
    local.start();
    CHECK(local.address().to_string() == own);
    const unique_fd two = co_await connect_to(local.address());
    co_await seen.acquire();
    CHECK(peer.to_string() == "unix:");

    stream_server named("localhost:0", handler);
    CHECK(named.address().to_string() == "none");
    named.start();
    const unique_fd three = co_await connect_to(
        "localhost:" + std::to_string(named.address().port()));
    co_await seen.acquire();
  });
}

TEST_CASE("[::] serves IPv4 too") {
  green::run([]() -> task<> {
    stream_server server("[::]:0", pong);
    server.start();
    const unique_fd client = co_await connect_to(
        "127.0.0.1:" + std::to_string(server.address().port()));
    CHECK(co_await ask(client) == "PONG");
  });
}

TEST_CASE("serve_forever looks its name up") {
  green::run([]() -> task<> {
    stream_server server("localhost:0", pong);
    const auto serving = green::spawn([&] { return server.serve_forever(); });
    while (!server.started()) co_await green::sleep(1ms);
    const unique_fd client = co_await connect_to(server.address());
    CHECK(co_await ask(client) == "PONG");
    co_await server.stop();
    co_await serving.get();
  });
}

TEST_CASE("the file of a Unix socket goes with the server") {
  const tests::temporary_folder here;
  const string file = here.at("s");
  green::run([&]() -> task<> {
    stream_server server(unix_address(here.at("s")), pong);
    server.start();
    CHECK(server.address().to_string() == unix_address(here.at("s")));
    CHECK(fs::is_socket(file));
    co_await server.stop();
    CHECK(!fs::exists(file));
    server.start();
    CHECK(fs::is_socket(file));
    const unique_fd client = co_await connect_to(unix_address(here.at("s")));
    CHECK(co_await ask(client) == "PONG");
  });
  CHECK(!fs::exists(file));  // the end of run stops it too
}

TEST_CASE("a file that another server has made stays") {
  const tests::temporary_folder here;
  const string file = here.at("s");
  green::run([&]() -> task<> {
    stream_server first(unix_address(here.at("s")), pong),
        second(unix_address(here.at("s")), pong);
    first.start();
    fs::remove(file);
    second.start();
    co_await first.stop();
    const unique_fd client = co_await connect_to(unix_address(here.at("s")));
    CHECK(co_await ask(client) == "PONG");
  });
}

TEST_CASE("a Unix socket that nobody listens on is removed") {
  const tests::temporary_folder here;
  {
    const endpoint where(unix_address(here.at("s")));
    const tests::descriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(dead, where.sockaddr(), where.length()) == 0);
    REQUIRE(::listen(dead, 1) == 0);
  }
  const string address = unix_address(here.at("s"));
  green::run(serves, address.c_str());
}

TEST_CASE("what is in use is not taken away") {
  const tests::temporary_folder here;
  green::run([&]() -> task<> {
    stream_server local(unix_address(here.at("s")), pong);
    local.start();
    CHECK(address_in_use(unix_address(here.at("s")))
              .starts_with("listen on " + unix_address(here.at("s"))));
    const unique_fd client = co_await connect_to(local.address());
    CHECK(co_await ask(client) == "PONG");

    here.file("file");
    address_in_use(unix_address(here.at("file")));
    CHECK(fs::exists(here.at("file")));

    stream_server tcp("127.0.0.1:0", pong);
    tcp.start();
    const string text = tcp.address().to_string();
    CHECK(address_in_use(text).starts_with("listen on " + text + ": "));
  });
}

TEST_CASE("two servers on two hubs share a port") {
  const int before = tests::descriptors_at_rest();
  stream_server first("127.0.0.1:0", pong, server_options().reuse_port());
  first.start();
  std::array<int, 2> served{};
  std::latch listening(1), done(1);
  std::thread other([&] {
    const auto counting = [&](unique_fd fd, endpoint peer) -> task<> {
      ++served[1];
      co_await pong(std::move(fd), peer);
    };
    stream_server second(first.address(), counting,
                         server_options().reuse_port());
    second.start();
    listening.count_down();
    green::run([&]() -> task<> {
      while (!done.try_wait()) co_await green::sleep(1ms);
      co_await second.stop();
    });
  });
  listening.wait();
  green::run([&]() -> task<> {
    for (int i = 0; i < 200; ++i) {
      const unique_fd client = co_await connect_to(first.address());
      CHECK(co_await ask(client) == "PONG");
    }
    co_await first.stop();
  });
  done.count_down();
  other.join();
  CHECK(served[1] > 0);
  CHECK(served[1] < 200);
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("two servers share a pool") {  // O5
  green::run([]() -> task<> {
    green::pool shared(2);
    green::counting_semaphore<> arrived(0), release(0);
    const auto handler = [&](unique_fd fd, endpoint) -> task<> {
      arrived.release();
      co_await release.acquire();
      co_await send_text(fd, "done");
    };
    const auto bounded = server_options().pool(shared);
    stream_server one("127.0.0.1:0", handler, bounded);
    stream_server two("127.0.0.1:0", handler, bounded);
    one.start();
    two.start();
    std::vector<unique_fd> clients;
    for (int i = 0; i < 2; ++i) {
      clients.push_back(co_await connect_to(one.address()));
      clients.push_back(co_await connect_to(two.address()));
    }
    co_await arrived.acquire();
    co_await arrived.acquire();
    for (int i = 0; i < 50; ++i) co_await green::sleep();
    CHECK(shared.full());
    CHECK(!arrived.try_acquire());
    release.release(4);
    for (const unique_fd& client : clients) {
      CHECK(co_await receive_rest(client) == "done");
    }
    const unique_fd busy = co_await connect_to(one.address());
    co_await arrived.acquire();
    co_await arrived.acquire();
    co_await arrived.acquire();
    const unique_fd other = co_await connect_to(two.address());
    co_await arrived.acquire();
    const unique_fd waiting = co_await connect_to(one.address());
    while (one.handlers() != 2) co_await green::sleep();
    co_await one.stop(0s);
    CHECK(one.handlers() == 0);
    CHECK(co_await receive_rest(waiting) == "");
    co_await two.stop(0s);
    CHECK(shared.free_count() == 2);
  });
}

TEST_CASE("what is accepted is blocking, close-on-exec, and as told") {
  green::run([]() -> task<> {
    for (const bool no_delay : {false, true}) {
      int flags = -1, modes = -1, delay = -1;
      green::binary_semaphore seen(0);
      const auto handler = [&](unique_fd fd, endpoint) -> task<> {
        flags = ::fcntl(fd.get(), F_GETFD);
        modes = ::fcntl(fd.get(), F_GETFL);
        socklen_t length = sizeof delay;
        ::getsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &delay, &length);
        seen.release();
        co_return;
      };
      stream_server server("127.0.0.1:0", handler,
                           server_options().no_delay(no_delay));
      server.start();
      const unique_fd client = co_await connect_to(server.address());
      CHECK(::fcntl(client.get(), F_GETFD) == FD_CLOEXEC);
      co_await seen.acquire();
      CHECK(flags == FD_CLOEXEC);
      CHECK((modes & O_NONBLOCK) == 0);
      CHECK((delay != 0) == no_delay);
    }
  });
}

TEST_CASE("no descriptor left: the server lives on and does not spin") {
  green::run([]() -> task<> {
    std::vector<unique_fd> clients;
    for (int i = 0; i < 3; ++i) {
      clients.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    }
    stream_server server("127.0.0.1:0", pong);
    server.start();
    rlimit limit;
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const rlim_t usual = limit.rlim_cur;
    {
      const tests::descriptor next(::dup(0));
      limit.rlim_cur = rlim_t(int(next));
    }
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    const endpoint to = server.address();
    for (const unique_fd& client : clients) {
      CHECK(co_await green::connect(client.get(), to.sockaddr(), to.length()) ==
            0);
      co_await send_text(client, "PING");
    }
    timespec begin, end;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    co_await green::sleep(300ms);
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    CHECK((end.tv_sec - begin.tv_sec) * 1000 +
              (end.tv_nsec - begin.tv_nsec) / 1'000'000 <
          100);
    CHECK(server.started());
    CHECK(server.handlers() == 0);
    limit.rlim_cur = usual;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    for (const unique_fd& client : clients) {
      CHECK(co_await receive_text(client, 4) == "PONG");
    }
    co_await server.stop();
  });
}

TEST_CASE("a socket that is of no use ends the server, loudly") {
  for (const bool serving : {false, true}) {
    tests::reports errors;
    string thrown;
    green::run([&]() -> task<> {
      stream_server server("127.0.0.1:0", pong);
      const int next = ::dup(0);
      ::close(next);
      server.start();  // takes that number
      if (serving) {
        const auto forever =
            green::spawn([&] { return server.serve_forever(); });
        co_await green::sleep();
        ::shutdown(next, SHUT_RDWR);
        try {
          co_await forever.get();
        } catch (const std::system_error& e) {
          thrown = e.what();
        }
      } else {
        co_await green::sleep();
        ::shutdown(next, SHUT_RDWR);
        while (server.started()) co_await green::sleep(1ms);
        CHECK(errors.messages.size() == 1);
      }
    });
    const string seen = serving ? thrown : errors.messages.at(0);
    CHECK(seen.find("server on 127.0.0.1:") != string::npos);
    CHECK(errors.messages.size() == (serving ? 0u : 1u));
  }
}

TEST_CASE("a server is made of what makes sense") {
  const auto refuses = [](auto&&... arguments) {
    CHECK_THROWS_AS(stream_server server(arguments...), std::invalid_argument);
  };
  refuses("nonsense", pong);
  refuses("127.0.0.1:0", nullptr);
  refuses("127.0.0.1:0", pong, server_options().limit(0));
  stream_server server("127.0.0.1:0", pong);
  server.start();
  CHECK_THROWS_AS(server.start(), std::logic_error);
  stream_server nowhere("unix:/no/such/folder/s", pong);
  CHECK_THROWS_AS(nowhere.start(), std::system_error);
  CHECK(!nowhere.started());
}
