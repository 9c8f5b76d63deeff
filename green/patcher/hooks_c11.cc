// SPDX-License-Identifier: MIT
// The threads of C11, which are those of pthread.h under other names. The
// calls go to the hooks of these.
#include <pthread.h>
#include <threads.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "green/patcher/made_thread.h"
#include "green/patcher/real_threads.h"
#include "green/patcher/replacement.h"
#include "green/pthreads/c11.h"

namespace green::patcher {

namespace {

// The hook of a function of pthread.h.
template <name_of Name, class F>
inline constinit F* hook_of = nullptr;

template <name_of Name, class R, class... A>
void find_hook(const std::vector<hook>& all, R (*)(A...)) {
  const auto found = std::ranges::find(all, std::string_view(Name.text),
                                       [](const hook& h) { return h.name; });
  hook_of<Name, R(A...)> =
      found == all.end() ? nullptr
                         : reinterpret_cast<R (*)(A...)>(found->replacement);
}

template <class T>
auto plain(T value) noexcept {
  if constexpr (requires { pthreads::inside(value); }) {
    return pthreads::inside(value);
  } else {
    return value;
  }
}

template <name_of Name, class F, class... C>
struct by_hook;
template <name_of Name, class... A, class... C>
struct by_hook<Name, int(A...), C...> {
  static int call(C... arguments) {
    return pthreads::to_thrd(hook_of<Name, int(A...)>(plain(arguments)...));
  }
};

using thrd_create_type = int(thrd_t*, thrd_start_t, void*);
using thrd_exit_type = void(int);
using thrd_join_type = int(thrd_t, int*);

int thrd_create_on(thrd_t* number, thrd_start_t start, void* argument) {
  if (stays_real(reinterpret_cast<const void*>(start), argument)) {
    return original<"thrd_create", thrd_create_type>(number, start, argument);
  }
  return pthreads::to_thrd(
      made_thread::create(number, nullptr, {nullptr, start, argument}));
}

void thrd_exit_on(int result) {
  const std::intptr_t wide = result;
  hook_of<"pthread_exit", void(void*)>(reinterpret_cast<void*>(wide));
}

int thrd_join_anywhere(thrd_t thread, int* result) {
  void* given = nullptr;
  const int failed = hook_of<"pthread_join", int(pthread_t, void**)>(
      thread, result == nullptr ? nullptr : &given);
  if (failed == 0 && result != nullptr) {
    *result = static_cast<int>(reinterpret_cast<std::intptr_t>(given));
  }
  return pthreads::to_thrd(failed);
}

int thrd_sleep_on(const timespec* length, timespec* left) {
  const int failed = hook_of<"clock_nanosleep",
                             int(clockid_t, int, const timespec*, timespec*)>(
      CLOCK_REALTIME, 0, length, left);
  return pthreads::to_sleep(failed);
}

void thrd_yield_on() { hook_of<"sched_yield", int()>(); }
pthread_t current_on() { return made_thread::current().number(); }

void call_once_anywhere(once_flag* flag, void (*function)()) {
  hook_of<"pthread_once", int(pthread_once_t*, void (*)())>(
      pthreads::inside(flag), function);
}

void* tss_get_anywhere(tss_t key) {
  return hook_of<"pthread_getspecific", void*(pthread_key_t)>(key);
}
void tss_delete_anywhere(tss_t key) {
  hook_of<"pthread_key_delete", int(pthread_key_t)>(key);
}

void find_hooks(const std::vector<hook>& all) {
  find_hook<"pthread_join">(all, ::pthread_join);
  find_hook<"pthread_detach">(all, ::pthread_detach);
  find_hook<"pthread_once">(all, ::pthread_once);
  find_hook<"pthread_mutex_lock">(all, ::pthread_mutex_lock);
  find_hook<"pthread_mutex_trylock">(all, ::pthread_mutex_trylock);
  find_hook<"pthread_mutex_timedlock">(all, ::pthread_mutex_timedlock);
  find_hook<"pthread_mutex_unlock">(all, ::pthread_mutex_unlock);
  find_hook<"pthread_cond_wait">(all, ::pthread_cond_wait);
  find_hook<"pthread_cond_timedwait">(all, ::pthread_cond_timedwait);
  find_hook<"pthread_cond_signal">(all, ::pthread_cond_signal);
  find_hook<"pthread_cond_broadcast">(all, ::pthread_cond_broadcast);
  find_hook<"clock_nanosleep">(all, ::clock_nanosleep);
  find_hook<"sched_yield">(all, ::sched_yield);
  find_hook<"pthread_key_create">(all, ::pthread_key_create);
  find_hook<"pthread_key_delete">(all, ::pthread_key_delete);
  find_hook<"pthread_getspecific">(all, ::pthread_getspecific);
  find_hook<"pthread_setspecific">(all, ::pthread_setspecific);
  void (*const plain_exit)(void*) = ::pthread_exit;
  find_hook<"pthread_exit">(all, plain_exit);
}

// Name stands for the function Of of pthread.h, with parameters C.
template <name_of Name, name_of Of, class... C, class... A>
hook same_as(const char* group, int (*)(A...)) {
  return make_whole_hook<Name, int(C...), by_hook<Of, int(A...), C...>::call>(
      group);
}

}  // namespace

void add_c11_hooks(std::vector<hook>& all) {
  find_hooks(all);
  const hook mine[] = {
      make_hook<"thrd_create", thrd_create_type, thrd_create_on>("create"),
      make_hook<"thrd_current", thrd_t(), current_on>("create"),
      make_hook<"thrd_exit", thrd_exit_type, thrd_exit_on>("create"),
      make_whole_hook<"thrd_join", thrd_join_type, thrd_join_anywhere>(
          "create"),
      same_as<"thrd_detach", "pthread_detach", thrd_t>("create",
                                                       ::pthread_detach),
      make_hook<"thrd_yield", void(), thrd_yield_on>("create"),
      make_hook<"thrd_sleep", int(const timespec*, timespec*), thrd_sleep_on>(
          "time"),
      make_whole_hook<"call_once", void(once_flag*, void (*)()),
                      call_once_anywhere>("thread"),
      same_as<"mtx_lock", "pthread_mutex_lock", mtx_t*>("thread",
                                                        ::pthread_mutex_lock),
      same_as<"mtx_trylock", "pthread_mutex_trylock", mtx_t*>(
          "thread", ::pthread_mutex_trylock),
      same_as<"mtx_timedlock", "pthread_mutex_timedlock", mtx_t*,
              const timespec*>("thread", ::pthread_mutex_timedlock),
      same_as<"mtx_unlock", "pthread_mutex_unlock", mtx_t*>(
          "thread", ::pthread_mutex_unlock),
      same_as<"cnd_wait", "pthread_cond_wait", cnd_t*, mtx_t*>(
          "thread", ::pthread_cond_wait),
      same_as<"cnd_timedwait", "pthread_cond_timedwait", cnd_t*, mtx_t*,
              const timespec*>("thread", ::pthread_cond_timedwait),
      same_as<"cnd_signal", "pthread_cond_signal", cnd_t*>(
          "thread", ::pthread_cond_signal),
      same_as<"cnd_broadcast", "pthread_cond_broadcast", cnd_t*>(
          "thread", ::pthread_cond_broadcast),
      same_as<"tss_create", "pthread_key_create", tss_t*, tss_dtor_t>(
          "thread", ::pthread_key_create),
      same_as<"tss_set", "pthread_setspecific", tss_t, void*>(
          "thread", ::pthread_setspecific),
      make_whole_hook<"tss_get", void*(tss_t), tss_get_anywhere>("thread"),
      make_whole_hook<"tss_delete", void(tss_t), tss_delete_anywhere>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
