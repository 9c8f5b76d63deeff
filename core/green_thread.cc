// SPDX-License-Identifier: MIT
#include "green/core/green_thread.h"

#include <cassert>
#include <cstdio>
#include <mutex>
#include <utility>

#include "green/core/assert.h"
#include "green/core/block_monitor.h"
#include "green/core/failures.h"
#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"
#include "green/core/living.h"
#include "green/core/probe.h"
#include "green/core/thread_ids.h"
#include "green/core/throw_places.h"
#include "green/core/unawaited.h"

namespace green::core {

namespace {
std::atomic<std::uint64_t> threads_ever = 0;
std::atomic<error_reporter> reporter = nullptr;

// Those that were left behind, so that a search for leaks finds them in use.
constinit fork_mutex left_mutex;
constinit immortal<list<green_thread>> left_behind;

}  // namespace

bool is_thread_id(std::uint64_t id) noexcept {
  return id != 0 && id <= threads_ever.load(std::memory_order_relaxed);
}

void set_error_reporter(error_reporter report) noexcept { reporter = report; }

void green_thread::adopt(const site& from) noexcept {
  register_at(from);
  enlist();
}

void green_thread::register_at(const site& from) noexcept {
  spawned_at_ = from;
  take_id();
  GREEN_PROBE(spawn, id_, parent_, spawned_at_);
  adopted_ = true;
  ref_unshared();
  assert(living::add(id_));
}

void green_thread::enlist() noexcept {
  assert(home_->on_own_thread());
  spawned_when_ = home_->turn_time();
  home_->threads().push_back(*this);
}

// Hubs that spawn at the same time do not share a cache line, as each takes
// many numbers at once.
void green_thread::take_id() noexcept {
  constexpr std::uint64_t block = 1'024;
  scheduler* const home = scheduler::here();
  if (home != nullptr && home->current_ != nullptr) {
    parent_ = home->current_->id_;
  }
  if (home != home_) {
    id_ = threads_ever.fetch_add(1, std::memory_order_relaxed) + 1;
    return;
  }
  if (home->next_id_ == home->end_of_ids_) [[unlikely]] {
    home->next_id_ = threads_ever.fetch_add(block, std::memory_order_relaxed);
    home->end_of_ids_ = home->next_id_ + block;
    home->ids_taken_ += block;
  }
  id_ = ++home->next_id_;
}

void green_thread::launch(const site& from) noexcept {
  adopt(from);
  make_ready();
}

// Brings it to its hub. A kill may be faster, and then it never starts.
struct green_thread::arrival final : runnable {
  explicit arrival(green_thread& t) noexcept
      : runnable(&arrival::come), who(t) {}
  static void come(runnable& r) {
    const std::unique_ptr<arrival> me(static_cast<arrival*>(&r));
    ++me->who->home_->arrived_;
    if (me->who->finished()) return;
    me->who->enlist();
    me->who->make_ready();
  }
  counted_ptr<green_thread> who;
};

void green_thread::post_launch(const site& from) {
  auto arriving = std::make_unique<arrival>(*this);
  register_at(from);
  home_->post(*arriving.release());
}

// A coroutine that ends, or awaits another too deep in the stack, returns to
// here. So the stack is bounded.
[[gnu::always_inline]] inline void green_thread::go_on() {
  do {
    const auto next = std::exchange(continuation_, nullptr);
    if (next.address() == this) return end(true);
    next.resume();
  } while (continuation_);
  GREEN_PROBE(park, id_, name_, leaf_);
}

[[gnu::always_inline]] inline void green_thread::turn(scheduler& home) {
  home.current_ = this;
  give_back_errno();
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->enter(*this);
  waiting_ = nullptr;
  GREEN_PROBE(wake, id_, name_, leaf_);
  leaf_->self.resume();
  if (continuation_) {
    go_on();
  } else {
    GREEN_PROBE(park, id_, name_, leaf_);
  }
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->leave();
}

[[gnu::always_inline]] inline void green_thread::first_turn(scheduler& home) {
  if (start()) go_on();
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->leave();
}

// All coroutines are resumed here, and so at one place of the stack. While a
// runnable of another kind runs, no green thread is current.
unsigned green_thread::run_some(scheduler& hub, run_queue& queue,
                                const unsigned& most) {
  unsigned ran = 0;
  for (; ran < most && !queue.empty(); ++ran) {
    runnable& next = queue.pop();
    if (next.run_ == &green_thread::resume_turn) [[likely]] {
      static_cast<green_thread&>(next).turn(hub);
    } else if (next.run_ == &green_thread::begin_turn) {
      static_cast<green_thread&>(next).first_turn(hub);
    } else {
      hub.current_ = nullptr;
      next.run_(next);
    }
  }
  hub.current_ = nullptr;
  return ran;
}

void green_thread::begin_turn(runnable& r) {
  green_thread& self = static_cast<green_thread&>(r);
  self.first_turn(*self.home_);
}

void green_thread::resume_turn(runnable& r) {
  green_thread& self = static_cast<green_thread&>(r);
  self.turn(*self.home_);
}

// False: it was killed while in the ready queue, or its function has thrown an
// exception, which has ended it.
bool green_thread::start() {
  scheduled_ = false;
  if (finished()) {
    unref();
    return false;
  }
  home_->current_ = this;
  give_back_errno();
  if (home_->monitor_ != nullptr) [[unlikely]]
    home_->monitor_->enter(*this);
  started_ = true;
  run_ = &green_thread::resume_turn;
  const outcome how = outcome_of([this] { begin(); });
  if (how == outcome::value) [[likely]]
    return true;
  keep_errno();
  conclude(false);
  finish(how);
  return false;
}

void green_thread::break_off(runnable& r) {
  green_thread& self = static_cast<green_thread&>(r);
  self.home_->current_ = &self;
  self.give_back_errno();
  self.waiting_ = nullptr;
  self.end(false);
}

bool green_thread::is_late() noexcept {
  const bool late = slice_.used_up(*home_);
  if (interrupted()) look_next();
  return late;
}

bool green_thread::gives_way(promise_base& next) noexcept {
  const bool late = is_late();
  if (late) give_way(next);
  return late;
}

void green_thread::end(bool ran) noexcept {
  keep_errno();
  if (exception_ != nullptr) [[unlikely]]
    exception_ = nullptr;  // claimed, but not thrown
  if (ran) [[likely]]
    return finish(conclude(true));
  const dropping scope;
  finish(conclude(false));
}

// It has not started.
void green_thread::end_with(std::exception_ptr error) noexcept {
  keep_errno();
  {
    const dropping scope;
    conclude(false);
  }
  exception_ = std::move(error);
  finish(outcome::error);
}

void green_thread::finish(outcome how) noexcept {
  while (local_value* value = locals_.pop_front()) delete value;
  {
    const context_ref gone = std::move(context_);
  }
  if (alerted_) drop_interrupts();
  list_hook::unlink();
  ++home_->ended_;
  assert(living::remove(id_));
  if (how == outcome::error) {
    ++home_->failed_;
    failures::add(*this);
    throw_places::keep(*this, exception_);
  }
  joiners_.lock();
  outcome_.store(how, std::memory_order_release);
  joiners_.unlock_and_wake_all();
  GREEN_PROBE(end, id_, name_, outcome_);
  if (!scheduled_) unref();  // else its turn in the ready queue does so
}

void green_thread::interrupt_with(interrupt& reason) noexcept {
  assert(home_->on_own_thread());
  if (reason.linked()) return;
  add_interrupt(reason);
  end_wait();
}

void green_thread::end_wait() noexcept {
  if (waiting_ != nullptr && interrupted() &&
      waiting_->mode() != awaited::interrupts::deferred) {
    waiting_->cancel();
  }
}

void green_thread::abandon() noexcept {
  if (finished()) return;
  if (!started_) return kill_here();
  run_ = &green_thread::break_off;
  force_kill();
  if (waiting_ != nullptr && !waiting_->abandon()) leave_behind();
}

// It stays as it is, and is never destroyed.
void green_thread::leave_behind() noexcept {
  std::fprintf(stderr,
               "green: %s was never resumed, and its memory is leaked: %s\n",
               name_and_place().c_str(), describe_wait().c_str());
  drop_interrupts();
  list_hook::unlink();
  assert(living::remove(id_));
  {
    const std::lock_guard guard(left_mutex);
    core::left_behind.value.push_back(*this);
  }
  vanish();
}

void green_thread::keep_current_only(scheduler& hub) noexcept {
  // They are never destroyed, and neither are the objects that they own.
  static constinit list<green_thread> vanished;
  green_thread* const current = hub.current();
  hub.threads().for_each([current](green_thread& t) {
    if (&t == current) return;
    t.list_hook::unlink();
    vanished.push_back(t);
  });
  vanished.for_each([](green_thread& t) { t.vanish(); });
  if (current != nullptr) current->next_killed_.store(nullptr);
}

void green_thread::vanish() noexcept {
  run_ = [](runnable&) {};
  exception_ = nullptr;
  outcome_.store(outcome::killed);
  if (waiting_ != nullptr) waiting_->vanish();
  if (!joiners_.try_lock()) return;
  list<waiter> woken;
  joiners_.take_all(woken);
  joiners_.unlock();
  wait_queue::wake_all(woken);
}

void green_thread::change_context(context_ref to) noexcept {
  green_thread* const caller = running();
  if (caller == nullptr) return context::set_of_os_thread(std::move(to));
  std::swap(caller->context_, to);
}

void green_thread::report_error() noexcept {
  if (exception_ == nullptr || error_taken_.exchange(true)) return;
  if (const error_reporter report = reporter.load()) report(*this, exception_);
}

void green_thread::destroy() noexcept {
  if (exception_ != nullptr) {
    failures::remove(*this);
    report_error();
    throw_places::forget(*this);
  }
  delete this;
}

std::string green_thread::name() const {
  return name_ == nullptr ? "greenlet-" + std::to_string(id_) : *name_;
}

std::string spawned_at(const site& where) {
  if (where.line() == 0) return "";
  return std::string(", spawned at ") + where.file_name() + ":" +
         std::to_string(where.line());
}

std::string green_thread::name_and_place() const {
  return name() + core::spawned_at(spawned_at_);
}

void green_thread::set_name(std::string name) {
  block_monitor* const monitor = home_->monitor();
  auto given = name.empty()
                   ? nullptr
                   : std::make_unique<const std::string>(std::move(name));
  const auto change = [&] { name_ = std::move(given); };
  monitor == nullptr ? change() : monitor->change(change);
}

std::string green_thread::describe_wait() const {
  std::string out;
  if (finished()) return "finished";
  if (waiting_ == nullptr) return started_ ? "running" : "not started";
  waiting_->describe(out);
  const char* between = " at ";
  for (const promise_base* p = leaf_; p != nullptr; p = p->parent) {
    out += between;
    out += p->where.file_name();
    out += ':';
    out += std::to_string(p->where.line());
    between = ", in ";
  }
  return out;
}

}  // namespace green::core
