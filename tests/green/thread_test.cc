// SPDX-License-Identifier: MIT
#include "green/thread"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <sstream>
#include <stop_token>
#include <string>
#include <system_error>
#include <unordered_set>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/mirror.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
namespace this_thread = green::this_thread;

static_assert(tests::mirrors(&green::thread::join, &std::thread::join));
static_assert(tests::gives<decltype(std::declval<green::jthread&>().join()),
                           decltype(std::declval<std::jthread&>().join())>);
static_assert(tests::mirrors(this_thread::yield, std::this_thread::yield));
static_assert(tests::gives<decltype(this_thread::sleep_for(1s)), void>);
static_assert(tests::gives<decltype(this_thread::sleep_until(
                               std::chrono::steady_clock::now())),
                           void>);
static_assert(tests::gives<decltype(this_thread::sleep_until(
                               std::chrono::system_clock::now())),
                           void>);
static_assert(std::is_same_v<green::stop_token, std::stop_token> &&
              std::is_same_v<green::stop_source, std::stop_source> &&
              std::is_same_v<green::nostopstate_t, std::nostopstate_t>);
static_assert(std::is_nothrow_move_constructible_v<green::thread>);
static_assert(!std::is_copy_constructible_v<green::thread>);
static_assert(std::is_nothrow_default_constructible_v<green::thread>);

namespace {

green::task<> note(std::vector<int>& into, int value) {
  into.push_back(value);
  co_await this_thread::yield();
  into.push_back(value + 10);
}

green::task<> join_and_detach() {
  std::vector<int> notes;
  green::thread a(note, std::ref(notes), 1);
  green::thread b(note, std::ref(notes), 2);
  CHECK(notes.empty());  // nothing runs inline
  CHECK(a.joinable());
  CHECK(a.get_id() != b.get_id());
  co_await a.join();
  co_await b.join();
  CHECK(notes == std::vector{1, 2, 11, 12});
  CHECK_FALSE(a.joinable());
  CHECK(a.get_id() == green::thread::id());
  CHECK_THROWS_AS(co_await a.join(), std::system_error);
  CHECK_THROWS_AS(a.detach(), std::system_error);
  green::thread c(note, std::ref(notes), 3);
  c.detach();
  CHECK_FALSE(c.joinable());
  co_await this_thread::yield();
  co_await this_thread::yield();
  CHECK(notes.back() == 13);
}

green::task<> keep_arguments() {
  std::string seen;
  const auto take = [&seen](std::unique_ptr<int> number,
                            const std::string& text) -> green::task<> {
    co_await this_thread::yield();
    seen = text + std::to_string(*number);
  };
  green::thread t(take, std::make_unique<int>(7), std::string("it is "));
  green::thread plain([&seen] { seen += "plain "; });
  green::thread moved = std::move(t);
  CHECK_FALSE(t.joinable());
  co_await moved.join();
  co_await plain.join();
  CHECK(seen == "it is 7");
  green::thread self;
  bool refused = false;
  const auto join_self = [&]() -> green::task<> {
    try {
      co_await self.join();
    } catch (const std::system_error& e) {
      refused = e.code() == std::errc::resource_deadlock_would_occur;
    }
  };
  self = green::thread(join_self);
  co_await self.join();
  CHECK(refused);
}

green::task<> have_ids() {
  const green::thread::id here = this_thread::get_id();
  CHECK(here != green::thread::id());
  green::thread::id inside;
  green::thread t([&inside] { inside = this_thread::get_id(); });
  const green::thread::id outside = t.get_id();
  co_await t.join();
  CHECK(inside == outside);
  CHECK(std::unordered_set<green::thread::id>{here, inside, here}.size() == 2);
  std::ostringstream shown;
  shown << here;
  CHECK_FALSE(shown.str().empty());
}

green::task<> sleep_on_all_clocks() {
  const auto before = green::core::now();
  co_await this_thread::sleep_for(10s);
  CHECK(green::core::now() - before >= 10'000'000'000);
  co_await this_thread::sleep_for(-1s);
  co_await this_thread::sleep_until(std::chrono::steady_clock::now() - 1s);
  co_await this_thread::sleep_until(std::chrono::system_clock::now() - 1h);
  const auto wall = std::chrono::system_clock::now() + 2ms;
  co_await this_thread::sleep_until(wall);
  CHECK(std::chrono::system_clock::now() >= wall);
}

green::task<> until_stopped(std::stop_token stop, int& turns) {
  while (!stop.stop_requested()) {
    ++turns;
    co_await this_thread::yield();
  }
}

green::task<> stop_jthreads() {
  int turns = 0;
  green::jthread asked(until_stopped, std::ref(turns));
  co_await this_thread::yield();
  co_await this_thread::yield();
  CHECK(turns > 0);
  CHECK(asked.request_stop());
  CHECK_FALSE(asked.request_stop());
  CHECK(asked.get_stop_token().stop_requested());
  co_await asked.join();
  int ended = 0;
  {
    green::jthread scoped(until_stopped, std::ref(ended));
    co_await this_thread::yield();
  }  // its destructor requests the stop, and does not wait
  const int then = ended;
  co_await this_thread::yield();
  co_await this_thread::yield();
  CHECK(ended <= then + 1);
  green::jthread without([&ended] { ended = -1; });
  co_await without.join();
  CHECK(ended == -1);
}

// Does a child process that does this end before its time?
bool terminates(void (*does)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);  // doctest's own would report it
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
    does();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status != 0;  // a sanitizer may make an exit status of the signal
}

void drop_joinable() {
  green::run([]() -> green::task<> {
    const green::thread dropped([] {});
    co_await this_thread::yield();
  });
}

void let_out_an_exception() {
  green::run([]() -> green::task<> {
    green::thread failing([] { throw 1; });
    co_await failing.join();
  });
}

}  // namespace

TEST_CASE("threads run at the next turn, and are joined or detached") {
  green::run(join_and_detach);
}

TEST_CASE("function and arguments are copied or moved into the thread") {
  green::run(keep_arguments);
}

TEST_CASE("ids tell threads apart") {
  CHECK(this_thread::get_id() != green::thread::id());
  green::run(have_ids);
}

TEST_CASE("sleeps are never early, and past points are no wait") {
  tests::run_virtual(sleep_on_all_clocks);
}

TEST_CASE("jthread passes a stop token, and requests the stop at its end") {
  green::run(stop_jthreads);
}

TEST_CASE("a joinable thread that goes, or lets an exception out, terminates") {
  CHECK(terminates(drop_joinable));
  CHECK(terminates(let_out_an_exception));
}
