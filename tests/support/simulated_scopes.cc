// SPDX-License-Identifier: MIT
// Scopes that end in every way: by themselves, by an error, a kill, a timeout
// or a stop. No member outlives its scope, and no cleanup is left out.
#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "green/error_handler.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/scope.h"
#include "green/stop.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "tests/support/simulated_programs.h"
#include "tests/support/simulated_tools.h"
#include "tests/support/sockets.h"

namespace tests {

namespace {

using namespace std::chrono_literals;
using green::task;

struct scope_account {
  int begun = 0;
  int cleaned = 0;
  int members = 0;  // that live
};

// Errors of members that were to die already are reported, which is not looked
// at here.
struct reports_nothing {
  reports_nothing() = default;
  reports_nothing(const reports_nothing&) = delete;
  reports_nothing& operator=(const reports_nothing&) = delete;
  ~reports_nothing() { green::set_error_handler(before); }
  green::error_handler before =
      green::set_error_handler([](const green::unhandled_error&) {});
};

std::chrono::microseconds some_time(chances& luck, std::size_t most) {
  return std::chrono::microseconds(luck.below(most));
}

// Talks over a socket, and says goodbye whatever has ended the talk.
task<> converse(scope_account* account, chances luck, bool may_fail) {
  auto [here, there] = small_pair();
  const int near = here, far = there;
  ++account->members;
  const auto work = [&]() -> task<> {
    ++account->begun;
    char byte = 'x';
    for (int i = 0; i < 4; ++i) {
      static_cast<void>(co_await green::send(near, &byte, 1, 0));
      co_await green::sleep(some_time(luck, 30));
      static_cast<void>(co_await green::recv(far, &byte, 1, MSG_DONTWAIT));
    }
    if (may_fail && luck.one_in(2)) throw std::runtime_error("the talk failed");
  };
  const auto goodbye = [&]() -> task<> {
    char byte = 'y';
    static_cast<void>(co_await green::send(far, &byte, 1, 0));
    co_await green::sleep(some_time(luck, 30));
    ++account->cleaned;
  };
  try {
    co_await green::try_finally(work, goodbye);
  } catch (...) {
    --account->members;
    throw;
  }
  --account->members;
}

task<> one_scope(scope_account* account, chances luck, std::stop_token stop) {
  const auto body = [&](green::group& g) -> task<> {
    for (int i = 0; i < 3; ++i) {
      g.spawn(converse, account, chances(luck.next()), i == 0);
      co_await green::sleep(some_time(luck, 20));
    }
  };
  const auto whole = [&] { return green::with_group(body); };
  try {
    const green::timeout limit(some_time(luck, 400));
    co_await green::with_stop(stop, whole);
  } catch (const std::runtime_error&) {
  } catch (const green::timed_out&) {
  } catch (const green::stopped&) {
  }
}

}  // namespace

task<> scopes(chances luck, bool) {
  const reports_nothing quiet;
  for (int round = 0; round < 4; ++round) {
    scope_account account;
    std::stop_source source;
    const auto alive = [&](chances mine) -> task<> {
      const living counted;
      const auto look = [&account] {
        require(account.members == 0, "a member outlives its scope");
        require(account.cleaned == account.begun, "a cleanup was left out");
      };
      const auto run = [&] {
        return one_scope(&account, mine, source.get_token());
      };
      co_await green::try_finally(run, look);
    };
    const auto g = green::spawn(alive, chances(luck.next()));
    co_await green::sleep(some_time(luck, 300));
    if (luck.one_in(3)) source.request_stop();
    if (luck.one_in(3)) g.kill_nowait();
    co_await g.get();
  }
}

}  // namespace tests
