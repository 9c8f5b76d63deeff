// SPDX-License-Identifier: MIT
// Each fault, with a rate of 1, and what the program sees of it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "green/core/deadline.h"
#include "green/endpoint.h"
#include "green/fcntl.h"
#include "green/greenlet.h"
#include "green/netdb.h"
#include "green/sys/socket.h"
#include "green/testing.h"
#include "green/unique_fd.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"

using namespace std::chrono_literals;
namespace testing = green::testing;
using green::task;
using green::unique_fd;
using testing::options;

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

void require_error(ssize_t result, int error) {
  const std::string seen = result >= 0 ? "success" : ::strerrorname_np(errno);
  require(result < 0 && errno == error, "not the error, but " + seen);
}

testing::seed_run ran(testing::program body, const options& how) {
  testing::seed_run run = testing::simulate_seed(1, std::move(body), how);
  CHECK(run.error == "");
  return run;
}

bool tells(const testing::seed_run& run, const std::string& what) {
  for (const auto& e : run.trace) {
    if (e.what.find(what) != std::string::npos) return true;
  }
  return false;
}

unique_fd memory_file() { return unique_fd(::memfd_create("f", MFD_CLOEXEC)); }

std::chrono::nanoseconds since(std::int64_t start) {
  return std::chrono::nanoseconds(green::core::now() - start);
}

// A socket that listens on the address, and one that is to connect to it.
struct two_sockets {
  explicit two_sockets(const char* address)
      : at(address),
        listener(::socket(at.family(), SOCK_STREAM, 0)),
        client(::socket(at.family(), SOCK_STREAM, 0)) {
    tests::checked(::bind(listener.get(), at.sockaddr(), at.length()), "bind");
    tests::checked(::listen(listener.get(), 9), "listen");
  }
  auto connect() const {
    return green::connect(client.get(), at.sockaddr(), at.length());
  }
  auto accept() const {
    return green::accept(listener.get(), nullptr, nullptr);
  }
  green::endpoint at;
  unique_fd listener, client;
};

}  // namespace

TEST_CASE("without a fault, nothing fails and nothing is told") {
  const auto body = []() -> task<> {
    const two_sockets net("127.0.0.1:80");
    require(co_await net.connect() == 0, "connect");
    const unique_fd server(co_await net.accept());
    require(co_await green::send(net.client.get(), "hello", 5, 0) == 5, "send");
    char text[9];
    require(co_await green::recv(server.get(), text, 9, 0) == 5, "recv");
  };
  CHECK(ran(body, {}).trace.empty());
}

TEST_CASE("a request takes its delay") {
  const auto body = []() -> task<> {
    const unique_fd file = memory_file();
    const auto start = green::core::now();
    require(co_await green::pwrite(file.get(), "x", 1, 0) == 1, "write");
    require(since(start) >= 3s && since(start) < 4s, "it took another time");
  };
  ran(body, options().delays(1, 3s));
}

TEST_CASE("a transfer moves a part, and the rest comes later") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    require(co_await green::send(pair.a.get(), "hello", 5, 0) == 5, "send");
    std::string all;
    char text[9];
    while (all.size() < 5) {
      const ssize_t n = co_await green::recv(pair.b.get(), text, 9, 0);
      all.append(text, static_cast<std::size_t>(n));
    }
    require(all == "hello", "a byte was lost");
  };
  CHECK(tells(ran(body, options().short_transfers(1)), "of 9 bytes"));
}

TEST_CASE("an interrupted request goes on") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    for (int i = 0; i < 20; ++i) {
      require(co_await green::send(pair.a.get(), "hello", 5, 0) == 5, "send");
    }
  };
  CHECK(tells(ran(body, options().interrupts(0.5)), "EINTR"));
}

TEST_CASE("a reset reaches both ends") {
  const auto body = []() -> task<> {
    const two_sockets net("127.0.0.1:80");
    require(co_await net.connect() == 0, "connect");
    const unique_fd server(::accept(net.listener.get(), nullptr, nullptr));
    require_error(co_await green::send(net.client.get(), "x", 1, 0),
                  ECONNRESET);
    char byte;
    require_error(co_await green::recv(server.get(), &byte, 1, 0), ECONNRESET);
  };
  CHECK(tells(ran(body, options().resets(1)), "ECONNRESET"));
}

TEST_CASE("a connect is refused") {
  const auto body = []() -> task<> {
    const two_sockets net("127.0.0.1:80");
    require_error(co_await net.connect(), ECONNREFUSED);
  };
  CHECK(tells(ran(body, options().refused_connects(1)), "connect"));
}

TEST_CASE("a slow connect takes its time") {
  const auto body = []() -> task<> {
    const two_sockets net("127.0.0.1:80");
    const auto start = green::core::now();
    require(co_await net.connect() == 0, "connect");
    require(since(start) >= 20s, "it was fast");
  };
  ran(body, options().slow_connects(1, 20s));
}

TEST_CASE("descriptors run out") {
  const auto body = []() -> task<> {
    require_error(::socket(AF_INET, SOCK_STREAM, 0), EMFILE);
    require_error(co_await green::open("/dev/null", O_RDONLY), EMFILE);
  };
  CHECK(ran(body, options().no_descriptors(1)).trace.size() == 2);
}

TEST_CASE("memory runs out") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    char byte;
    require_error(co_await green::send(pair.a.get(), "x", 1, 0), ENOBUFS);
    ::send(pair.a.get(), "x", 1, 0);
    require_error(co_await green::recv(pair.b.get(), &byte, 1, 0), ENOMEM);
  };
  ran(body, options().no_memory(1));
}

TEST_CASE("the disk is full") {
  const auto body = []() -> task<> {
    const unique_fd file = memory_file();
    require_error(co_await green::pwrite(file.get(), "x", 1, 0), ENOSPC);
    require_error(co_await green::fsync(file.get()), ENOSPC);
  };
  ran(body, options().no_space(1));
}

TEST_CASE("the disk fails") {
  const auto body = []() -> task<> {
    const unique_fd file = memory_file();
    char byte;
    require_error(co_await green::pread(file.get(), &byte, 1, 0), EIO);
    require_error(co_await green::unlink("/nowhere"), EIO);
  };
  ran(body, options().disk_errors(1));
}

TEST_CASE("a host is found by its name, late or not at all") {
  const auto body = []() -> task<> {
    const auto start = green::core::now();
    addrinfo* list = nullptr;
    const int code =
        co_await green::getaddrinfo("db.example", "80", nullptr, &list);
    require(since(start) >= 5s, "it was fast");
    require(code == 0, "it was not found");
    const green::endpoint found(list->ai_addr, list->ai_addrlen);
    require(found == green::endpoint("10.0.0.2:80"), found.to_string());
    ::freeaddrinfo(list);
    require(co_await green::getaddrinfo("no.example", "80", nullptr, &list) ==
                EAI_NONAME,
            "it was found");
  };
  auto how = options().host("db.example", "10.0.0.2").slow_look_ups(1, 5s);
  ran(body, how);
  const auto fails = []() -> task<> {
    addrinfo* list = nullptr;
    const int code =
        co_await green::getaddrinfo("db.example", "80", nullptr, &list);
    require(code == EAI_AGAIN, "it was found");
  };
  ran(fails, how.failed_look_ups(1));
}

TEST_CASE("the wall clock steps, and the steady clock does not") {
  const auto body = []() -> task<> {
    const auto wall = std::chrono::system_clock::now();
    const auto steady = std::chrono::steady_clock::now();
    const unique_fd file = memory_file();
    for (int i = 0; i < 9; ++i) co_await green::pwrite(file.get(), "x", 1, 0);
    const auto stepped = std::chrono::system_clock::now() - wall;
    require(stepped > 1s || stepped < -1s, "no step");
    require(std::chrono::steady_clock::now() - steady < 1s, "a step");
  };
  CHECK(tells(ran(body, options().clock_steps(1, 1h)), "wall clock"));
}

TEST_CASE("a simulation begins on the first of January") {
  const auto body = [] {
    require(::time(nullptr) == 1'767'225'600, "another day");
  };
  ran(
      [body]() -> task<> {
        body();
        co_return;
      },
      {});
}

namespace {
volatile sig_atomic_t signals_seen = 0;
}

TEST_CASE("a signal comes, if the program has a handler for it") {
  signals_seen = 0;
  const auto body = []() -> task<> {
    struct sigaction action{};
    action.sa_handler = [](int) { signals_seen = signals_seen + 1; };
    const unique_fd file = memory_file();
    co_await green::pwrite(file.get(), "x", 1, 0);
    ::sigaction(SIGUSR2, &action, nullptr);
    co_await green::pwrite(file.get(), "x", 1, 0);
    co_await green::sleep(1s);
    ::signal(SIGUSR2, SIG_DFL);
    require(signals_seen != 0, "no signal came");
  };
  ran(body, options().signals(1, {SIGUSR2}));
}

TEST_CASE("a green thread crashes at its await, and runs no handler") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    bool handled = false;
    const auto victim = [&]() -> task<> {
      char byte;
      try {
        co_await green::recv(pair.a.get(), &byte, 1, 0);
      } catch (...) {
        handled = true;
        throw;
      }
    };
    const auto dies = green::spawn(victim);
    dies.set_name("victim");
    co_await dies.join();
    require(dies.was_killed() && !handled, "it handled its crash");
  };
  CHECK(tells(ran(body, options().crashes(1, "victim")), "'victim' crashes"));
}

TEST_CASE("a partition keeps two ports apart, and ends") {
  const auto body = []() -> task<> {
    const two_sockets net("127.0.0.1:80");
    const auto ask = [&]() -> task<> {
      require(co_await net.connect() == 0, "connect");
      co_await green::sleep(2s);  // into the partition
      require(co_await green::send(net.client.get(), "x", 1, 0) == 1, "send");
    };
    const auto client = green::spawn(ask);
    client.set_name("client");
    const unique_fd server(co_await net.accept());
    const auto start = green::core::now();
    char byte;
    require(co_await green::recv(server.get(), &byte, 1, 0) == 1, "recv");
    require(since(start) > 10s && since(start) < 12s, "another time");
    co_await client.get();
  };
  const auto cut = options().port("client").port("server", "127.0.0.1:80");
  const auto run =
      ran(body, options(cut).partition("client", "server", 1s, 10s));
  CHECK(tells(run, "are cut off"));
  CHECK(tells(run, "reach each other again"));
  CHECK(ran(body, options(cut).partition("client", "*", 1s, 10s)).time > 11s);
}

TEST_CASE("a partition begins at a request") {
  const auto body = []() -> task<> {
    const two_sockets net("127.0.0.1:80");
    const auto start = green::core::now();
    require(co_await net.connect() == 0, "connect");
    require(since(start) >= 1min, "no partition");
  };
  ran(body, options()
                .port("server", "127.0.0.1:80")
                .partitions(1, "server", "*", 1min));
}
