// SPDX-License-Identifier: MIT
// When the simulated kernel does its work, and how much of it.
#include "green/testing/simulated_kernel.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/core/deadline.h"
#include "green/endpoint.h"
#include "green/greenlet.h"
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

std::size_t events(const testing::seed_run& run, const std::string& part) {
  std::size_t sum = 0;
  for (const auto& e : run.trace) sum += e.what.find(part) != std::string::npos;
  return sum;
}

}  // namespace

TEST_CASE("the order of requests is the seed's") {
  std::set<std::string> orders;
  const auto body = [&orders]() -> task<> {
    std::string order;
    const unique_fd file(::memfd_create("f", MFD_CLOEXEC));
    const auto write = [&](char name) -> task<> {
      co_await green::pwrite(file.get(), &name, 1, 0);
      order += name;
    };
    std::vector<green::greenlet<>> all;
    for (const char name : {'a', 'b', 'c', 'd'}) {
      all.push_back(green::spawn(write, name));
    }
    co_await green::joinall(all);
    orders.insert(order);
  };
  testing::simulate(20, body);
  CHECK(orders.size() > 3);
}

TEST_CASE("a part has any size, and its rest is the same green thread's") {
  std::set<ssize_t> sizes;
  const auto body = [&sizes]() -> task<> {
    const tests::socket_pair pair;
    require(co_await green::send(pair.a.get(), "hello", 5, 0) == 5, "send");
    char text[9];
    sizes.insert(co_await green::recv(pair.b.get(), text, 9, 0));
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto run =
        testing::simulate_seed(seed, body, options().short_transfers(1));
    CHECK(run.error == "");
    CHECK(events(run, "send(") != 0);
    CHECK(events(run, "of 'main'") == run.trace.size());
  }
  CHECK(sizes.size() > 2);
}

TEST_CASE("after a reset, nobody reads an end") {
  std::set<ssize_t> results;
  const auto body = [&results]() -> task<> {
    const green::endpoint at("127.0.0.1:80");
    const unique_fd listener(::socket(AF_INET, SOCK_STREAM, 0));
    tests::checked(::bind(listener.get(), at.sockaddr(), at.length()), "bind");
    tests::checked(::listen(listener.get(), 9), "listen");
    const unique_fd client(::socket(AF_INET, SOCK_STREAM, 0));
    require(
        co_await green::connect(client.get(), at.sockaddr(), at.length()) == 0,
        "connect");
    const unique_fd server(::accept(listener.get(), nullptr, nullptr));
    co_await green::send(client.get(), "x", 1, 0);
    char byte;
    const ssize_t n = co_await green::recv(server.get(), &byte, 1, 0);
    require(n >= 0 || errno == ECONNRESET, "another error");
    results.insert(n);
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto how = options().resets(0.5);
    CHECK(testing::simulate_seed(seed, body, how).error == "");
  }
  CHECK(results == std::set<ssize_t>{-1, 1});
}

TEST_CASE("a receive has its fault when there is something to receive") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    const auto start = green::core::now();
    const auto send = [&pair]() -> task<> {
      for (int i = 0; i < 9; ++i) co_await green::sleep(1s);
      ::send(pair.a.get(), "hello", 5, 0);
    };
    const auto sender = green::spawn(send);
    char text[9];
    co_await green::recv(pair.b.get(), text, 9, 0);
    require(green::core::now() - start >= 9'000'000'000, "it came too early");
    co_await sender.get();
  };
  for (const auto& how :
       {options().no_memory(1), options().short_transfers(1)}) {
    const auto run = testing::simulate_seed(1, body, how);
    CHECK(run.error == "");
    REQUIRE(run.trace.size() == 1);
    CHECK(run.trace[0].when >= 9s);
  }
}
