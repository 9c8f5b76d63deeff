// SPDX-License-Identifier: MIT
// Handlers of signals that come while a fiber runs, on its stack or another.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <vector>

#include "green/green.h"
#include "green/patched.h"
#include "tests/support/hooked.h"
#include "tests/support/sockets.h"

using tests::on_fiber;

namespace {

// ThreadSanitizer reports a handler that allocates, as one does that waits,
// though nothing of this program is interrupted there.
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif
#ifdef GREEN_TSAN
constexpr bool no_waiting_handlers = true;
#else
constexpr bool no_waiting_handlers = false;
#endif

namespace c {
const auto nanosleep = tests::hooked("nanosleep", ::nanosleep);
const auto recv = tests::hooked("recv", ::recv);
}  // namespace c

// Of the handler, and what it saw.
int empty_socket = -1;
bool others_ran = false;
struct seen {
  bool patched = false;  // was it for hooks to wait?
  int slept = -1;
  ssize_t received = 0;
  int error = 0;
  bool others_ran = false;
} handler_saw;

void call_what_blocks(int) {
  handler_saw = {};
  handler_saw.patched = green::in_patched();
  const timespec moment{0, 1};
  handler_saw.slept = c::nanosleep(&moment, nullptr);
  do {
    char byte;
    handler_saw.received = c::recv(empty_socket, &byte, 1, 0);
    handler_saw.error = errno;
  } while (handler_saw.error == EINTR);  // the ring of the hub may cause that
  handler_saw.others_ran = others_ran;
}

class handled {
 public:
  explicit handled(int flags) {
    struct sigaction action{};
    action.sa_handler = call_what_blocks;
    action.sa_flags = flags;
    ::sigaction(SIGUSR1, &action, &before_);
  }
  handled(const handled&) = delete;
  handled& operator=(const handled&) = delete;
  ~handled() { ::sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct sigaction before_{};
};

// A signal stack of this thread, with room for a sanitizer's frames.
class signal_stack {
 public:
  signal_stack() : memory_(std::size_t{256} * 1024) {
    const stack_t mine{memory_.data(), 0, memory_.size()};
    ::sigaltstack(&mine, &before_);
  }
  signal_stack(const signal_stack&) = delete;
  signal_stack& operator=(const signal_stack&) = delete;
  ~signal_stack() { ::sigaltstack(&before_, nullptr); }

 private:
  std::vector<char> memory_;
  stack_t before_{};
};

// Raises the signal on a fiber while another green thread is ready to run.
seen raised_on_a_fiber(int flags) {
  const signal_stack here;
  const handled signal(flags);
  const auto ends = tests::stream_pair();
  const timeval limit{0, 1000};
  ::setsockopt(ends.a, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  empty_socket = ends.a;
  others_ran = false;
  green::run([]() -> green::task<> {
    auto other = green::spawn([] { others_ran = true; });
    co_await on_fiber([] { ::raise(SIGUSR1); });
    co_await other.join();
  });
  return handler_saw;
}

}  // namespace

TEST_CASE("on a stack of its own, a handler calls the C library itself") {
  const seen saw = raised_on_a_fiber(SA_ONSTACK);
  CHECK_FALSE(saw.patched);
  CHECK(saw.slept == 0);
  CHECK(saw.received == -1);
  CHECK(saw.error == EAGAIN);
  CHECK_FALSE(saw.others_ran);
}

TEST_CASE("on the fiber's stack, a handler waits as the fiber does" *
          doctest::skip(no_waiting_handlers)) {
  const seen saw = raised_on_a_fiber(0);
  CHECK(saw.patched);
  CHECK(saw.slept == 0);
  CHECK(saw.received == -1);
  CHECK(saw.error == EAGAIN);
  CHECK(saw.others_ran);
}
