// SPDX-License-Identifier: MIT
// The threads that patched code makes: fibers.
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "green/core/sleep.h"
#include "green/patcher/locks.h"
#include "green/patcher/made_thread.h"
#include "green/patcher/real_threads.h"
#include "green/patcher/refuse.h"
#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

using create_type = int(pthread_t*, const pthread_attr_t*, void* (*)(void*),
                        void*);
using join_type = int(pthread_t, void**);
using timedjoin_type = int(pthread_t, void**, const timespec*);
using clockjoin_type = int(pthread_t, void**, clockid_t, const timespec*);
using exit_type = void(void*);
using set_name_type = int(pthread_t, const char*);
using old_buffer = _pthread_cleanup_buffer;

int create_on(pthread_t* number, const pthread_attr_t* attributes,
              void* (*start)(void*), void* argument) {
  if (stays_real(reinterpret_cast<const void*>(start), argument)) {
    return original<"pthread_create", create_type>(number, attributes, start,
                                                   argument);
  }
  return made_thread::create(number, attributes, {start, nullptr, argument});
}

pthread_t self_on() { return made_thread::current().number(); }

// Joins. Only threads can wait for the end of a real thread, so a fiber tries
// again after pauses.

int join_real(pthread_t thread, void** result,
              const pthreads::time_limit& limit) {
  core::deadline end = core::deadline::never();
  if (!to_deadline(limit.clock, limit.until, end)) return EINVAL;
  return wait_until_free(reinterpret_cast<const void*>(thread), "pthread_join",
                         end, interruptible::yes,
                         [&] { return ::pthread_tryjoin_np(thread, result); });
}

// Nothing outside of a fiber, when the thread is a real one.
template <name_of Name>
made_thread::answer join_by(pthread_t thread, void** result,
                            const pthreads::time_limit& limit) {
  if (!gate_open()) return made_thread::join(thread, result, limit);
  return as_point<Name>([&] {
    const auto done = made_thread::join(thread, result, limit);
    return done ? *done : join_real(thread, result, limit);
  });
}

int join_anywhere(pthread_t thread, void** result) {
  if (const auto done = join_by<"pthread_join">(thread, result, {})) {
    return *done;
  }
  return original<"pthread_join", join_type>(thread, result);
}

int clockjoin_anywhere(pthread_t thread, void** result, clockid_t clock,
                       const timespec* until) {
  const auto done =
      join_by<"pthread_clockjoin_np">(thread, result, {clock, until});
  if (done) return *done;
  return original<"pthread_clockjoin_np", clockjoin_type>(thread, result, clock,
                                                          until);
}

int timedjoin_anywhere(pthread_t thread, void** result, const timespec* until) {
  const auto done =
      join_by<"pthread_timedjoin_np">(thread, result, {CLOCK_REALTIME, until});
  if (done) return *done;
  return original<"pthread_timedjoin_np", timedjoin_type>(thread, result,
                                                          until);
}

int tryjoin_anywhere(pthread_t thread, void** result) {
  if (const auto done = made_thread::try_join(thread, result)) return *done;
  return original<"pthread_tryjoin_np", join_type>(thread, result);
}

// Without a fiber's own function to leave, there is nothing to return to.
void exit_anywhere(void* value) {
  if (!gate_open()) return original<"pthread_exit", exit_type>(value);
  made_thread* const me = this_fiber().thread();
  if (me != nullptr && me->way_out().possible()) me->exit(value);
  refuse("pthread_exit", "it would be of the hub's thread",
         __builtin_return_address(0));
  std::abort();
}

// What else takes a thread's number. A fiber has no scheduling of its own: it
// is asked of the hub's thread, and setting it is accepted.

void tell_of_scheduling() {
  static constinit std::atomic<bool> said = false;
  if (said.exchange(true)) return;
  std::fputs(
      "green: threads that are fibers run one at a time on their hub: their "
      "priorities and processors are accepted and ignored\n",
      stderr);
}

template <auto Made, name_of Name, class F>
struct by_number;
template <auto Made, name_of Name, class R, class... A>
struct by_number<Made, Name, R(pthread_t, A...)> {
  static R call(pthread_t thread, A... arguments) {
    if (const auto done = Made(thread, arguments...)) return *done;
    return original<Name, R(pthread_t, A...)>(thread, arguments...);
  }
};

template <name_of Name, auto Made, class R, class... A>
hook hook_by_number(R (*)(pthread_t, A...)) {
  using function = R(pthread_t, A...);
  return make_whole_hook<Name, function, by_number<Made, Name, function>::call>(
      "create");
}

// Accepts a change of the scheduling.
constexpr auto accept = [](pthread_t thread, auto...) {
  const auto known = made_thread::exists(thread);
  if (known == 0) tell_of_scheduling();
  return known;
};

// Asks the hub's thread.
template <auto Ask>
constexpr auto ask_hub =
    [](pthread_t thread, auto... to) -> made_thread::answer {
  const auto known = made_thread::exists(thread);
  return known == 0 ? Ask(::pthread_self(), to...) : known;
};

// The handlers of pthread_cleanup_push.

__pthread_unwind_buf_t& handler_at(void* handler) {
  return *static_cast<__pthread_unwind_buf_t*>(handler);
}
void register_on(void* handler) {
  made_thread::current().way_out().enter(handler_at(handler));
}
void unregister_on(void* handler) {
  made_thread::current().way_out().remove(handler_at(handler));
}
void unwind_next_on(void* handler) {
  made_thread::current().way_out().go_on_after(handler_at(handler));
}
void push_on(old_buffer* handler, void (*routine)(void*), void* argument) {
  made_thread::current().way_out().enter(*handler, routine, argument);
}
void pop_on(old_buffer* handler, int execute) {
  made_thread::current().way_out().remove(*handler, execute != 0);
}

int yield_on() {
  wait_number([] { return core::yield_wait(); });
  return 0;
}

template <name_of Name, auto InFiber, class R, class... A>
hook of_create(R (*)(A...)) {
  return make_hook<Name, R(A...), InFiber>("create");
}

}  // namespace

void add_join_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_whole_hook<"pthread_join", join_type, join_anywhere>("thread"),
      make_whole_hook<"pthread_timedjoin_np", timedjoin_type,
                      timedjoin_anywhere>("thread"),
      make_whole_hook<"pthread_clockjoin_np", clockjoin_type,
                      clockjoin_anywhere>("thread"),
      make_whole_hook<"pthread_tryjoin_np", join_type, tryjoin_anywhere>(
          "thread"),
      make_whole_hook<"pthread_exit", exit_type, exit_anywhere>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

void add_create_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"pthread_create", create_type, create_on>("create"),
      make_hook<"pthread_self", pthread_t(), self_on>("create"),
      make_hook<"sched_yield", int(), yield_on>("create"),
      make_hook<"pthread_yield", int(), yield_on>("create"),
      hook_by_number<"pthread_detach", made_thread::detach>(::pthread_detach),
      hook_by_number<"pthread_getattr_np", made_thread::get_attributes>(
          ::pthread_getattr_np),
      hook_by_number<"pthread_setname_np", made_thread::set_name>(
          ::pthread_setname_np),
      hook_by_number<"pthread_getname_np", made_thread::get_name>(
          ::pthread_getname_np),
      hook_by_number<"pthread_setschedparam", accept>(::pthread_setschedparam),
      hook_by_number<"pthread_setschedprio", accept>(::pthread_setschedprio),
      hook_by_number<"pthread_setaffinity_np", accept>(
          ::pthread_setaffinity_np),
      hook_by_number<"pthread_getschedparam", ask_hub<::pthread_getschedparam>>(
          ::pthread_getschedparam),
      hook_by_number<"pthread_getaffinity_np",
                     ask_hub<::pthread_getaffinity_np>>(
          ::pthread_getaffinity_np),
      hook_by_number<"pthread_getcpuclockid", ask_hub<::pthread_getcpuclockid>>(
          ::pthread_getcpuclockid),
      make_hook<"__pthread_register_cancel", void(void*), register_on>(
          "create"),
      make_hook<"__pthread_unregister_cancel", void(void*), unregister_on>(
          "create"),
      make_hook<"__pthread_register_cancel_defer", void(void*), register_on>(
          "create"),
      make_hook<"__pthread_unregister_cancel_restore", void(void*),
                unregister_on>("create"),
      make_hook<"__pthread_unwind_next", void(void*), unwind_next_on>("create"),
      make_hook<"_pthread_cleanup_push",
                void(old_buffer*, void (*)(void*), void*), push_on>("create"),
      make_hook<"_pthread_cleanup_pop", void(old_buffer*, int), pop_on>(
          "create"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
