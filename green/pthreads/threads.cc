// SPDX-License-Identifier: MIT
#include "green/pthreads/threads.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "green/core/green_thread.h"
#include "green/greenlets/joining.h"
#include "green/greenlets/thread_call.h"
#include "green/hub/this_hub.h"
#include "green/pthread.h"
#include "green/pthreads/registry.h"
#include "green/pthreads/time_limit.h"

namespace green {

namespace registry = pthreads::registry;
using pthreads::record;
using pthreads::record_ref;

namespace {

using pthreads::start_call;

// What a thread is to run. It goes with the thread, even with one that is
// killed before its start.
class work {
 public:
  work(record_ref made, const start_call& call) noexcept
      : record_(std::move(made)), call_(call) {}
  work(work&&) noexcept = default;
  work& operator=(work&&) = delete;
  ~work() {
    if (record_ != nullptr) registry::ends(std::move(record_));
  }

  record& known() const noexcept { return *record_; }
  const start_call& call() const noexcept { return call_; }

 private:
  record_ref record_;
  start_call call_;
};

task<void*> result_of(const start_call& call) {
  if (call.start != nullptr) return call.start(call.argument);
  return [](task<int> (*start)(void*), void* argument) -> task<void*> {
    const int result = co_await start(argument);
    co_return pthreads::to_pointer(result);
  }(call.start_of_c, call.argument);
}

task<> run_thread(work todo) {
  record& known = todo.known();
  try {
    void* const result = co_await result_of(todo.call());
    known.result = result;
  } catch (const killed&) {
    if (!known.exited) known.result = PTHREAD_CANCELED;
    throw;
  }
}

record_ref find(pthread_t number) {
  const registry::lock guard;
  return registry::find(number);
}

// The caller joins a thread, and no other may.
class joining {
 public:
  joining() = default;
  joining(const joining&) = delete;
  joining& operator=(const joining&) = delete;
  ~joining() {
    if (target_ == nullptr) return;
    const registry::lock guard;
    target_->joiner = 0;
  }

  int begin(pthread_t number) {
    const record_ref me = registry::of_caller();
    const registry::lock guard;
    const record_ref target = registry::find(number);
    if (target == nullptr) return ESRCH;
    if (!target->joinable || target->kept.detached()) return EINVAL;
    if (me != nullptr && (me == target || me->joiner == number)) return EDEADLK;
    if (target->joiner != 0) return EINVAL;
    // A number that is no thread's stands for an OS thread.
    target->joiner = me == nullptr ? ~pthread_t{0} : me->thread->id();
    target_ = target;
    return 0;
  }
  core::green_thread& thread() const noexcept { return *target_->thread; }
  /// The thread has ended.
  void finish(void** result) {
    if (result != nullptr) *result = target_->result;
    const record_ref last = std::move(target_);
    const registry::lock guard;
    registry::remove(last->thread->id());
  }

 private:
  record_ref target_;
};

task<int> join(pthread_t thread, void** result, pthreads::time_limit limit) {
  if (limit.error() != 0) co_return EINVAL;
  joining mine;
  const int refused = mine.begin(thread);
  if (refused != 0) co_return refused;
  join_wait<bool> wait(core::thread_ref(mine.thread()), limit.deadline());
  const bool ended = co_await wait;
  if (!ended) co_return ETIMEDOUT;
  mine.finish(result);
  co_return 0;
}

constexpr std::size_t name_size = 16;  // with the zero

}  // namespace

int pthreads::create(pthread_t* thread, const pthread_attr_t* attributes,
                     const start_call& call) try {
  auto made = std::make_shared<record>(attributes);
  made->joinable = true;
  using state_type = thread_call<task<> (*)(work), work>;
  const auto state = core::thread_ref::adopt(
      new state_type(hub::this_hub(), &run_thread, work(made, call)));
  {
    const registry::lock guard;
    made->thread = state;
    state->adopt(core::site());
    registry::add(made);
    *thread = state->id();
  }
  state->make_ready();
  return 0;
} catch (const std::bad_alloc&) {
  return EAGAIN;
}

void* pthreads::to_pointer(int result) noexcept {
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(result));
}

task<int> pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                         task<void*> (*start)(void*), void* argument) {
  co_return pthreads::create(thread, attributes, {start, nullptr, argument});
}

void pthread_exit(void* result) {
  const record_ref me = registry::of_caller();
  if (me == nullptr) ::pthread_exit(result);
  me->result = result;
  me->exited = true;
  throw killed();
}

task<int> pthread_join(pthread_t thread, void** result) {
  return join(thread, result, {});
}

task<int> pthread_timedjoin_np(pthread_t thread, void** result,
                               const timespec* until) {
  return join(thread, result, {CLOCK_REALTIME, until});
}

task<int> pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock,
                               const timespec* until) {
  return join(thread, result, {clock, until});
}

int pthread_tryjoin_np(pthread_t thread, void** result) {
  const record_ref target = find(thread);
  if (target == nullptr) return ESRCH;
  if (!target->thread->finished()) return EBUSY;
  joining mine;
  const int refused = mine.begin(thread);
  if (refused == 0) mine.finish(result);
  return refused;
}

int pthread_detach(pthread_t thread) {
  const record_ref target = find(thread);
  if (target == nullptr) return ESRCH;
  const registry::lock guard;
  if (!target->joinable || target->kept.detached()) return EINVAL;
  target->kept.detach();
  if (target->ended) registry::remove(thread);
  return 0;
}

pthread_t pthread_self() {
  const record_ref me = registry::of_caller();
  return me == nullptr ? ::pthread_self() : me->thread->id();
}

int pthread_cancel(pthread_t thread) {
  const record_ref target = find(thread);
  if (target == nullptr) return ESRCH;
  target->thread->kill();
  return 0;
}

int pthread_setcancelstate(int state, int* before) {
  const record_ref me = registry::of_caller();
  if (me == nullptr) return ::pthread_setcancelstate(state, before);
  if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) {
    return EINVAL;
  }
  if (before != nullptr) {
    *before = me->cancels ? PTHREAD_CANCEL_ENABLE : PTHREAD_CANCEL_DISABLE;
  }
  const bool cancels = state == PTHREAD_CANCEL_ENABLE;
  if (std::exchange(me->cancels, cancels) == cancels) return 0;
  cancels ? me->thread->remove_shield() : me->thread->add_shield();
  return 0;
}

int pthread_setcanceltype(int type, int* before) {
  const record_ref me = registry::of_caller();
  if (me == nullptr) return ::pthread_setcanceltype(type, before);
  if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) {
    return EINVAL;
  }
  if (before != nullptr) *before = me->cancel_type;
  me->cancel_type = type;
  return 0;
}

// A task looks for interrupts when it begins.
task<> pthread_testcancel() { co_return; }

int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes) {
  const record_ref target = find(thread);
  if (target == nullptr) return ESRCH;
  const registry::lock guard;
  return target->kept.give(attributes);
}

int pthread_setname_np(pthread_t thread, const char* name) {
  if (std::strlen(name) >= name_size) return ERANGE;
  const record_ref target = find(thread);
  if (target == nullptr) return ESRCH;
  if (core::scheduler::here() == &target->thread->home()) {
    target->thread->set_name(name);
  }
  const registry::lock guard;
  target->name = name;
  return 0;
}

int pthread_getname_np(pthread_t thread, char* name, std::size_t size) {
  const record_ref target = find(thread);
  if (target == nullptr) return ESRCH;
  if (size < name_size) return ERANGE;
  const registry::lock guard;
  const std::string known = target->name.empty()
                                ? "greenlet-" + std::to_string(thread)
                                : target->name;
  const std::size_t length = std::min(known.size(), name_size - 1);
  std::memcpy(name, known.data(), length);
  name[length] = '\0';
  return 0;
}

}  // namespace green
