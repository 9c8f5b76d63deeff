// SPDX-License-Identifier: MIT
#include "green/foreign.h"

#include <doctest/doctest.h>

#include <chrono>
#include <coroutine>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "green/error_handler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/foreign.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::gate;

// How an operation of a library ends when it is told to stop.
enum class ending { with_canceled, with_other_error, with_result, destroyed };

// An operation that only a stop ends: at once, or on an OS thread.
class stoppable {
 public:
  stoppable(std::stop_token stop, ending how, bool on_thread = false)
      : stop_(std::move(stop)), how_(how), on_thread_(on_thread) {}
  stoppable(stoppable&& other) noexcept
      : stop_(std::move(other.stop_)),
        how_(other.how_),
        on_thread_(other.on_thread_) {}
  stoppable& operator=(stoppable&&) = delete;
  ~stoppable() { join(); }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    awaiting_ = awaiting;
    stopped_.emplace(stop_, end{*this});
  }
  int await_resume() {
    join();
    stopped_.reset();
    if (how_ == ending::with_canceled) {
      throw std::system_error(
          std::make_error_code(std::errc::operation_canceled));
    }
    if (how_ == ending::with_other_error) throw std::runtime_error("broken");
    return 8;
  }

 private:
  struct end {
    stoppable& self;
    void operator()() const {
      if (!self.on_thread_) return self.finish();
      self.thread_ = std::thread([s = &self] { s->finish(); });
    }
  };

  void finish() {
    how_ == ending::destroyed ? awaiting_.destroy() : awaiting_.resume();
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  std::stop_token stop_;
  ending how_;
  bool on_thread_;
  std::coroutine_handle<> awaiting_;
  std::optional<std::stop_callback<end>> stopped_;
  std::thread thread_;
};

task<int> await_stoppable(ending how, bool on_thread = false) {
  const auto make = [=](std::stop_token stop) {
    return stoppable(std::move(stop), how, on_thread);
  };
  co_return co_await green::with_stop_token(make);
}

// Takes its token at await_suspend.
struct takes_token {
  std::optional<stoppable> operation;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting, std::stop_token stop) {
    operation.emplace(std::move(stop), ending::with_canceled);
    operation->await_suspend(awaiting);
  }
  int await_resume() { return operation->await_resume(); }
};

// A green thread that waits for an operation is killed.
task<std::string> killed_while(ending how, bool on_thread = false) {
  std::string log;
  const auto body = [&log, how, on_thread]() -> task<> {
    try {
      log += std::to_string(co_await await_stoppable(how, on_thread));
    } catch (const green::killed&) {
      log += "killed";
      throw;
    } catch (const std::exception& error) {
      log += error.what();
    }
    co_await green::sleep();
    log += " never";
  };
  const auto victim = green::spawn(body);
  co_await green::sleep();
  co_await victim.kill();
  CHECK(victim.was_killed());
  co_return log;
}

}  // namespace

TEST_CASE("a kill stops an operation that takes a stop_token") {
  green::run([]() -> task<> {
    for (const bool on_thread : {false, true}) {
      const auto canceled =
          co_await killed_while(ending::with_canceled, on_thread);
      CHECK(canceled == "killed");
      const auto destroyed =
          co_await killed_while(ending::destroyed, on_thread);
      CHECK(destroyed == "killed");
    }
  });
}

TEST_CASE("a result or another error that comes with a stop is not lost") {
  green::run([]() -> task<> {
    for (const bool on_thread : {false, true}) {
      const auto result = co_await killed_while(ending::with_result, on_thread);
      CHECK(result == "8");
      const auto error =
          co_await killed_while(ending::with_other_error, on_thread);
      CHECK(error == "broken");
    }
  });
}

TEST_CASE("a timeout stops an operation that takes a stop_token") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const auto wait = [] { return await_stoppable(ending::with_canceled); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, wait), green::timed_out);
    CHECK(tests::since(start) == 1s);
  });
}

TEST_CASE("an await_suspend with a stop_token is given one") {
  tests::run_virtual([]() -> task<> {
    const auto body = []() -> task<> {
      takes_token operation;
      co_await operation;
    };
    const auto victim = green::spawn(body);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(victim.was_killed());
  });
}

TEST_CASE("canceled without a stop by green is an error like others") {
  tests::run_virtual([]() -> task<> {
    std::stop_source theirs;
    const auto waiting = green::spawn([&theirs]() -> task<> {
      const auto make = [&theirs](const std::stop_token&) {
        return stoppable(theirs.get_token(), ending::with_canceled);
      };
      co_await green::with_stop_token(make);
    });
    co_await green::sleep();
    theirs.request_stop();
    CHECK_THROWS_AS(co_await waiting.get(), std::system_error);
  });
}

TEST_CASE("an await_suspend that kills its own green thread is stopped") {
  tests::run_virtual([]() -> task<> {
    struct kills : takes_token {
      void await_suspend(std::coroutine_handle<> awaiting,
                         std::stop_token stop) {
        takes_token::await_suspend(awaiting, std::move(stop));
        green::getcurrent().kill_nowait();
      }
    };
    const auto victim = green::spawn([]() -> task<> {
      kills operation;
      co_await operation;
    });
    co_await victim.join();
    CHECK(victim.was_killed());
  });
}

TEST_CASE("one that is never resumed is left at the end, and that is said") {
  std::string said;
  gate g;
  std::string log;
  {
    const tests::standard_error captured;
    // The hub ends with its thread.
    std::thread([&] {
      green::run([&]() -> task<> {
        const auto body = [&]() -> task<> {
          struct noting {
            std::string& to;
            ~noting() { to += "destroyed "; }
          };
          const noting local{log};
          co_await g;
          log += "resumed ";
        };
        auto waiting = green::spawn(body);
        waiting.set_name("ada");
        co_await green::sleep();
      });
    }).join();
    said = captured.text();
  }
  INFO(said);
  CHECK(said.find("ada") != std::string::npos);
  CHECK(said.find("was never resumed") != std::string::npos);
  CHECK(said.find("foreign await of tests::gate") != std::string::npos);
  CHECK(log.empty());  // the library may still use the frame
  g.open();            // too late, and without effect
  CHECK(log.empty());
}
