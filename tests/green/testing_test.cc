// SPDX-License-Identifier: MIT
#include "green/testing.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/event.h"
#include "green/greenlet.h"
#include "green/hub.h"
#include "green/netinet/in.h"
#include "green/queue.h"
#include "green/server.h"
#include "green/subprocess.h"
#include "green/sys/socket.h"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/standard_error.h"

using namespace std::chrono_literals;
namespace testing = green::testing;
using green::task;
using testing::options;

namespace {

// The environment has the value in this scope.
class environment {
 public:
  environment(const char* name, const char* value) : name_(name) {
    ::setenv(name, value, 1);
  }
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;
  ~environment() { ::unsetenv(name_); }

 private:
  const char* name_;
};

// A server and clients that add to a counter. One await lies between its
// reading and its writing.
task<> lost_update() {
  int balance = 0;
  const auto handler = [&](green::unique_fd fd, green::endpoint) -> task<> {
    char amount = 0;
    const int before = balance;
    if (co_await green::recv(fd.get(), &amount, 1, 0) != 1) co_return;
    balance = before + amount;
    co_await green::send(fd.get(), &amount, 1, 0);
  };
  green::stream_server server("127.0.0.1:80", handler);
  server.start();
  const auto client = [&]() -> task<> {
    const green::endpoint at("127.0.0.1:80");
    const green::unique_fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    if (co_await green::connect(fd.get(), at.sockaddr(), at.length()) != 0) {
      throw std::runtime_error("connect failed");
    }
    char amount = 1;
    co_await green::send(fd.get(), &amount, 1, 0);
    co_await green::recv(fd.get(), &amount, 1, 0);
  };
  const auto one = green::spawn(client), two = green::spawn(client);
  co_await one.get();
  co_await two.get();
  if (balance != 2) throw std::runtime_error("an update was lost");
}

std::string failure_of(const testing::seeds& all, task<> (*f)(),
                       const options& how = {}) {
  try {
    testing::simulate(all, f, how);
  } catch (const testing::simulation_failed& e) {
    return e.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a seed finds a lost update, and tells how to see it again") {
  const tests::standard_error printed;
  const auto how = options().delays(1, testing::exponential(1ms));
  const std::string text = failure_of(100, lost_update, how);
  CHECK(has(text, "an update was lost"));
  CHECK(has(text, "GREEN_SEED="));
  CHECK(has(printed.text(), text));
  const auto at = text.find("GREEN_SEED=") + 11;
  const std::string seed = text.substr(at, text.find(' ', at) - at);
  const environment replay("GREEN_SEED", seed.c_str());
  CHECK(failure_of(1, lost_update, how) == text);
}

TEST_CASE("the same seed does the same again") {
  const auto body = []() -> task<> {
    std::array<std::uint64_t, 2> words{};
    ::getrandom(words.data(), sizeof words, 0);
    const auto wait = [](unsigned long us) -> task<> {
      co_await green::sleep(std::chrono::microseconds(us % 1000));
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 10; ++i) {
      all.push_back(green::spawn(wait, static_cast<unsigned long>(::rand())));
    }
    co_await green::joinall(all);
    co_await lost_update();
    throw std::runtime_error(std::to_string(words[0]) + " " +
                             std::to_string(::random()));
  };
  auto how = options().short_transfers(0.5).no_memory(0.05);
  how.delays(0.5, testing::uniform(1us, 1ms)).clock_steps(0.2, 1h);
  const auto one = testing::simulate_seed(5, body, how);
  const auto same = testing::simulate_seed(5, body, how);
  const auto other = testing::simulate_seed(6, body, how);
  CHECK(one.error == same.error);
  for (std::size_t i = 0; i < one.trace.size(); ++i) {
    REQUIRE(i < same.trace.size());
    CHECK(to_string(one.trace[i]) == to_string(same.trace[i]));
  }
  CHECK(one.hash == same.hash);
  CHECK(one.time == same.time);
  CHECK_FALSE(one.trace.empty());
  CHECK(one.hash != other.hash);
  CHECK(one.error != other.error);
}

TEST_CASE("all seeds run, and are counted") {
  int runs = 0;
  const auto body = [&runs]() -> task<> {
    ++runs;
    co_await green::sleep(1h);
  };
  CHECK(testing::simulate(20, body).seeds == 20);
  CHECK(testing::simulate({7, 9}, body).seeds == 2);
  CHECK(testing::simulate(std::vector<int>{7, 9}, body).seeds == 2);
  CHECK(testing::simulate(testing::seeds(100, 3), body).seeds == 3);
  CHECK(runs == 27);
  const environment fewer("GREEN_SEEDS", "3");
  CHECK(testing::simulate(20, body).seeds == 3);
}

TEST_CASE("the fewest faults that still fail are found") {
  const tests::standard_error printed;
  const auto body = []() -> task<> {
    green::queue<int> errors;
    const auto ask = [&errors](int number) -> task<> {
      const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
      if (fd < 0 && number == 7) co_await errors.put(number);
      if (fd >= 0) ::close(fd);
    };
    for (int i = 0; i < 20; ++i) co_await ask(i);
    if (!errors.empty()) throw std::runtime_error("the seventh failed");
  };
  try {
    testing::simulate(50, body, options().no_descriptors(0.5));
    FAIL("no seed fails");
  } catch (const testing::simulation_failed& e) {
    CHECK(e.run().happened.size() == 1);
    CHECK(e.run().trace.size() == 1);
    CHECK(has(e.what(), "1 of "));
    CHECK(has(e.what(), "socket: EMFILE"));
  }
}

TEST_CASE("a deadlock fails a seed, with the report") {
  const auto body = []() -> task<> {
    const green::unique_fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const green::endpoint any("127.0.0.1:0");
    ::bind(fd.get(), any.sockaddr(), any.length());
    ::listen(fd.get(), 1);
    co_await green::accept(fd.get(), nullptr, nullptr);  // nobody comes
  };
  const auto run = testing::simulate_seed(1, body);
  CHECK(has(run.error, "block forever"));
  CHECK(has(run.error, "accept"));
}

TEST_CASE("a program that runs for ever fails a seed") {
  const auto ticks = []() -> task<> {
    for (;;) co_await green::sleep(1h);
  };
  const auto spins = []() -> task<> {
    for (;;) co_await green::sleep();
  };
  CHECK(has(testing::simulate_seed(1, ticks).error, "time_limit"));
  const auto how = options().time_limit(1ms);
  CHECK(has(testing::simulate_seed(1, spins, how).error, "time_limit"));
  const auto sleeps = []() -> task<> { co_await green::sleep(20h); };
  const auto hour = options().time_limit(1h);
  const auto run = testing::simulate_seed(1, sleeps, hour);
  CHECK(has(run.error, "time_limit"));
  CHECK(run.time < 2h);
}

TEST_CASE("a framework's own checks can fail a seed") {
  bool failed = false;
  const auto body = [&failed] { failed = true; };
  const auto how = options().fails_when([&failed] { return failed; });
  CHECK(testing::simulate_seed(1, body, how).error == "fails_when is true");
}

TEST_CASE("an exception of any type fails a seed") {
  CHECK(has(testing::simulate_seed(1, [] { throw 7; }).error, "int"));
}

TEST_CASE("a thread pool's jobs run in the order of the seed") {
  const auto body = []() -> task<> {
    green::threadpool helpers(4);
    const int six = co_await helpers.apply([](int n) { return 2 * n; }, 3);
    co_await helpers.join();
    throw std::runtime_error(std::to_string(six));
  };
  CHECK(has(testing::simulate_seed(1, body).error, "6"));
}

TEST_CASE("OS threads of the library are refused") {
  const auto body = []() -> task<> { co_await green::run_on_each(2, [] {}); };
  CHECK(has(testing::simulate_seed(1, body).error, "run_on_each"));
}

TEST_CASE("a child takes part, and the trace says so") {
  const auto body = []() -> task<> {
    const auto how = green::subprocess::options().capture_output();
    const auto done = co_await green::subprocess::run({"echo", "hi"}, how);
    if (done.out != "hi\n") throw std::runtime_error("got " + done.out);
  };
  const auto run = testing::simulate_seed(1, body);
  CHECK(run.error == "");
  REQUIRE(run.trace.size() == 1);
  CHECK(has(run.trace[0].what, "child"));
}

TEST_CASE("a simulation inside a hub is refused") {
  const auto body = [] { testing::simulate(1, [] {}); };
  CHECK_THROWS_AS(green::run(body), std::logic_error);
}

TEST_CASE("bad input is refused, and named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(testing::simulate(0, [] {}), std::invalid_argument);
  CHECK_THROWS_AS(testing::seeds(std::vector<std::uint64_t>()),
                  std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      options().resets(1.5),
      "green::testing::options: 1.5 is no rate; a rate is 0 to 1",
      std::invalid_argument);
  CHECK_THROWS_AS(options().resets(-0.1), std::invalid_argument);
  CHECK_THROWS_AS(options().delays(nan, 1ms), std::invalid_argument);
  CHECK_THROWS_AS(options().delays(1, -1ms), std::invalid_argument);
  CHECK_THROWS_AS(testing::uniform(2ms, 1ms), std::invalid_argument);
  CHECK_THROWS_AS(options().signals(1, {0}), std::invalid_argument);
  CHECK_THROWS_AS(options().signals(1, {}), std::invalid_argument);
  CHECK_THROWS_AS(options().crashes(1, ""), std::invalid_argument);
  CHECK_THROWS_AS(options().clock_steps(1, -1s), std::invalid_argument);
  CHECK_THROWS_AS(options().time_limit(-1s), std::invalid_argument);
  CHECK_THROWS_AS(testing::exponential(-1ms), std::invalid_argument);
  CHECK_THROWS_AS(options().host("a", "no address"), std::invalid_argument);
  const auto cut =
      options().port("a", "127.0.0.1:1").partition("a", "b", 0s, 1s);
  CHECK_THROWS_WITH_AS(
      testing::simulate(
          1, [] {}, cut),
      "green::testing: a partition names the port 'b', which is unknown; write "
      "options().port(\"b\", \"127.0.0.1:80\")",
      std::invalid_argument);
  for (const char* const text :
       {"seven", "7 ", "-7", "0x7", "1e3", "99999999999999999999"}) {
    const environment bad("GREEN_SEED", text);
    CHECK_THROWS_WITH_AS(
        testing::simulate(1, [] {}),
        ("green::testing: GREEN_SEED is '" + std::string(text) +
         "', which is no number; write "
         "one from 0 to 2^64 - 1")
            .c_str(),
        std::invalid_argument);
  }
  const environment none("GREEN_SEEDS", "0");
  CHECK_THROWS_AS(testing::simulate(1, [] {}), std::invalid_argument);
}
