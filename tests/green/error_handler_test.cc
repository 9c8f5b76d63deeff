// SPDX-License-Identifier: MIT
#include "green/error_handler.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/timeout.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;

namespace {

// Collects the reports in its scope.
class reports {
 public:
  reports() {
    green::set_error_handler(
        [this](const green::unhandled_error& error) { all.push_back(error); });
  }
  ~reports() { green::set_error_handler({}); }

  std::vector<green::unhandled_error> all;
};

// What is written to stderr in its scope.
class captured_stderr {
 public:
  captured_stderr()
      : file_(::memfd_create("stderr", 0)), old_(::dup(STDERR_FILENO)) {
    ::dup2(file_, STDERR_FILENO);
  }
  ~captured_stderr() { ::dup2(old_, STDERR_FILENO); }

  std::string text() const {
    std::string all(10'000, '\0');
    const ssize_t n = ::pread(file_, all.data(), all.size(), 0);
    all.resize(n < 0 ? 0 : std::size_t(n));
    return all;
  }

 private:
  tests::descriptor file_, old_;
};

struct own {};

task<> fail(const char* what) {
  co_await green::sleep(1ms);
  throw std::runtime_error(what);
}

}  // namespace

TEST_CASE("an error stays in its greenlet and is printed") {  // B1
  const captured_stderr printed;
  const unsigned line = __LINE__ + 2;
  run_virtual([]() -> task<> {
    green::spawn(fail, "no such thing").set_name("worker");
    co_await green::sleep(1s);
  });
  CHECK(printed.text() == "green: unhandled exception in worker, spawned at " +
                              std::string(__FILE__) + ":" +
                              std::to_string(line) +
                              ": std::runtime_error: no such thing\n");
}

TEST_CASE("an error that left several coroutines tells their awaits") {
  const captured_stderr printed;
  const unsigned line = __LINE__ + 1;
  const auto middle = []() -> task<> { co_await fail("no such thing"); };
  const auto outer = [&]() -> task<> { co_await middle(); };
  run_virtual([&]() -> task<> {
    green::spawn(outer).set_name("worker");
    co_await green::sleep(1s);
    // One that was caught on its way, and thrown once more, is another error.
    const auto again = [&]() -> task<> {
      try {
        co_await middle();
      } catch (const std::runtime_error&) {
        throw std::logic_error("because of that");
      }
    };
    green::spawn(again).set_name("translator");
    co_await green::sleep(1s);
  });
  const std::string file = __FILE__;
  const auto at = [&](unsigned number) {
    return file + ":" + std::to_string(number);
  };
  const std::string text = printed.text();
  INFO(text);
  CHECK(text.find(": std::runtime_error: no such thing\n  thrown after the "
                  "await at " +
                  file) != std::string::npos);
  CHECK(text.find(", awaited at " + at(line) + ", in " + at(line + 1) + "\n") !=
        std::string::npos);
  CHECK(text.ends_with(": std::logic_error: because of that\n"));
}

TEST_CASE("an interrupt that nobody catches tells the await that it ended") {
  const captured_stderr printed;
  const unsigned line = __LINE__ + 1;
  const auto inner = []() -> task<> { co_await green::sleep(1h); };
  const auto middle = [&]() -> task<> { co_await inner(); };
  const auto outer = [&]() -> task<> {
    const green::timeout limit(1s);
    co_await middle();
  };
  run_virtual([&]() -> task<> {
    green::spawn(outer).set_name("late");
    co_await green::sleep(2s);
  });
  const auto at = [&](unsigned number) {
    return std::string(__FILE__) + ":" + std::to_string(line + number);
  };
  const std::string text = printed.text();
  INFO(text);
  CHECK(text.starts_with("green: unhandled exception in late, spawned at "));
  CHECK(text.ends_with("\n  thrown after the await at " + at(0) +
                       ", awaited at " + at(1) + ", in " + at(4) + "\n"));
}

TEST_CASE("B8: a stderr that fails keeps no place of a pool") {
  const tests::descriptor old(::dup(STDERR_FILENO));
  for (const char* device : {"/dev/full", "/dev/null"}) {
    // The second cannot be written to at all.
    const tests::descriptor broken(::open(
        device, device == std::string("/dev/full") ? O_WRONLY : O_RDONLY));
    ::dup2(broken, STDERR_FILENO);
    run_virtual([]() -> task<> {
      green::pool p(1);
      co_await p.spawn(fail, "nobody hears it");
      const auto next = co_await p.spawn(fail, "nor this");
      CHECK(co_await next.join(1s));
      co_await p.join();
      CHECK(p.free_count() == 1);
    });
    ::dup2(old, STDERR_FILENO);
  }
}

TEST_CASE("a handler gets what would be printed") {
  reports got;
  const captured_stderr printed;
  const unsigned line = __LINE__ + 2;
  run_virtual([]() -> task<> {
    green::spawn(fail, "no such thing");
    co_await green::sleep(1s);
  });
  REQUIRE(got.all.size() == 1);
  const green::unhandled_error& error = got.all[0];
  CHECK(error.greenlet.starts_with("greenlet-"));
  CHECK(error.spawned_at.line() == line);
  CHECK(error.spawned_at.file_name() == std::string(__FILE__));
  CHECK(error.message == "std::runtime_error: no such thing");
  CHECK_THROWS_AS(std::rethrow_exception(error.error), std::runtime_error);
  CHECK(printed.text().empty());
}

TEST_CASE("an error is reported when the last handle has gone") {
  reports got;
  run_virtual([&got]() -> task<> {
    {
      auto g = green::spawn(fail, "late");
      co_await g.join();
      CHECK(got.all.empty());
    }
    CHECK(got.all.size() == 1);
  });
}

TEST_CASE("an error that somebody took is not reported") {
  reports got;
  run_virtual([]() -> task<> {
    auto taken = green::spawn(fail, "taken");
    CHECK_THROWS_WITH(co_await taken.get(), "taken");
    auto thrown = green::spawn(fail, "thrown");
    co_await thrown.join();
    CHECK_THROWS(thrown.rethrow());
    const std::vector all = {green::spawn(fail, "joined")};
    CHECK_THROWS(co_await green::joinall(all, green::deadline::never(), true));
  });
  CHECK(got.all.empty());
}

TEST_CASE("what main throws is the caller's") {
  reports got;
  CHECK_THROWS_WITH(run_virtual(fail, "main's"), "main's");
  CHECK(got.all.empty());
}

TEST_CASE("the others go on") {
  reports got;
  run_virtual([]() -> task<> {
    for (int i = 0; i < 3; ++i) green::spawn(fail, "one of three");
    auto fine = green::spawn([]() -> task<int> {
      co_await green::sleep(1s);
      co_return 1;
    });
    CHECK(co_await fine.get() == 1);
  });
  CHECK(got.all.size() == 3);
}

TEST_CASE("an error of a callback of the hub is reported") {  // B4
  reports got;
  run_virtual([]() -> task<> {
    auto g = green::spawn_later(50ms, [] {});
    g.link([] { throw std::logic_error("in a link"); });
    const auto start = green::core::now();
    co_await green::sleep(100ms);
    CHECK(tests::since(start) == 100ms);
  });
  REQUIRE(got.all.size() == 1);
  CHECK(got.all[0].greenlet == "a link callback");
  CHECK(got.all[0].message == "std::logic_error: in a link");
  CHECK(got.all[0].spawned_at.line() == 0);
}

TEST_CASE("a kill is silent") {  // B6
  reports got;
  run_virtual([]() -> task<> {
    const auto sleeper = []() -> task<> { co_await green::sleep(1h); };
    auto g = green::spawn(sleeper);
    co_await green::sleep();
    g.kill_nowait();
    g = {};
    co_await green::sleep(1s);
    green::spawn(sleeper);  // killed at the end of run
  });
  CHECK(got.all.empty());
}

TEST_CASE("exceptions of any type are named") {  // B7
  reports got;
  run_virtual([]() -> task<> {
    green::spawn([] { throw 42; });
    green::spawn([] { throw own(); });
    green::spawn([] { throw std::string("text"); });
    co_await green::sleep();
  });
  REQUIRE(got.all.size() == 3);
  CHECK(got.all[0].message == "int");
  CHECK(got.all[1].message.ends_with("::own"));
  CHECK(got.all[2].message.find("string") != std::string::npos);
}

TEST_CASE("a stderr that fails, fails nobody else") {  // B8
  int done = 0;
  {
    const tests::descriptor old(::dup(STDERR_FILENO));
    ::close(STDERR_FILENO);
    run_virtual([&done]() -> task<> {
      auto g = green::spawn(fail, "unheard");
      co_await g.join();
      g = {};
      ++done;
      co_await green::sleep(1s);
      ++done;
    });
    ::dup2(old, STDERR_FILENO);
  }
  CHECK(done == 2);
}

TEST_CASE("a handler that throws does not hide the error") {
  const captured_stderr printed;
  green::set_error_handler([](const green::unhandled_error&) { throw 1; });
  run_virtual([]() -> task<> {
    green::spawn(fail, "still said");
    co_await green::sleep(1s);
  });
  green::set_error_handler({});
  CHECK(printed.text().find("still said") != std::string::npos);
}

TEST_CASE("set_error_handler gives the one before") {
  int calls = 0;
  green::set_error_handler([&](const green::unhandled_error&) { ++calls; });
  auto old = green::set_error_handler({});
  REQUIRE(old);
  old({});
  CHECK(calls == 1);
  CHECK(!green::set_error_handler({}));
}
