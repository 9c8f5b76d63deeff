// SPDX-License-Identifier: MIT
#include "green/patcher/made_thread.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/hub/futex.h"
#include "green/patcher/gate.h"
#include "green/patcher/locks.h"
#include "green/patcher/lot.h"
#include "green/patcher/more_hubs.h"
#include "green/patcher/overflow.h"
#include "green/patcher/real_threads.h"
#include "green/patcher/thread_end.h"
#include "green/patcher/thread_numbers.h"

namespace green::patcher {

namespace {

// The made threads that still run code of the program. Their end may be the
// process's: of one whose main has called pthread_exit, or was not there in a
// child of fork.
std::atomic<unsigned> living = 0;
std::atomic<bool> without_main = false;

// The attributes of a thread that is to be made.
struct wishes {
  bool detached = false;
  std::size_t stack_size = 0;
  std::size_t guard_size = 0;

  explicit wishes(const pthread_attr_t* given) noexcept {
    pthread_attr_t usual;
    const bool none = given == nullptr;
    if (none && ::pthread_getattr_default_np(&usual) == 0) given = &usual;
    if (given == nullptr) return;
    int state = PTHREAD_CREATE_JOINABLE;
    ::pthread_attr_getdetachstate(given, &state);
    detached = state == PTHREAD_CREATE_DETACHED;
    ::pthread_attr_getstacksize(given, &stack_size);
    ::pthread_attr_getguardsize(given, &guard_size);
    if (none) ::pthread_attr_destroy(&usual);
  }

  // Address space alone, as a stack costs the pages that are touched.
  std::size_t stack() const noexcept {
    constexpr std::size_t most = std::size_t{8} * 1024 * 1024;
    return std::clamp(stack_size, fiber_stack::usual, most);
  }
};

// The signals that a thread blocks; null is the hub's thread.
sigset_t mask_of(made_thread* maker) noexcept {
  if (maker != nullptr && !maker->has_hubs_mask())
    return maker->events().mask();
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return mask;
}

}  // namespace

made_thread::made_thread(kind what, fiber& on) noexcept
    : kind_(what),
      fiber_(on),
      number_(what == kind::main ? ::pthread_self()
                                 : reinterpret_cast<pthread_t>(this)),
      detached_(what == kind::adopted) {}

// Goes with the green thread that is to run it, even with one that is killed
// before its start.
class made_thread::birth {
 public:
  explicit birth(made_thread& thread) noexcept : thread_(&thread) {}
  birth(birth&& other) noexcept
      : thread_(std::exchange(other.thread_, nullptr)) {}
  birth& operator=(birth&&) = delete;
  ~birth() {
    if (thread_ != nullptr) thread_->never_begins();
  }

  static core::task<> run(birth born);

  made_thread& known() const noexcept { return *thread_; }
  made_thread& take() noexcept { return *std::exchange(thread_, nullptr); }

 private:
  made_thread* thread_;
};

// Brings a thread to its hub.
struct made_thread::arrival final : core::runnable {
  using green_thread = core::spawned<core::task<> (*)(birth), birth>;

  arrival(core::scheduler& hub, birth born)
      : runnable(&arrival::begin),
        begins(core::thread_ref::adopt(
            new green_thread(hub, &birth::run, std::move(born)))) {}

  static void begin(core::runnable& r) {
    const std::unique_ptr<arrival> me(static_cast<arrival*>(&r));
    me->begins->launch(core::site());
  }

  core::thread_ref begins;
};

const void* made_thread::call::code() const noexcept {
  const void* const function = start != nullptr
                                   ? reinterpret_cast<const void*>(start)
                                   : reinterpret_cast<const void*>(start_of_c);
  return code_of_thread(function, argument);
}

int made_thread::create(pthread_t* number, const pthread_attr_t* attributes,
                        const call& todo) noexcept {
  const shut_gate shut;
  pthread_t made = 0;
  try {
    const wishes asked(attributes);
    more_hubs::place place = more_hubs::next();
    core::scheduler& home = place.hub();
    auto own = std::make_unique<own_thread>(thread_locals::start::fresh);
    fiber& on = fiber::take(asked.stack());
    on.return_pages();
    on.become(std::move(own));
    birth born(*new made_thread(kind::made, on));
    made_thread& me = born.known();
    made = me.number_;
    me.call_ = todo;
    me.code_ = todo.code();
    me.guard_size_ = asked.guard_size;
    me.detached_ = asked.detached;
    made_thread* const maker = shut.owner().thread();
    if (maker != nullptr) me.name_ = maker->name_;
    me.events_.begin_with(mask_of(maker));
    me.home_ = &home;
    me.place_.emplace(std::move(place));
    me.enter();
    *number = made;
    auto start = std::make_unique<arrival>(home, std::move(born));
    if (core::scheduler::here() == &home) {
      arrival::begin(*start.release());
    } else {
      look_at_objects();  // of which the maker may have loaded some
      home.post(*start.release());
    }
    return 0;
  } catch (const std::bad_alloc&) {
    detach(made);
    return EAGAIN;
  }
}

std::size_t made_thread::usual_stack() noexcept {
  return wishes(nullptr).stack();
}

core::task<> made_thread::birth::run(birth born) {
  made_thread& me = born.take();
  watch_for_overflow();
  return run_on_fiber(me.fiber_, &made_thread::live, &me);
}

void made_thread::live(void* self) {
  made_thread& me = *static_cast<made_thread*>(self);
  me.fiber_.set_thread(&me);
  me.events_.belongs_to(*core::scheduler::here()->current());
  me.result_ = me.way_out_.run(&made_thread::call_start, &me);
  me.fiber_.end_thread();
  if (living.fetch_sub(1) == 1 && without_main) ::exit(EXIT_SUCCESS);
  const shut_gate shut;
  me.fiber_.set_thread(nullptr);
  me.end();
}

void* made_thread::call_start(void* self) {
  const made_thread& me = *static_cast<made_thread*>(self);
  if (me.call_.start != nullptr) return me.call_.start(me.call_.argument);
  const std::intptr_t result = me.call_.start_of_c(me.call_.argument);
  return reinterpret_cast<void*>(result);  // NOLINT: as thrd_join expects it
}

void made_thread::never_begins() noexcept {
  fiber_.become(nullptr);
  fiber_.give_back();
  living.fetch_sub(1);
  end();
}

void made_thread::end() noexcept {
  const std::atomic<std::uint32_t>& word = ended_;  // its address alone
  place_.reset();                                   // a joiner finds it gone
  bool last = false, waited_for = false;
  {
    thread_numbers all;
    ended_.store(1);
    last = detached_;
    waited_for = waiters_ != 0;
    if (last) all.remove(number_);
  }
  lot::wake(this, true);
  lot::wake(&living, true);
  if (waited_for) hub::wake_futex(&word, INT_MAX, false);
  if (last) delete this;
}

void made_thread::run_main(function main, void* argument) {
  more_hubs::keep_this_hub();
  made_thread& me = adopt(kind::main);
  me.way_out_.run(main, argument);
  if (!me.way_out_.begun()) return;
  // pthread_exit
  wait_until_woken(&living, "the end of all threads", core::deadline::never(),
                   [] { return living == 0 ? 0 : EBUSY; });
  ::exit(EXIT_SUCCESS);
}

made_thread& made_thread::current() {
  made_thread* const known = this_fiber().thread();
  return known != nullptr ? *known : adopt(kind::adopted);
}

made_thread& made_thread::adopt(kind what) {
  const shut_gate shut;
  auto adopted = std::make_unique<made_thread>(what, shut.owner());
  forget_thread = &made_thread::forget;
  adopted->home_ = core::scheduler::here();
  adopted->events_.belongs_to(*adopted->home_->current());
  thread_numbers().add(adopted->number_, *adopted);
  shut.owner().set_thread(adopted.get());
  return *adopted.release();
}

void made_thread::forget(made_thread& done) noexcept {
  done.fiber_.set_thread(nullptr);
  done.remove();
}

void made_thread::keep_current_only() noexcept {
  const shut_gate shut;
  made_thread* const me = shut.owner().thread();
  thread_numbers all;
  all.clear();
  if (me != nullptr) all.add(me->number_, *me);
  const bool made = me != nullptr && me->kind_ == kind::made;
  living = made ? 1 : 0;
  without_main = made;
  more_hubs::forget();
}

void made_thread::exit(void* result) { way_out_.leave(result); }

void made_thread::enter() {
  living.fetch_add(1);
  thread_numbers().add(number_, *this);
}

void made_thread::remove() noexcept {
  thread_numbers().remove(number_);
  delete this;
}

}  // namespace green::patcher
