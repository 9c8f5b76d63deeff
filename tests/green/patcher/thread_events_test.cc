// SPDX-License-Identifier: MIT
// Cancelling threads that patched code has made, and signals for one of them.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <string>

#include "tests/support/thread_sides.h"

using namespace tests;

namespace {

void note_end(pthread_t thread) {
  void* result = nullptr;
  note_error("join", c->join(thread, &result));
  note("cancelled", result == PTHREAD_CANCELED);
}

void* sleep_for_ever(void*) {
  const left frame("frame");
  const timespec long_time{1'000'000, 0};
  c->nanosleep(&long_time, nullptr);
  note("never");
  return nullptr;
}

void cancel_a_sleep() {
  const pthread_t sleeps = start(sleep_for_ever);
  const int failed = c->cancel(sleeps);
  note_end(sleeps);
  note_error("cancel", failed);
}

std::array<int, 2> ends{};

void* read_byte(void*) {
  const left frame("frame");
  char byte = 0;
  return pointer(c->read(ends[0], &byte, 1));
}

void cancel_a_read() {
  REQUIRE(::pipe(ends.data()) == 0);
  const pthread_t reads = start(read_byte);
  for (int i = 0; i < 10; ++i) c->yield();
  const int failed = c->cancel(reads);
  note_end(reads);
  note_error("cancel", failed);
  ::close(ends[0]);
  ::close(ends[1]);
}

std::atomic<bool> disabled = false, cancelled = false;

void* hold_out(void*) {
  int before = -1;
  note_error("disable", c->setcancelstate(PTHREAD_CANCEL_DISABLE, &before));
  note("was enabled", before == PTHREAD_CANCEL_ENABLE);
  disabled = true;
  c->testcancel();
  while (!cancelled) c->yield();
  const timespec moment{0, 1000};
  note("sleeps", c->nanosleep(&moment, nullptr));
  c->testcancel();
  note_error("enable", c->setcancelstate(PTHREAD_CANCEL_ENABLE, &before));
  note("was disabled", before == PTHREAD_CANCEL_DISABLE);
  note_error("no state", c->setcancelstate(77, nullptr));
  c->testcancel();
  note("never");
  return nullptr;
}

void cancel_later() {
  disabled = cancelled = false;
  const pthread_t holds_out = start(hold_out);
  while (!disabled) c->yield();
  const int failed = c->cancel(holds_out);
  cancelled = true;
  note_end(holds_out);
  note_error("cancel", failed);
}

pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

struct unlocker {
  unlocker() = default;
  unlocker(const unlocker&) = delete;
  unlocker& operator=(const unlocker&) = delete;
  ~unlocker() { note_error("unlock", c->unlock(&mutex)); }
};

void* wait_for_condition(void*) {
  c->lock(&mutex);
  const unlocker locked;
  while (c->wait(&condition, &mutex) == 0) {
  }
  return nullptr;
}

void cancel_a_condition() {
  const pthread_t waits = start(wait_for_condition);
  for (int i = 0; i < 10; ++i) c->yield();
  const int failed = c->cancel(waits);
  note_end(waits);
  note_error("cancel", failed);
  note_error("free", c->lock(&mutex));
  note_error("again", c->unlock(&mutex));
}

// The macros of <pthread.h> as C has them.

using handler_function = void(void*);
handler_function* function_of(const char* name) {
  if (c == &of_fibers) return hooked<handler_function>(name);
  return reinterpret_cast<handler_function*>(::dlsym(RTLD_DEFAULT, name));
}

void* with_handlers(void* exits) {
  auto* const enter = function_of("__pthread_register_cancel");
  auto* const remove = function_of("__pthread_unregister_cancel");
  auto* const go_on = function_of("__pthread_unwind_next");
  __pthread_unwind_buf_t outer, inner, popped;
  const auto place = [](__pthread_unwind_buf_t& buffer) {
    void* const begin = buffer.__cancel_jmp_buf;
    return static_cast<__jmp_buf_tag*>(begin);
  };
  if (__sigsetjmp(place(outer), 0) != 0) {
    note("outer");
    go_on(&outer);
  }
  enter(&outer);
  if (__sigsetjmp(place(inner), 0) != 0) {
    note("inner");
    go_on(&inner);
  }
  enter(&inner);
  if (__sigsetjmp(place(popped), 0) != 0) {
    note("never");
    go_on(&popped);
  }
  enter(&popped);
  remove(&popped);
  if (exits != nullptr) c->exit(pointer(9));
  return sleep_for_ever(nullptr);
}

void handlers_of_c() {
  join_and_note(start(with_handlers, pointer(1)));
  const pthread_t sleeps = start(with_handlers);
  const int failed = c->cancel(sleeps);
  note_end(sleeps);
  note_error("cancel", failed);
}

// Signals.

std::atomic<int> handled = 0;
std::atomic<bool> on_its_thread = false;
std::atomic<int> value = 0;
pthread_t wanted = 0;
std::atomic<bool> done = false;

void handle(int, siginfo_t* info, void*) {
  ++handled;
  on_its_thread = pthread_equal(wanted, c->self()) != 0;
  value = info->si_value.sival_int;
}

// While it lives, SIGUSR1 is handled.
class handling {
 public:
  explicit handling(int flags) {
    struct sigaction action{};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | flags;
    ::sigaction(SIGUSR1, &action, &before_);
    handled = 0;
    done = false;
  }
  handling(const handling&) = delete;
  handling& operator=(const handling&) = delete;
  ~handling() { ::sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct sigaction before_{};
};

void* sleep_until_signal(void*) {
  const timespec long_time{1'000'000, 0};
  const int result = c->nanosleep(&long_time, nullptr);
  note("sleep", result);
  note_error("errno", errno);
  done = true;
  return nullptr;
}

void signal_a_sleep() {
  const handling scope(SA_RESTART);
  wanted = start(sleep_until_signal);
  // It may not sleep yet.
  while (!done) {
    c->kill(wanted, SIGUSR1);
    c->yield();
  }
  join_and_note(wanted);
  note("handled", handled > 0);
  note("on its thread", on_its_thread);
}

void* read_and_tell(void*) {
  char byte = 0;
  const auto got = c->read(ends[0], &byte, 1);
  note("read", got);
  if (got < 0) note_error("errno", errno);
  done = true;
  return nullptr;
}

void signal_a_read() {
  REQUIRE(::pipe(ends.data()) == 0);
  {
    const handling scope(0);
    wanted = start(read_and_tell);
    while (!done) {
      c->kill(wanted, SIGUSR1);
      c->yield();
    }
    join_and_note(wanted);
  }
  const handling scope(SA_RESTART);
  wanted = start(read_and_tell);
  while (handled == 0) {
    c->kill(wanted, SIGUSR1);
    c->yield();
  }
  const auto written = ::write(ends[1], "x", 1);
  join_and_note(wanted);
  note("written", written);
  ::close(ends[0]);
  ::close(ends[1]);
}

void* wait_for_signal(void*) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGUSR1);
  note_error("block", c->set_mask(SIG_BLOCK, &set, nullptr));
  done = true;
  int number = 0;
  note_error("sigwait", c->sigwait(&set, &number));
  note("signal", number);
  return nullptr;
}

void signal_who_waits_for_it() {
  const handling scope(0);
  const pthread_t waits = start(wait_for_signal);
  while (!done) c->yield();
  const int failed = c->kill(waits, SIGUSR1);
  join_and_note(waits);
  note_error("kill", failed);
  note("handled", handled);
}

void* signal_oneself(void*) {
  sigval sent{};
  sent.sival_int = 77;
  wanted = c->self();
  note_error("queue", c->sigqueue(wanted, SIGUSR1, sent));
  note("value", value);
  note("on its thread", on_its_thread);
  note_error("nothing", c->kill(wanted, 0));
  note_error("no signal", c->kill(wanted, 1000));
  return nullptr;
}

void signal_at_once() {
  const handling scope(0);
  join_and_note(start(signal_oneself));
}

}  // namespace

TEST_CASE("a cancelled thread leaves its wait and its frames") {
  const std::string end = "left frame\njoin 0\ncancelled 1\ncancel 0\n";
  CHECK(run_on(of_fibers, cancel_a_read) == end);
  CHECK(run_on(of_system, cancel_a_read) == end);
  // A thread that is cancelled before its first call leaves in that call.
  CHECK(run_on(of_fibers, cancel_a_sleep) == end);
  CHECK(run_on(of_system, cancel_a_sleep) == end);
}

TEST_CASE("a thread may hold out against pthread_cancel") {
  same_on_both(cancel_later);
}

TEST_CASE("a cancelled wait for a condition has the mutex again") {
  CHECK(same_on_both(cancel_a_condition) ==
        "unlock 0\njoin 0\ncancelled 1\ncancel 0\nfree 0\nagain 0\n");
}

TEST_CASE("the handlers of C code run, the last first") {
  CHECK(same_on_both(handlers_of_c) ==
        "inner\nouter\njoin 0\nresult 9\n"
        "left frame\ninner\nouter\njoin 0\ncancelled 1\ncancel 0\n");
}

TEST_CASE("a signal for a thread ends its wait, and is handled there") {
  CHECK(same_on_both(signal_a_sleep) ==
        "sleep -1\nerrno EINTR\njoin 0\nresult 0\nhandled 1\n"
        "on its thread 1\n");
}

TEST_CASE("SA_RESTART begins a read again") {
  CHECK(same_on_both(signal_a_read) ==
        "read -1\nerrno EINTR\njoin 0\nresult 0\n"
        "read 1\njoin 0\nresult 0\nwritten 1\n");
}

TEST_CASE("a signal for a thread is taken by its sigwait") {
  CHECK(same_on_both(signal_who_waits_for_it) ==
        "block 0\nsigwait 0\nsignal 10\njoin 0\nresult 0\nkill 0\n"
        "handled 0\n");
}

TEST_CASE("a thread sends itself a signal") {
  CHECK(same_on_both(signal_at_once) ==
        "queue 0\nvalue 77\non its thread 1\nnothing 0\n"
        "no signal EINVAL\njoin 0\nresult 0\n");
}
