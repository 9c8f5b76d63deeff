// SPDX-License-Identifier: MIT
//
// Bodies that run twice: on threads with the functions of the C library, and on
// fibers with the hooks of these functions. The original judges the fibers.
//
//   void body() { tests::note_error("join", c->join(made, nullptr)); }
//   CHECK(tests::same_on_both(body) == "join 0\n");
#pragma once

#include <doctest/doctest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include "green/green.h"
#include "tests/support/hooked.h"

namespace tests {

template <class R, class... A>
R (*without_noexcept(R (*)(A...)))(A...);
template <auto F>
using plain = decltype(without_noexcept(F));

/// The functions of one side.
struct thread_side {
  plain<::pthread_create> create;
  plain<::pthread_join> join;
  plain<::pthread_tryjoin_np> tryjoin;
  plain<::pthread_timedjoin_np> timedjoin;
  plain<::pthread_clockjoin_np> clockjoin;
  plain<::pthread_detach> detach;
  pthread_t (*self)();
  void (*exit)(void*);
  plain<::pthread_setname_np> setname;
  plain<::pthread_getname_np> getname;
  plain<::pthread_getattr_np> getattr;
  plain<::pthread_cancel> cancel;
  plain<::pthread_setcancelstate> setcancelstate;
  void (*testcancel)();
  plain<::pthread_kill> kill;
  plain<::pthread_sigqueue> sigqueue;
  plain<::pthread_sigmask> set_mask;
  plain<::sigwait> sigwait;
  plain<::pthread_mutex_lock> lock;
  plain<::pthread_mutex_unlock> unlock;
  plain<::pthread_cond_wait> wait;
  int (*yield)();
  plain<::nanosleep> nanosleep;
  plain<::read> read;
};

inline const thread_side of_system{::pthread_create,
                                   ::pthread_join,
                                   ::pthread_tryjoin_np,
                                   ::pthread_timedjoin_np,
                                   ::pthread_clockjoin_np,
                                   ::pthread_detach,
                                   ::pthread_self,
                                   ::pthread_exit,
                                   ::pthread_setname_np,
                                   ::pthread_getname_np,
                                   ::pthread_getattr_np,
                                   ::pthread_cancel,
                                   ::pthread_setcancelstate,
                                   ::pthread_testcancel,
                                   ::pthread_kill,
                                   ::pthread_sigqueue,
                                   ::pthread_sigmask,
                                   ::sigwait,
                                   ::pthread_mutex_lock,
                                   ::pthread_mutex_unlock,
                                   ::pthread_cond_wait,
                                   ::sched_yield,
                                   ::nanosleep,
                                   ::read};

inline const thread_side of_fibers{
    hooked("pthread_create", ::pthread_create),
    hooked("pthread_join", ::pthread_join),
    hooked("pthread_tryjoin_np", ::pthread_tryjoin_np),
    hooked("pthread_timedjoin_np", ::pthread_timedjoin_np),
    hooked("pthread_clockjoin_np", ::pthread_clockjoin_np),
    hooked("pthread_detach", ::pthread_detach),
    hooked<pthread_t()>("pthread_self"),
    hooked<void(void*)>("pthread_exit"),
    hooked("pthread_setname_np", ::pthread_setname_np),
    hooked("pthread_getname_np", ::pthread_getname_np),
    hooked("pthread_getattr_np", ::pthread_getattr_np),
    hooked("pthread_cancel", ::pthread_cancel),
    hooked("pthread_setcancelstate", ::pthread_setcancelstate),
    hooked<void()>("pthread_testcancel"),
    hooked("pthread_kill", ::pthread_kill),
    hooked("pthread_sigqueue", ::pthread_sigqueue),
    hooked("pthread_sigmask", ::pthread_sigmask),
    hooked("sigwait", ::sigwait),
    hooked("pthread_mutex_lock", ::pthread_mutex_lock),
    hooked("pthread_mutex_unlock", ::pthread_mutex_unlock),
    hooked("pthread_cond_wait", ::pthread_cond_wait),
    hooked<int()>("sched_yield"),
    hooked("nanosleep", ::nanosleep),
    hooked("read", ::read)};

/// The side of the body that runs.
inline const thread_side* c = nullptr;

/// What the body has found out, a line each. While a thread may note, nobody
/// else does.
inline std::string found;

inline void note(const std::string& what) { found += what + "\n"; }
inline void note(const char* what, long value) {
  note(std::string(what) + " " + std::to_string(value));
}
inline void note_error(const char* what, int error) {
  note(std::string(what) + " " + (error == 0 ? "0" : ::strerrorname_np(error)));
}

inline std::string run_on(const thread_side& which, void (*body)()) {
  c = &which;
  found.clear();
  if (&which == &of_system) {
    std::thread(body).join();
  } else {
    green::run([body]() -> green::task<> { co_await on_fiber(body); });
  }
  return found;
}

/// Both sides find out the same. Returns that.
inline std::string same_on_both(void (*body)()) {
  const std::string expected = run_on(of_system, body);
  CHECK(run_on(of_fibers, body) == expected);
  return expected;
}

inline void* pointer(std::intptr_t value) {
  return reinterpret_cast<void*>(value);
}
inline long number(void* value) {
  return reinterpret_cast<std::intptr_t>(value);
}

inline pthread_t start(void* (*function)(void*), void* argument = nullptr,
                       const pthread_attr_t* attributes = nullptr) {
  pthread_t made = 0;
  const int failed = c->create(&made, attributes, function, argument);
  if (failed != 0) note_error("create", failed);
  return made;
}

inline void join_and_note(pthread_t thread) {
  void* result = nullptr;
  note_error("join", c->join(thread, &result));
  note("result", number(result));
}

/// Notes that its scope is left.
struct left {
  explicit left(const char* what) : name(what) {}
  left(const left&) = delete;
  left& operator=(const left&) = delete;
  ~left() { note(std::string("left ") + name); }
  const char* name;
};

}  // namespace tests
