// SPDX-License-Identifier: MIT
// What the program installs as the handler of a signal is what it gets back.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <type_traits>

#include "green/signal.h"

static_assert(
    std::is_same_v<decltype(&green::sigaction),
                   decltype(static_cast<int (*)(int, const struct ::sigaction*,
                                                struct ::sigaction*) noexcept>(
                       &::sigaction))>);
static_assert(std::is_same_v<decltype(green::signal), decltype(::signal)>);
static_assert(std::is_same_v<decltype(green::ssignal), decltype(::ssignal)>);
static_assert(
    std::is_same_v<decltype(green::sysv_signal), decltype(::sysv_signal)>);

namespace {

int handled = 0;

// Puts the action back at the end of the scope.
class kept_action {
 public:
  kept_action() { REQUIRE(::sigaction(SIGUSR1, nullptr, &before_) == 0); }
  kept_action(const kept_action&) = delete;
  kept_action& operator=(const kept_action&) = delete;
  ~kept_action() { ::sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct ::sigaction before_;
};

}  // namespace

TEST_CASE("an action comes back as it was installed") {
  struct ::sigaction first{};
  struct ::sigaction start{};
  first.sa_handler = [](int) {};
  first.sa_flags = SA_RESTART | SA_NODEFER;
  ::sigaddset(&first.sa_mask, SIGUSR2);
  REQUIRE(green::sigaction(SIGUSR1, &first, &start) == 0);
  struct ::sigaction second{};
  second.sa_sigaction = [](int, siginfo_t*, void*) {};
  second.sa_flags = SA_SIGINFO;
  struct green::sigaction old;
  REQUIRE(green::sigaction(SIGUSR1, &second, &old) == 0);
  CHECK(bool(old.sa_handler == first.sa_handler));
  CHECK((old.sa_flags & (SA_RESTART | SA_NODEFER | SA_SIGINFO)) ==
        (SA_RESTART | SA_NODEFER));
  CHECK(::sigismember(&old.sa_mask, SIGUSR2) == 1);
  REQUIRE(green::sigaction(SIGUSR1, &start, &old) == 0);
  CHECK(bool(old.sa_sigaction == second.sa_sigaction));
  CHECK((old.sa_flags & SA_SIGINFO) != 0);
  struct ::sigaction now{};
  REQUIRE(::sigaction(SIGUSR1, nullptr, &now) == 0);
  CHECK(bool(now.sa_handler == SIG_DFL));
  CHECK(green::sigaction(SIGKILL, &first, nullptr) == -1);
  CHECK(errno == EINVAL);
  CHECK(green::sigaction(0, nullptr, nullptr) == -1);
}

TEST_CASE("the handler gets its arguments, once with SA_RESETHAND") {
  static int number, value;
  number = value = 0;
  struct ::sigaction action{};
  action.sa_sigaction = [](int n, siginfo_t* info, void* context) {
    number = context == nullptr ? -1 : n;
    value = info->si_value.sival_int;
  };
  action.sa_flags = SA_SIGINFO | static_cast<int>(SA_RESETHAND);
  struct ::sigaction before{}, after{};
  REQUIRE(green::sigaction(SIGUSR1, &action, &before) == 0);
  sigval with{};
  with.sival_int = 7;
  REQUIRE(::sigqueue(::getpid(), SIGUSR1, with) == 0);
  CHECK(number == SIGUSR1);
  CHECK(value == 7);
  REQUIRE(green::sigaction(SIGUSR1, &before, &after) == 0);
  CHECK(bool(after.sa_handler == SIG_DFL));
}

TEST_CASE(
    "signal restarts, unless siginterrupt says no; sysv_signal does not") {
  const kept_action scope;
  const auto flags = [] {
    struct ::sigaction now{};
    green::sigaction(SIGUSR1, nullptr, &now);
    return now.sa_flags & (SA_RESTART | static_cast<int>(SA_RESETHAND));
  };
  const sighandler_t handler = [](int) { ++handled; };
  REQUIRE(bool(green::signal(SIGUSR1, handler) != SIG_ERR));
  CHECK(flags() == SA_RESTART);
  CHECK(bool(green::signal(SIGUSR1, SIG_IGN) == handler));
  CHECK(bool(green::signal(SIGUSR1, handler) == SIG_IGN));
  REQUIRE(green::siginterrupt(SIGUSR1, 1) == 0);
  CHECK(flags() == 0);
  CHECK(bool(green::signal(SIGUSR1, handler) == handler));
  CHECK(flags() == 0);
  REQUIRE(green::siginterrupt(SIGUSR1, 0) == 0);
  CHECK(flags() == SA_RESTART);
  CHECK(bool(green::sysv_signal(SIGUSR1, handler) == handler));
  CHECK(flags() == static_cast<int>(SA_RESETHAND));
  CHECK(bool(green::signal(SIGKILL, handler) == SIG_ERR));
  CHECK(bool(green::signal(-1, handler) == SIG_ERR));
  CHECK(errno == EINVAL);
}
