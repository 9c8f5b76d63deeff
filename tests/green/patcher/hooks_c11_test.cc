// SPDX-License-Identifier: MIT
// The threads of <threads.h> in patched code.
#include <doctest/doctest.h>
#include <threads.h>
#include <time.h>

#include <string>

#include "tests/support/thread_sides.h"

using namespace tests;

namespace {

// The functions of one side.
struct c11_side {
  plain<::thrd_create> create;
  plain<::thrd_join> join;
  plain<::thrd_detach> detach;
  thrd_t (*current)();
  void (*exit)(int);
  plain<::mtx_lock> lock;
  plain<::mtx_trylock> trylock;
  plain<::mtx_unlock> unlock;
  plain<::cnd_wait> wait;
  plain<::cnd_timedwait> timedwait;
  plain<::cnd_signal> signal;
  void (*once)(once_flag*, void (*)());
  void* (*get)(tss_t);
  plain<::tss_set> set;
};

const c11_side of_libc{::thrd_create,   ::thrd_join,  ::thrd_detach,
                       ::thrd_current,  ::thrd_exit,  ::mtx_lock,
                       ::mtx_trylock,   ::mtx_unlock, ::cnd_wait,
                       ::cnd_timedwait, ::cnd_signal, ::call_once,
                       ::tss_get,       ::tss_set};
const c11_side of_hooks{hooked("thrd_create", ::thrd_create),
                        hooked("thrd_join", ::thrd_join),
                        hooked("thrd_detach", ::thrd_detach),
                        hooked<thrd_t()>("thrd_current"),
                        hooked<void(int)>("thrd_exit"),
                        hooked("mtx_lock", ::mtx_lock),
                        hooked("mtx_trylock", ::mtx_trylock),
                        hooked("mtx_unlock", ::mtx_unlock),
                        hooked("cnd_wait", ::cnd_wait),
                        hooked("cnd_timedwait", ::cnd_timedwait),
                        hooked("cnd_signal", ::cnd_signal),
                        hooked("call_once", ::call_once),
                        hooked<void*(tss_t)>("tss_get"),
                        hooked("tss_set", ::tss_set)};

const c11_side& t() { return c == &of_fibers ? of_hooks : of_libc; }

mtx_t mutex;
cnd_t condition;
tss_t key;
once_flag flag = ONCE_FLAG_INIT;
bool ready = false;
thrd_t its_number = 0;
int initialised = 0;

int hand_over(void* value) {
  its_number = t().current();
  t().set(key, value);
  t().once(&flag, [] { ++initialised; });
  t().lock(&mutex);
  ready = true;
  t().signal(&condition);
  t().unlock(&mutex);
  if (t().get(key) == value) t().exit(-3);
  return 4;
}

void all_of_it() {
  ready = false;
  ::mtx_init(&mutex, mtx_timed);
  ::cnd_init(&condition);
  ::tss_create(&key, nullptr);
  flag = ONCE_FLAG_INIT;
  initialised = 0;
  t().lock(&mutex);
  note("busy", t().trylock(&mutex));
  const timespec past{1, 0};
  note("late", t().timedwait(&condition, &mutex, &past));
  thrd_t made = 0;
  int value = 0, result = 0;
  note("create", t().create(&made, hand_over, &value));
  while (!ready) t().wait(&condition, &mutex);
  t().unlock(&mutex);
  note("join", t().join(made, &result));
  note("result", result);
  note("number", its_number == made);
  note("another's value", t().get(key) != nullptr);
  note("initialised", initialised);
  ::tss_delete(key);
  ::cnd_destroy(&condition);
  ::mtx_destroy(&mutex);
}

}  // namespace

TEST_CASE("the threads of <threads.h> are fibers, too") {
  CHECK(same_on_both(all_of_it) ==
        "busy 1\nlate 4\ncreate 0\njoin 0\nresult -3\nnumber 1\n"
        "another's value 0\ninitialised 1\n");
}
