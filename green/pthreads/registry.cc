// SPDX-License-Identifier: MIT
#include "green/pthreads/registry.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include "green/core/fork_mutex.h"
#include "green/core/green_thread.h"
#include "green/core/made_once.h"

namespace green::pthreads {

attributes::attributes(const pthread_attr_t* given) {
  pthread_attr_t usual;
  const bool own = given == nullptr;
  if (own) {
    if (::pthread_getattr_default_np(&usual) != 0) return;
    given = &usual;
  }
  ::pthread_attr_getdetachstate(given, &detach_state_);
  ::pthread_attr_getinheritsched(given, &inherit_);
  ::pthread_attr_getschedpolicy(given, &policy_);
  ::pthread_attr_getschedparam(given, &parameters_);
  ::pthread_attr_getscope(given, &scope_);
  ::pthread_attr_getguardsize(given, &guard_size_);
  ::pthread_attr_getstacksize(given, &stack_size_);
  if (own) ::pthread_attr_destroy(&usual);
}

int attributes::give(pthread_attr_t* to) const {
  const int result = ::pthread_attr_init(to);
  if (result != 0) return result;
  ::pthread_attr_setdetachstate(to, detach_state_);
  ::pthread_attr_setinheritsched(to, inherit_);
  ::pthread_attr_setschedpolicy(to, policy_);
  ::pthread_attr_setschedparam(to, &parameters_);
  ::pthread_attr_setscope(to, scope_);
  ::pthread_attr_setguardsize(to, guard_size_);
  ::pthread_attr_setstacksize(to, stack_size_);
  return 0;
}

namespace registry {

namespace {

using table = std::unordered_map<pthread_t, record_ref>;

constinit core::fork_mutex mutex;

table& all() {
  static constinit core::made_once<table> one;
  return one.get();
}

const char record_key = 0;

// A local of the green thread: its record, and the end of it.
struct known final : core::green_thread::local_value {
  explicit known(record_ref made) : mine(std::move(made)) { key = &record_key; }
  ~known() override { ends(std::move(mine)); }
  record_ref mine;
};

core::green_thread* current() noexcept {
  const core::scheduler* const hub = core::scheduler::here();
  return hub == nullptr ? nullptr : hub->current();
}

}  // namespace

lock::lock() { mutex.lock(); }
lock::~lock() { mutex.unlock(); }

record_ref find(pthread_t number) {
  const auto found = all().find(number);
  return found == all().end() ? nullptr : found->second;
}

void add(const record_ref& made) { all()[made->thread->id()] = made; }

void remove(pthread_t number) noexcept { all().erase(number); }

// `made` goes after the lock, as it may destroy the thread.
void ends(record_ref made) noexcept {
  const lock guard;
  made->ended = true;
  if (made->joinable && !made->kept.detached()) return;
  if (made->thread) remove(made->thread->id());
}

record_ref of_caller() {
  core::green_thread* const me = current();
  if (me == nullptr) return nullptr;
  record_ref mine;
  me->locals().for_each([&mine](core::green_thread::local_value& value) {
    if (value.key == &record_key) mine = static_cast<known&>(value).mine;
  });
  if (mine != nullptr) return mine;
  {
    const lock guard;
    mine = find(me->id());
    if (mine == nullptr) {
      mine = std::make_shared<record>(nullptr);
      mine->thread = core::thread_ref(*me);
      add(mine);
    }
  }
  me->locals().push_back(*new known(mine));
  return mine;
}

}  // namespace registry
}  // namespace green::pthreads
