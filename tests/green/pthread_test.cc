// SPDX-License-Identifier: MIT
#include "green/pthread.h"

#include <doctest/doctest.h>
#include <errno.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "green/atomic"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/mirror.h"
#include "tests/support/pthread_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::past_time;
using tests::task_of;

static_assert(tests::mirrors(green::pthread_join, ::pthread_join));
static_assert(tests::mirrors(green::pthread_timedjoin_np,
                             ::pthread_timedjoin_np));
static_assert(tests::mirrors(green::pthread_clockjoin_np,
                             ::pthread_clockjoin_np));
static_assert(tests::mirrors(green::pthread_testcancel, ::pthread_testcancel));
static_assert(tests::mirrors(green::pthread_mutex_lock, ::pthread_mutex_lock));
static_assert(tests::mirrors(green::pthread_mutex_timedlock,
                             ::pthread_mutex_timedlock));
static_assert(tests::mirrors(green::pthread_mutex_clocklock,
                             ::pthread_mutex_clocklock));
static_assert(tests::mirrors(green::pthread_cond_wait, ::pthread_cond_wait));
static_assert(tests::mirrors(green::pthread_cond_timedwait,
                             ::pthread_cond_timedwait));
static_assert(tests::mirrors(green::pthread_cond_clockwait,
                             ::pthread_cond_clockwait));
static_assert(tests::mirrors(green::pthread_rwlock_rdlock,
                             ::pthread_rwlock_rdlock));
static_assert(tests::mirrors(green::pthread_rwlock_wrlock,
                             ::pthread_rwlock_wrlock));
static_assert(tests::mirrors(green::pthread_rwlock_timedrdlock,
                             ::pthread_rwlock_timedrdlock));
static_assert(tests::mirrors(green::pthread_rwlock_timedwrlock,
                             ::pthread_rwlock_timedwrlock));
static_assert(tests::mirrors(green::pthread_rwlock_clockrdlock,
                             ::pthread_rwlock_clockrdlock));
static_assert(tests::mirrors(green::pthread_rwlock_clockwrlock,
                             ::pthread_rwlock_clockwrlock));
static_assert(tests::mirrors(green::pthread_barrier_wait,
                             ::pthread_barrier_wait));
static_assert(tests::mirrors(green::pthread_spin_lock, ::pthread_spin_lock));
static_assert(tests::mirrors(
    static_cast<green::task<int> (*)(pthread_once_t*, void (*)())>(
        green::pthread_once),
    ::pthread_once));
static_assert(tests::gives<decltype(green::pthread_create(nullptr, nullptr,
                                                          nullptr, nullptr)),
                           int>);
// A plain function could hold the hub.
template <class Start>
concept can_start = requires(Start start) {
  green::pthread_create(nullptr, nullptr, start, nullptr);
};
static_assert(can_start<green::task<void*> (*)(void*)>);
static_assert(!can_start<void* (*)(void*)>);

namespace {

// What the functions of threads share.
struct shared_state {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  bool open = false;
  pthread_t number = 0;
};

template <class S>
task_of<S, void*> give_back(void* argument) {
  co_await S::this_thread::yield();
  co_return argument;
}

template <class S>
task_of<S, void*> wait_until_open(void* argument) {
  shared_state& s = *static_cast<shared_state*>(argument);
  co_await S::pthread_mutex_lock(&s.mutex);
  while (!s.open) co_await S::pthread_cond_wait(&s.condition, &s.mutex);
  s.number = S::pthread_self();
  S::pthread_mutex_unlock(&s.mutex);
  co_return &s;
}

template <class S>
task_of<S> open(shared_state& s) {
  co_await S::pthread_mutex_lock(&s.mutex);
  s.open = true;
  S::pthread_cond_broadcast(&s.condition);
  S::pthread_mutex_unlock(&s.mutex);
}

green::task<void*> sleep_for_ever(void*) {
  co_await green::sleep(1h);
  co_return nullptr;
}
green::task<pthread_t> start_sleeper() {
  pthread_t thread = 0;
  CHECK(co_await green::pthread_create(&thread, nullptr, sleep_for_ever,
                                       nullptr) == 0);
  co_return thread;
}
green::task<void*> exit_below(void* argument) {
  const auto deep = [](void* result) -> green::task<> {
    co_await green::sleep();
    green::pthread_exit(result);
  };
  co_await deep(argument);
  co_return nullptr;
}
green::task<void*> fail(void*) {
  co_await green::sleep();
  throw std::runtime_error("lost");
}

// A push and a pop, by the original macros.
std::string log_of_cleanup;
void note(void* word) { log_of_cleanup += static_cast<const char*>(word); }
green::task<void*> with_cleanup(void*) {
  char one[] = "1", two[] = "2", three[] = "3";
  pthread_cleanup_push(note, one);
  pthread_cleanup_push(note, two);
  co_await green::sleep();
  pthread_cleanup_pop(1);
  pthread_cleanup_push(note, three);
  co_await green::sleep();
  pthread_cleanup_pop(0);
  co_await green::sleep(1h);
  pthread_cleanup_pop(0);
  co_return nullptr;
}

green::task<void*> shielded(void* argument) {
  std::string& log = *static_cast<std::string*>(argument);
  int before = -1;
  CHECK(green::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0);
  CHECK(before == PTHREAD_CANCEL_ENABLE);
  CHECK(green::pthread_setcancelstate(99, nullptr) == EINVAL);
  log += "a";
  co_await green::sleep(1ms);
  co_await green::pthread_testcancel();
  log += "b";
  CHECK(green::pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before) == 0);
  CHECK(before == PTHREAD_CANCEL_DISABLE);
  log += "c";
  co_await green::pthread_testcancel();
  log += "d";
  co_return nullptr;
}

}  // namespace

TEST_CASE_TEMPLATE("a thread gives its result to join", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    int x = 0, y = 0;
    pthread_t a, b;
    CHECK(co_await S::pthread_create(&a, nullptr, give_back<S>, &x) == 0);
    CHECK(co_await S::pthread_create(&b, nullptr, give_back<S>, &y) == 0);
    CHECK(green::pthread_equal(a, b) == 0);
    void* result = nullptr;
    CHECK(co_await S::pthread_join(b, &result) == 0);
    CHECK(result == &y);
    CHECK(co_await S::pthread_join(a, nullptr) == 0);
  });
}

TEST_CASE_TEMPLATE("errors of join", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    shared_state s;
    pthread_t thread;
    CHECK(co_await S::pthread_create(&thread, nullptr, wait_until_open<S>,
                                     &s) == 0);
    CHECK(S::pthread_tryjoin_np(thread, nullptr) == EBUSY);
    CHECK(co_await S::pthread_timedjoin_np(thread, nullptr, &past_time) ==
          ETIMEDOUT);
    CHECK(co_await S::pthread_clockjoin_np(thread, nullptr, CLOCK_MONOTONIC,
                                           &past_time) == ETIMEDOUT);
    CHECK(co_await S::pthread_clockjoin_np(thread, nullptr, CLOCK_TAI,
                                           &past_time) == EINVAL);
    co_await open<S>(s);
    void* result = nullptr;
    const timespec later = tests::in_seconds(3600);
    CHECK(co_await S::pthread_timedjoin_np(thread, &result, &later) == 0);
    CHECK(result == &s);
    CHECK(green::pthread_equal(thread, s.number) != 0);

    shared_state other;
    CHECK(co_await S::pthread_create(&thread, nullptr, wait_until_open<S>,
                                     &other) == 0);
    CHECK(S::pthread_detach(thread) == 0);
    if (tests::may_misuse_threads<S>()) {
      CHECK(S::pthread_detach(thread) == EINVAL);
      CHECK(co_await S::pthread_join(thread, nullptr) == EINVAL);
    }
    co_await open<S>(other);
    // The mutex is free when the thread needs `other` no more.
    for (bool over = false; !over;) {
      co_await S::this_thread::yield();
      co_await S::pthread_mutex_lock(&other.mutex);
      over = other.number != 0;
      S::pthread_mutex_unlock(&other.mutex);
    }
  });
}

TEST_CASE_TEMPLATE("one joins, and nobody itself", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    shared_state s;
    static pthread_t thread;
    CHECK(co_await S::pthread_create(&thread, nullptr, wait_until_open<S>,
                                     &s) == 0);
    const auto itself = [](void*) -> task_of<S, void*> {
      if (tests::may_misuse_threads<S>()) {
        CHECK(co_await S::pthread_join(S::pthread_self(), nullptr) == EDEADLK);
      }
      co_return nullptr;
    };
    pthread_t alone;
    CHECK(co_await S::pthread_create(&alone, nullptr, itself, nullptr) == 0);
    CHECK(co_await S::pthread_join(alone, nullptr) == 0);
    co_await open<S>(s);
    CHECK(co_await S::pthread_join(thread, nullptr) == 0);
  });
}

TEST_CASE("a second who joins is refused, and one that was killed is not") {
  green::run([]() -> green::task<> {
    pthread_t thread = co_await start_sleeper();
    const auto joins = [&thread]() -> green::task<> {
      co_await green::pthread_join(thread, nullptr);
    };
    const auto first = co_await tests::started(joins);
    CHECK(co_await green::pthread_join(thread, nullptr) == EINVAL);
    co_await first.kill();
    co_await tests::check_interruptible(joins);
    CHECK(green::pthread_cancel(thread) == 0);
    void* result = nullptr;
    CHECK(co_await green::pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(co_await green::pthread_join(thread, &result) == ESRCH);
    CHECK(green::pthread_tryjoin_np(thread, nullptr) == ESRCH);
    CHECK(green::pthread_detach(thread) == ESRCH);
    CHECK(green::pthread_cancel(thread) == ESRCH);
  });
}

TEST_CASE("two that join each other") {
  green::run([]() -> green::task<> {
    static pthread_t me;
    me = green::pthread_self();
    const auto joins_me = [](void*) -> green::task<void*> {
      CHECK(co_await green::pthread_join(me, nullptr) == EINVAL);
      co_return nullptr;
    };
    pthread_t a;
    CHECK(co_await green::pthread_create(&a, nullptr, joins_me, nullptr) == 0);
    CHECK(co_await green::pthread_join(a, nullptr) == 0);
    static pthread_t one, two;
    const auto joins_two = [](void*) -> green::task<void*> {
      CHECK(co_await green::pthread_join(two, nullptr) == 0);
      co_return nullptr;
    };
    const auto joins_one = [](void*) -> green::task<void*> {
      CHECK(co_await green::pthread_join(one, nullptr) == EDEADLK);
      co_return nullptr;
    };
    CHECK(co_await green::pthread_create(&one, nullptr, joins_two, nullptr) ==
          0);
    CHECK(co_await green::pthread_create(&two, nullptr, joins_one, nullptr) ==
          0);
    CHECK(co_await green::pthread_join(one, nullptr) == 0);
  });
}

TEST_CASE("a thread that is killed before its start") {
  green::run([]() -> green::task<> {
    pthread_t thread = co_await start_sleeper();
    CHECK(green::pthread_cancel(thread) == 0);
    void* result = nullptr;
    CHECK(green::pthread_tryjoin_np(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    thread = co_await start_sleeper();
    CHECK(green::pthread_detach(thread) == 0);
    CHECK(green::pthread_cancel(thread) == 0);
    CHECK(green::pthread_cancel(thread) == ESRCH);
  });
}

TEST_CASE("pthread_exit ends the thread from any depth") {
  green::run([]() -> green::task<> {
    int x = 0;
    pthread_t thread;
    CHECK(co_await green::pthread_create(&thread, nullptr, exit_below, &x) ==
          0);
    void* result = nullptr;
    CHECK(co_await green::pthread_join(thread, &result) == 0);
    CHECK(result == &x);
    // So it does in any green thread.
    const auto exits = [] { green::pthread_exit(nullptr); };
    const auto other = green::spawn(exits);
    co_await other.join();
    CHECK(other.was_killed());
  });
}

TEST_CASE("an exception that leaves a thread ends the process") {
  CHECK(tests::terminates([] {
    green::run([]() -> green::task<> {
      pthread_t thread;
      co_await green::pthread_create(&thread, nullptr, fail, nullptr);
      co_await green::pthread_join(thread, nullptr);
    });
  }));
}

TEST_CASE("cleanup handlers run at a pop and at a kill") {
  green::run([]() -> green::task<> {
    log_of_cleanup.clear();
    pthread_t thread;
    CHECK(co_await green::pthread_create(&thread, nullptr, with_cleanup,
                                         nullptr) == 0);
    co_await tests::others_wait();
    CHECK(log_of_cleanup == "2");
    CHECK(green::pthread_cancel(thread) == 0);
    CHECK(co_await green::pthread_join(thread, nullptr) == 0);
    CHECK(log_of_cleanup == "21");
  });
}

TEST_CASE("a cancel waits for the end of PTHREAD_CANCEL_DISABLE") {
  green::run([]() -> green::task<> {
    std::string log;
    pthread_t thread;
    CHECK(co_await green::pthread_create(&thread, nullptr, shielded, &log) ==
          0);
    co_await green::sleep();
    CHECK(log == "a");
    CHECK(green::pthread_cancel(thread) == 0);
    void* result = nullptr;
    CHECK(co_await green::pthread_join(thread, &result) == 0);
    CHECK(log == "abc");
    CHECK(result == PTHREAD_CANCELED);
  });
}

TEST_CASE_TEMPLATE("the type of cancelling is kept", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    int before = -1;
    CHECK(S::pthread_setcanceltype(99, nullptr) == EINVAL);
    CHECK(S::pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &before) == 0);
    CHECK(before == PTHREAD_CANCEL_DEFERRED);
    CHECK(S::pthread_setcancelstate(99, nullptr) == EINVAL);
    co_return;
  });
}

TEST_CASE_TEMPLATE("a thread's attributes and name", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_attr_t given;
    green::pthread_attr_init(&given);
    CHECK(green::pthread_attr_setstacksize(&given, 1 << 20) == 0);
    CHECK(green::pthread_attr_setguardsize(&given, 8192) == 0);
    shared_state s;
    pthread_t thread;
    CHECK(co_await S::pthread_create(&thread, &given, wait_until_open<S>, &s) ==
          0);
    pthread_attr_t got;
    CHECK(S::pthread_getattr_np(thread, &got) == 0);
    std::size_t size = 0, guard = 0;
    int state = -1;
    CHECK(green::pthread_attr_getstacksize(&got, &size) == 0);
    CHECK(green::pthread_attr_getguardsize(&got, &guard) == 0);
    CHECK(green::pthread_attr_getdetachstate(&got, &state) == 0);
    CHECK(size == 1 << 20);
    CHECK(guard == 8192);
    CHECK(state == PTHREAD_CREATE_JOINABLE);
    green::pthread_attr_destroy(&got);
    char name[16] = "";
    CHECK(S::pthread_setname_np(thread, "a name too long!") == ERANGE);
    CHECK(S::pthread_setname_np(thread, "fifteen letters") == 0);
    CHECK(S::pthread_getname_np(thread, name, 15) == ERANGE);
    CHECK(S::pthread_getname_np(thread, name, 16) == 0);
    CHECK(std::string(name) == "fifteen letters");
    co_await open<S>(s);
    CHECK(co_await S::pthread_join(thread, nullptr) == 0);
    // One that is made detached cannot be joined.
    shared_state other;
    CHECK(green::pthread_attr_setdetachstate(&given, PTHREAD_CREATE_DETACHED) ==
          0);
    CHECK(co_await S::pthread_create(&thread, &given, wait_until_open<S>,
                                     &other) == 0);
    if (tests::may_misuse_threads<S>()) {
      CHECK(S::pthread_detach(thread) == EINVAL);
    }
    co_await open<S>(other);
    for (bool over = false; !over;) {
      co_await S::this_thread::yield();
      co_await S::pthread_mutex_lock(&other.mutex);
      over = other.number != 0;
      S::pthread_mutex_unlock(&other.mutex);
    }
    green::pthread_attr_destroy(&given);
  });
}

TEST_CASE("outside of green threads, all is the original's") {
  CHECK(green::pthread_equal(green::pthread_self(), ::pthread_self()) != 0);
  int before = -1;
  CHECK(green::pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before) == 0);
  CHECK(before == PTHREAD_CANCEL_ENABLE);
}

TEST_CASE("a thread of one hub is joined and cancelled on another") {
  static pthread_t thread;
  static green::atomic<int> step;
  step = 0;
  tests::run_hubs(2, [](int me) -> green::task<> {
    if (me == 0) {
      CHECK(co_await green::pthread_create(&thread, nullptr, sleep_for_ever,
                                           nullptr) == 0);
      step = 1;
      step.notify_all();
      co_await step.wait(1);
    } else {
      co_await step.wait(0);
      CHECK(green::pthread_cancel(thread) == 0);
      void* result = nullptr;
      CHECK(co_await green::pthread_join(thread, &result) == 0);
      CHECK(result == PTHREAD_CANCELED);
      step = 2;
      step.notify_all();
    }
  });
}
