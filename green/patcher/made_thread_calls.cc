// SPDX-License-Identifier: MIT
// What pthread.h does with the number of a thread that is a fiber.
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

#include "green/hub/futex.h"
#include "green/hub/this_hub.h"
#include "green/patcher/locks.h"
#include "green/patcher/made_thread.h"
#include "green/patcher/thread_numbers.h"

namespace green::patcher {

namespace {

// Is the caller the hub's own code, whose wait would hold the hub?
bool holds_hub() noexcept { return hub::running() && !gate_open(); }

}  // namespace

// With the lock of all numbers. The order of the errors is glibc's.
int made_thread::begin_join(const thread_numbers& all, made_thread& target,
                            pthread_t by) noexcept {
  const made_thread* const me = all.find(by);
  const bool itself = target.number_ == by;
  if (itself && target.kind_ != kind::made) return EDEADLK;
  if (target.detached_) return EINVAL;
  if (itself) return EDEADLK;
  if (me != nullptr && me->joiner_ == target.number_) return EDEADLK;
  if (target.joiner_ != 0) return EINVAL;
  target.joiner_ = by;
  return 0;
}

int made_thread::wait_for_end(const pthreads::time_limit& limit) noexcept {
  const core::deadline until = limit.deadline();
  if (gate_open()) {
    return wait_until_woken(this, "pthread_join", until,
                            [this] { return ended_.load() != 0 ? 0 : EBUSY; });
  }
  while (ended_.load() == 0) {
    const std::int64_t left =
        until.finite() ? until.ns() - core::now() : core::deadline::infinite;
    if (left <= 0) return ETIMEDOUT;
    hub::wait_on(ended_, 0, left);
  }
  return 0;
}

// It has ended.
void* made_thread::finish_join() noexcept {
  void* const result = result_;
  remove();
  return result;
}

made_thread::answer made_thread::join(
    pthread_t number, void** result,
    const pthreads::time_limit& limit) noexcept {
  const bool on_fiber = gate_open();
  const pthread_t by = on_fiber ? current().number_ : ::pthread_self();
  made_thread* target = nullptr;
  {
    const thread_numbers all;
    target = all.find(number);
    if (target == nullptr) return std::nullopt;
    if (limit.error() != 0) return EINVAL;
    if (!on_fiber && holds_hub()) {
      std::fputs(
          "green: pthread_join of a thread that is a fiber of this hub would "
          "hold the hub: join it in green::patched()\n",
          stderr);
      return EDEADLK;
    }
    const int refused = begin_join(all, *target, by);
    if (refused != 0) return refused;
    if (!on_fiber) ++target->waiters_;
  }
  const int failed = target->wait_for_end(limit);
  {
    const thread_numbers all;
    if (!on_fiber) --target->waiters_;
    if (failed != 0) target->joiner_ = 0;
  }
  if (failed != 0) return failed;
  const shut_gate shut;
  void* const given = target->finish_join();
  if (result != nullptr) *result = given;
  return 0;
}

made_thread::answer made_thread::try_join(pthread_t number,
                                          void** result) noexcept {
  const pthread_t by = gate_open() ? current().number_ : ::pthread_self();
  const shut_gate shut;
  made_thread* target = nullptr;
  {
    const thread_numbers all;
    target = all.find(number);
    if (target == nullptr) return std::nullopt;
    if (target->ended_.load() == 0 && !target->detached_ &&
        target->number_ != by) {
      return EBUSY;
    }
    const int refused = begin_join(all, *target, by);
    if (refused != 0) return refused;
  }
  void* const given = target->finish_join();
  if (result != nullptr) *result = given;
  return 0;
}

made_thread::answer made_thread::detach(pthread_t number) noexcept {
  const shut_gate shut;
  made_thread* target = nullptr;
  {
    const thread_numbers all;
    target = all.find(number);
    if (target == nullptr || target->kind_ == kind::main) return std::nullopt;
    if (target->detached_ || target->joiner_ != 0) return EINVAL;
    target->detached_ = true;
    if (target->ended_.load() == 0) return 0;
  }
  target->remove();
  return 0;
}

made_thread::answer made_thread::get_attributes(
    pthread_t number, pthread_attr_t* attributes) noexcept {
  const thread_numbers all;
  const made_thread* const target = all.find(number);
  if (target == nullptr) return std::nullopt;
  if (target->ended_.load() != 0) return ESRCH;
  const fiber_stack& stack = target->fiber_.memory();
  const int failed = ::pthread_attr_init(attributes);
  if (failed != 0) return failed;
  ::pthread_attr_setstack(attributes, stack.bottom(), stack.size());
  ::pthread_attr_setguardsize(attributes, target->guard_size_);
  ::pthread_attr_setdetachstate(attributes, target->detached_
                                                ? PTHREAD_CREATE_DETACHED
                                                : PTHREAD_CREATE_JOINABLE);
  return 0;
}

made_thread::answer made_thread::set_name(pthread_t number,
                                          const char* name) noexcept {
  const thread_numbers all;
  made_thread* const target = all.find(number);
  if (target == nullptr || target->kind_ == kind::main) return std::nullopt;
  const std::string_view given = name;
  if (given.size() >= target->name_.size()) return ERANGE;
  target->name_ = {};
  std::ranges::copy(given, target->name_.begin());
  return 0;
}

made_thread::answer made_thread::get_name(pthread_t number, char* name,
                                          std::size_t size) noexcept {
  const thread_numbers all;
  const made_thread* const target = all.find(number);
  if (target == nullptr || target->kind_ == kind::main) return std::nullopt;
  if (size < target->name_.size()) return ERANGE;
  std::ranges::copy(target->name_, name);
  return 0;
}

// A request for a thread of another hub.
struct made_thread::request : core::runnable {
  request(pthread_t to, const siginfo_t* what)
      : runnable(&request::deliver), number(to) {
    if (what != nullptr) signal = *what;
  }
  static void deliver(core::runnable& r) {
    const std::unique_ptr<request> me(static_cast<request*>(&r));
    ask(me->number, me->signal ? &*me->signal : nullptr);
  }

  pthread_t number;
  std::optional<siginfo_t> signal;  // else a cancel
};

made_thread::answer made_thread::ask(pthread_t number,
                                     const siginfo_t* signal) {
  const shut_gate shut;
  made_thread* target = nullptr;
  {
    const thread_numbers all;
    target = all.find(number);
    if (target == nullptr) return std::nullopt;
    if (signal != nullptr && target->kind_ == kind::main) return std::nullopt;
    if (target->ended_.load() != 0) return 0;
    if (target->home_ != core::scheduler::here()) {
      target->home_->post(*new request(number, signal));
      return 0;
    }
  }
  // It is of this OS thread, and so cannot end meanwhile.
  if (signal != nullptr) {
    target->events_.send(*signal);
  } else {
    target->events_.cancel();
  }
  return 0;
}

made_thread::answer made_thread::cancel(pthread_t number) noexcept try {
  return ask(number, nullptr);
} catch (const std::bad_alloc&) {
  return ENOMEM;
}

made_thread::answer made_thread::send(pthread_t number,
                                      const siginfo_t& signal) noexcept try {
  return ask(number, &signal);
} catch (const std::bad_alloc&) {
  return EAGAIN;
}

const void* made_thread::code_of(const core::green_thread& runs) {
  const thread_numbers all;
  const made_thread* const found = all.find_if([&runs](const made_thread& t) {
    return t.ended_.load() == 0 && t.events_.are_of(runs);
  });
  return found == nullptr ? nullptr : found->code_;
}

made_thread::answer made_thread::exists(pthread_t number) noexcept {
  const thread_numbers all;
  const made_thread* const target = all.find(number);
  if (target == nullptr) return std::nullopt;
  return target->ended_.load() == 0 ? 0 : ESRCH;
}

}  // namespace green::patcher
