// SPDX-License-Identifier: MIT
#include "green/core/green_thread.h"

#include <cassert>
#include <cstdio>
#include <mutex>
#include <utility>

#include "green/core/assert.h"
#include "green/core/block_monitor.h"
#include "green/core/fork_mutex.h"
#include "green/core/immortal.h"
#include "green/core/living.h"
#include "green/core/thread_ids.h"
#include "green/core/unawaited.h"

namespace green::core {

namespace {
std::atomic<std::uint64_t> threads_ever = 0;
std::atomic<error_reporter> reporter = nullptr;

// Those that were left behind, so that a search for leaks finds them in use.
fork_mutex left_mutex;
constinit immortal<list<green_thread>> left_behind;

bool is_kill(const std::exception_ptr& error) noexcept {
  try {
    if (error != nullptr) std::rethrow_exception(error);
    return true;
  } catch (const killed&) {
    return true;
  } catch (...) {
    return false;
  }
}
}  // namespace

bool is_thread_id(std::uint64_t id) noexcept {
  return id != 0 && id <= threads_ever.load(std::memory_order_relaxed);
}

void set_error_reporter(error_reporter report) noexcept { reporter = report; }

green_thread::~green_thread() {
  GREEN_ASSERT(!adopted_ || finished(), "a live green thread was destroyed");
}

void green_thread::adopt(const site& from) noexcept {
  register_at(from);
  enlist();
}

void green_thread::register_at(const site& from) noexcept {
  spawned_at_ = from;
  take_id();
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
  if (home != home_) {
    id_ = threads_ever.fetch_add(1, std::memory_order_relaxed) + 1;
    return;
  }
  if (home->next_id_ == home->end_of_ids_) [[unlikely]] {
    home->next_id_ = threads_ever.fetch_add(block, std::memory_order_relaxed);
    home->end_of_ids_ = home->next_id_ + block;
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

// While another runnable runs, no green thread is current.
unsigned green_thread::run_some(scheduler& hub, run_queue& queue,
                                const unsigned& most) {
  unsigned ran = 0;
  for (; ran < most && !queue.empty(); ++ran) {
    runnable& next = queue.pop();
    if (next.run_ == &green_thread::resume_turn) [[likely]] {
      static_cast<green_thread&>(next).resume();
    } else {
      hub.current_ = nullptr;
      next.run_(next);
    }
  }
  hub.current_ = nullptr;
  return ran;
}

void green_thread::resume_turn(runnable& r) {
  static_cast<green_thread&>(r).resume();
}

inline void green_thread::resume() {
  scheduler& home = *home_;
  home.current_ = this;
  give_back_errno();
  if (home.monitor_ != nullptr) [[unlikely]]
    return resume_watched();
  waiting_ = nullptr;
  leaf_->self.resume();
  if (continuation_) go_on();
}

// This turn may end the watch.
void green_thread::resume_watched() {
  const scheduler& home = *home_;
  home.monitor_->enter(*this);
  waiting_ = nullptr;
  leaf_->self.resume();
  if (continuation_) go_on();
  if (home.monitor_ != nullptr) home.monitor_->leave();
}

// A coroutine that ends, or awaits another too deep in the stack, returns to
// here. So the stack is bounded.
void green_thread::go_on() {
  do {
    const auto next = std::exchange(continuation_, nullptr);
    if (next.address() == this) return end(true);
    next.resume();
  } while (continuation_);
}

// If it was killed while in the ready queue, it does not start.
void green_thread::begin_turn(runnable& r) {
  green_thread& self = static_cast<green_thread&>(r);
  scheduler& home = *self.home_;
  self.scheduled_ = false;
  if (self.finished()) return self.unref();
  home.current_ = &self;
  self.give_back_errno();
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->enter(self);
  self.started_ = true;
  self.run_ = &green_thread::resume_turn;
  const outcome how = self.outcome_of([&self] { self.begin(); });
  if (how == outcome::value) [[likely]] {
    self.go_on();
  } else {
    self.keep_errno();
    self.conclude(false);
    self.finish(how);
  }
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->leave();
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
  assert(living::remove(id_));
  if (how == outcome::error) failures::add(*this);
  joiners_.lock();
  outcome_.store(how, std::memory_order_release);
  joiners_.unlock_and_wake_all();
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

void green_thread::kill() noexcept {
  if (finished()) return;
  if (scheduler::here() == home_) {
    kill_here();
  } else {
    // The hub may be gone once this one has ended. The end needs the lock.
    const std::lock_guard guard(joiners_);
    if (finished() || next_killed_.load() != nullptr) return;
    ref();
    home_->post_kill(*this);
  }
}

// The first of a chain brings the message, which takes all that came since.
void scheduler::post_kill(green_thread& thread) noexcept {
  green_thread* last = kill_post_.last.load();
  do {
    thread.next_killed_.store(last == nullptr ? &thread : last);
  } while (!kill_post_.last.compare_exchange_weak(last, &thread));
  if (last == nullptr) post(kill_post_);
}

// They are killed in the order of the calls.
void scheduler::kill_message::deliver(runnable& r) {
  green_thread* first = nullptr;
  green_thread* last = static_cast<kill_message&>(r).last.exchange(nullptr);
  for (bool more = last != nullptr; more;) {
    green_thread* const before = last->next_killed_.load();
    last->next_killed_.store(first == nullptr ? last : first);
    first = last;
    more = before != last;
    last = before;
  }
  for (bool more = first != nullptr; more;) {
    green_thread& thread = *first;
    first = thread.next_killed_.exchange(nullptr);
    more = first != &thread;
    if (!thread.finished()) thread.kill_here();
    thread.unref();
  }
}

void green_thread::kill_here() noexcept {
  if (kill_claimed()) return;
  if (started_) {
    assert(home_->on_own_thread());
    if (add_kill()) end_wait();
    return;
  }
  claim_kill();  // a destructor of its arguments may kill it once more
  end(false);
}

// An error on its way to the await where it is thrown.
struct green_thread::thrown_error final : runnable, interrupt {
  explicit thrown_error(std::exception_ptr e) noexcept
      : runnable(&thrown_error::deliver), error(std::move(e)) {}

  static void deliver(runnable& r) {
    thrown_error& self = static_cast<thrown_error&>(r);
    const counted_ptr<green_thread> target = std::move(self.target);
    self.throw_at(*target);
  }
  void throw_at(green_thread& thread) noexcept {
    if (!thread.finished() && thread.started_) {
      thread.interrupt_with(*this);
      return;
    }
    const std::unique_ptr<thrown_error> me(this);
    if (thread.finished() || thread.kill_claimed()) return;
    thread.claim_kill();
    thread.end_with(std::move(error));
  }

  std::exception_ptr exception() noexcept override {
    const std::unique_ptr<thrown_error> me(this);
    return std::move(error);
  }
  void dropped() noexcept override { delete this; }

  counted_ptr<green_thread> target;  // while it is posted
  std::exception_ptr error;
};

void green_thread::kill_with(std::exception_ptr error) {
  if (finished()) return;
  if (is_kill(error)) return kill();
  auto sent = std::make_unique<thrown_error>(std::move(error));
  if (scheduler::here() == home_) return sent.release()->throw_at(*this);
  const std::lock_guard guard(joiners_);
  if (finished()) return;
  sent->target = counted_ptr<green_thread>(*this);
  home_->post(*sent.release());
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
  static list<green_thread> vanished;
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
