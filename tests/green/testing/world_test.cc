// SPDX-License-Identifier: MIT
// The world of a simulation: the decisions of its seed, and its trace.
#include "green/testing/world.h"

#include <doctest/doctest.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/core/deadline.h"
#include "green/endpoint.h"
#include "green/event.h"
#include "green/greenlet.h"
#include "green/netdb.h"
#include "green/server.h"
#include "green/signal_handler.h"
#include "green/sys/socket.h"
#include "green/testing.h"
#include "green/unique_fd.h"
#include "green/unistd.h"
#include "tests/support/death.h"

using namespace std::chrono_literals;
namespace testing = green::testing;
using green::endpoint;
using green::task;
using green::unique_fd;
using testing::options;

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string text_of(const testing::seed_run& run) {
  std::string all;
  for (const auto& e : run.trace) all += to_string(e) + "\n";
  return all;
}

constexpr std::size_t generators = 10;

std::array<std::uint64_t, generators> one_of_each() {
  std::uint64_t random = 0, entropy = 0, arc = 0;
  (void)!::getrandom(&random, sizeof random, 0);
  (void)!::getentropy(&entropy, sizeof entropy);
  ::arc4random_buf(&arc, sizeof arc);
  const auto number = [](auto n) { return static_cast<std::uint64_t>(n); };
  return {
      random,
      entropy,
      arc,
      number(::rand()),
      number(::random()),
      number(::lrand48()),
      number(::mrand48()),
      number(::drand48() * 0x1p48),
      ::arc4random() + (std::uint64_t{::arc4random_uniform(1u << 31)} << 32),
      std::random_device()()};
}

unique_fd bound(const endpoint& at) {
  unique_fd fd(::socket(at.family(), SOCK_DGRAM, 0));
  require(::bind(fd.get(), at.sockaddr(), at.length()) == 0, "bind");
  return fd;
}

// A server that echoes, and clients of it, so that all faults find something.
task<> echo() {
  const endpoint at("10.0.0.1:80");
  const auto handler = [](unique_fd fd, endpoint) -> task<> {
    char text[64];
    for (;;) {
      const ssize_t n = co_await green::recv(fd.get(), text, sizeof text, 0);
      if (n <= 0) break;
      const auto size = static_cast<std::size_t>(n);
      if (co_await green::send(fd.get(), text, size, 0) != n) break;
    }
  };
  green::stream_server server("10.0.0.1:80", handler);
  server.start();
  const auto client = [&at]() -> task<> {
    const unique_fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    char text[64] = {};
    if (co_await green::connect(fd.get(), at.sockaddr(), at.length()) != 0) {
      co_return;
    }
    for (int i = 0; i < 3; ++i) {
      if (co_await green::send(fd.get(), text, 64, 0) != 64) break;
      if (co_await green::recv(fd.get(), text, 64, 0) <= 0) break;
      const int pause = ::rand() % 1000;
      co_await green::sleep(std::chrono::microseconds(pause));
    }
  };
  std::vector<green::greenlet<>> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(green::spawn(client));
    all.back().set_name("client");
  }
  co_await green::joinall(all);
  co_await server.stop(1s);
}

options all_faults() {
  auto how = options().delays(0.3, testing::exponential(1ms));
  how.short_transfers(0.3).interrupts(0.1).resets(0.03).no_memory(0.03);
  how.refused_connects(0.1).slow_connects(0.2, 1s).no_space(0.1);
  how.clock_steps(0.1, 1h).crashes(0.02, "client");
  how.port("client").partitions(0.05, "client", "*", testing::uniform(1s, 9s));
  return how;
}

}  // namespace

TEST_CASE("each source of randomness has the seed's numbers") {
  std::array<std::uint64_t, generators> drawn{};
  const auto body = [&drawn]() -> task<> {
    drawn = one_of_each();
    co_return;
  };
  testing::simulate_seed(1, body);
  const auto first = drawn;
  const auto real = one_of_each();  // moves the machine's own on
  testing::simulate_seed(1, body);
  CHECK(drawn == first);
  testing::simulate_seed(2, body);
  for (std::size_t i = 0; i < generators; ++i) {
    CAPTURE(i);
    CHECK(drawn[i] != first[i]);
    CHECK(real[i] != first[i]);
  }
}

TEST_CASE("a program may seed the numbers anew") {
  const auto body = []() -> task<> {
    const auto after = [](auto seed, auto next) {
      seed(7);
      const auto first = next();
      seed(7);
      require(first == next(), "another number");
    };
    after(::srand, ::rand);
    after(::srandom, ::random);
    after(::srand48, ::lrand48);
    co_return;
  };
  CHECK(testing::simulate_seed(1, body).error == "");
  ::srand48(7);
  const long real = ::lrand48();
  ::srand48(7);
  CHECK(real == ::lrand48());
}

TEST_CASE("with all faults together, the same seed has the same trace") {
  std::set<std::string> kinds;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto one = testing::simulate_seed(seed, echo, all_faults());
    const auto same = testing::simulate_seed(seed, echo, all_faults());
    CHECK(one.error == "");
    CHECK(text_of(one) == text_of(same));
    CHECK(one.hash == same.hash);
    CHECK(one.happened == same.happened);
    CHECK(one.time == same.time);
    kinds.insert(text_of(one));
  }
  CHECK(kinds.size() == 20);
}

TEST_CASE("a trace has one line for each fault, with its virtual time") {
  const auto body = []() -> task<> {
    const unique_fd file(::memfd_create("f", MFD_CLOEXEC));
    co_await green::sleep(90s);
    co_await green::pwrite(file.get(), "x", 1, 0);
  };
  const auto run = testing::simulate_seed(1, body, options().delays(1, 3ms));
  REQUIRE(run.trace.size() == 1);
  CHECK(run.happened.size() == 1);
  const std::string line = to_string(run.trace[0]);
  CHECK(line.starts_with("90.0"));
  CHECK(has(line, " s  pwrite(fd "));
  CHECK(has(line, ") of 'main': begins 3000 us later"));
}

TEST_CASE("a fault that is left out leaves the others as they are") {
  const auto body = []() -> task<> {
    int late = 0;
    const auto worker = [&late](int which) -> task<> {
      const unique_fd file(::memfd_create("f", MFD_CLOEXEC));
      for (int i = 0; i < 20; ++i) {
        const auto start = green::core::now();
        co_await green::pwrite(file.get(), "x", 1, 0);
        if (i == which && green::core::now() - start > 1'000'000) ++late;
      }
    };
    const auto one = green::spawn(worker, 7), two = green::spawn(worker, 9);
    co_await green::joinall({one, two});
    require(late < 2, "both are late");
  };
  const auto how =
      options().delays(0.5, testing::uniform(2ms, 9ms)).report_to(nullptr);
  try {
    testing::simulate(50, body, how);
    FAIL("no seed fails");
  } catch (const testing::simulation_failed& e) {
    CHECK(e.run().trace.size() == 2);
    CHECK(has(e.what(), "2 of "));
  }
}

TEST_CASE("a green thread crashes whatever it waits for") {
  std::set<int> dead;
  const auto body = [&dead]() -> task<> {
    green::event never;
    const auto wait = [&never]() -> task<> { co_await never.wait(); };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 3; ++i) {
      all.push_back(green::spawn(wait));
      all.back().set_name("worker");
    }
    const unique_fd file(::memfd_create("f", MFD_CLOEXEC));
    co_await green::sleep();
    co_await green::pwrite(file.get(), "x", 1, 0);
    for (int i = 0; i < 3; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (all[at].ready()) dead.insert(i);
    }
    co_await green::killall(all);
  };
  const auto how = options().crashes(1, "worker");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CHECK(testing::simulate_seed(seed, body, how).error == "");
  }
  CHECK(dead == std::set<int>{0, 1, 2});
}

TEST_CASE("a datagram is lost in a partition, and comes after it") {
  const auto body = []() -> task<> {
    const endpoint at("10.0.0.1:53"), from("10.0.0.2:1053");
    const unique_fd server = bound(at), client = bound(from);
    const auto send = [&](const char* text) {
      return green::sendto(client.get(), text, 1, 0, at.sockaddr(),
                           at.length());
    };
    require(co_await send("a") == 1, "the first fails");
    co_await green::sleep(5s);
    require(co_await send("b") == 1, "the lost one fails");
    co_await green::sleep(10s);
    require(co_await send("c") == 1, "the last fails");
    std::string got;
    for (char byte = 0; got.size() < 2; got += byte) {
      co_await green::recv(server.get(), &byte, 1, 0);
    }
    require(got == "ac", "it got " + got);
  };
  auto how = options().port("a", "10.0.0.1:53").port("b", "10.0.0.2:1053");
  const auto run =
      testing::simulate_seed(1, body, how.partition("a", "b", 1s, 10s));
  CHECK(run.error == "");
  CHECK(has(text_of(run), ": lost\n"));
}

TEST_CASE("a connected datagram is lost as well") {
  const auto body = []() -> task<> {
    const endpoint at("10.0.0.1:53");
    const unique_fd server = bound(at);
    const unique_fd client(::socket(AF_INET, SOCK_DGRAM, 0));
    ::connect(client.get(), at.sockaddr(), at.length());
    require(co_await green::send(client.get(), "b", 1, 0) == 1, "send");
    char byte = 0;
    require(::recv(server.get(), &byte, 1, MSG_DONTWAIT) < 0, "it came");
  };
  auto how = options().port("a", "10.0.0.1:53");
  how.partition("a", "*", 0s, 10s);
  CHECK(testing::simulate_seed(1, body, how).error == "");
}

TEST_CASE("an address has the name of its host") {
  const auto body = []() -> task<> {
    const auto name_of = [](const char* text, int flags) -> task<std::string> {
      const endpoint at(text);
      char host[99];
      const int code = co_await green::getnameinfo(
          at.sockaddr(), at.length(), host, sizeof host, nullptr, 0, flags);
      co_return code == 0 ? host : ::gai_strerror(code);
    };
    const std::string known = co_await name_of("10.0.0.2:80", 0);
    const std::string six = co_await name_of("[2001:db8::1]:80", 0);
    const std::string number = co_await name_of("10.0.0.2:80", NI_NUMERICHOST);
    const std::string other = co_await name_of("10.0.0.3:80", 0);
    const std::string none = co_await name_of("10.0.0.3:80", NI_NAMEREQD);
    require(known == "db.example" && six == "db6.example", known + six);
    require(number == "10.0.0.2" && other == "10.0.0.3", number + other);
    require(none == ::gai_strerror(EAI_NONAME), none);
  };
  auto how = options().host("db.example", "10.0.0.2");
  how.host("db6.example", "2001:db8::1");
  CHECK(testing::simulate_seed(1, body, how).error == "");
}

TEST_CASE("a signal reaches the handler of the program") {
  int seen = 0;
  const auto body = [&seen]() -> task<> {
    const unique_fd file(::memfd_create("f", MFD_CLOEXEC));
    co_await green::pwrite(file.get(), "x", 1, 0);  // nobody takes a signal
    const auto count = [&seen] { ++seen; };
    const green::signal_handler on_hangup(SIGHUP, count);
    co_await green::pwrite(file.get(), "x", 1, 0);
    co_await green::sleep(1s);
  };
  const auto run =
      testing::simulate_seed(1, body, options().signals(1, {SIGHUP, SIGUSR1}));
  CHECK(run.error == "");
  CHECK(seen == 1);
  CHECK(run.happened.size() == 1);
  CHECK(has(text_of(run), "SIGHUP comes"));
}

TEST_CASE("a program that spins fails its seed") {
  const auto spins = []() -> task<> {
    for (;;) co_await green::sleep();
  };
  CHECK(has(testing::simulate_seed(1, spins).error, "runs on and on"));
}

TEST_CASE("a program that cannot be ended ends the process") {
  const std::string words = tests::dying_words([] {
    const auto stubborn = []() -> task<> {
      for (;;) {
        try {
          co_await green::sleep(1h);
        } catch (const std::runtime_error&) {
        }
      }
    };
    testing::simulate_seed(7, stubborn);
  });
  CHECK(has(words, "GREEN_SEED=7: it goes on for ever"));
}

TEST_CASE("a count of failures fails the seed in which it grows") {
  int failures = 3;
  const auto how = options().fails_when([&failures] { return failures; });
  CHECK(testing::simulate_seed(1, [] {}, how).error == "");
  const auto body = [&failures] { failures += 2; };
  CHECK(testing::simulate_seed(1, body, how).error ==
        "fails_when counts 2 more");
}
