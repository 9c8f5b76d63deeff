// SPDX-License-Identifier: MIT
#include "green/core/green_thread.h"

#include <cassert>
#include <mutex>
#include <utility>

#include "green/core/assert.h"
#include "green/core/block_monitor.h"
#include "green/core/immortal.h"
#include "green/core/living.h"
#include "green/core/thread_ids.h"
#include "green/core/unawaited.h"

namespace green::core {

namespace {
std::atomic<std::uint64_t> threads_ever = 0;
std::atomic<error_reporter> reporter = nullptr;

// The wait of those that give way. Nothing ends it early, because they stand in
// the ready queue.
class others_run final : public awaited {
 public:
  constexpr others_run() noexcept : awaited(interrupts::deferred) {}

  void cancel() noexcept override {}
  void describe(std::string& out) const override { out += "yield"; }
};

constinit immortal<others_run> giving_way;
}  // namespace

bool is_thread_id(std::uint64_t id) noexcept {
  return id != 0 && id <= threads_ever.load(std::memory_order_relaxed);
}

void set_error_reporter(error_reporter report) noexcept { reporter = report; }

green_thread::~green_thread() {
  GREEN_ASSERT(!adopted_ || finished(), "a live green thread was destroyed");
}

void green_thread::adopt(const site& from) noexcept {
  assert(home_->on_own_thread());
  spawned_at_ = from;
  id_ = threads_ever.fetch_add(1, std::memory_order_relaxed) + 1;
  spawned_when_ = home_->turn_time();
  adopted_ = true;
  ref();
  home_->threads().push_back(*this);
  assert(living::add(id_));
}

void green_thread::launch(const site& from) noexcept {
  adopt(from);
  make_ready();
}

void green_thread::run(runnable& r) {
  green_thread& self = static_cast<green_thread&>(r);
  scheduler& home = *self.home_;
  home.current_ = &self;
  self.give_back_errno();
  block_monitor* const monitor = home.monitor_;
  if (monitor != nullptr) [[unlikely]]
    monitor->enter(self);
  self.go();
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->leave();
  home.current_ = nullptr;
}

void green_thread::go() {
  if (waiting_ != nullptr) [[likely]] {
    waiting_ = nullptr;
    if (abandoned_) [[unlikely]]
      return end(true);
    leaf_->self.resume();
  } else if (!start()) {
    return;
  }
  // A coroutine that awaits another, or ends, returns to here. So the stack is
  // bounded.
  while (continuation_) std::exchange(continuation_, nullptr).resume();
  if (body_done_) end(false);
}

// False: it was killed before its start, while in the ready queue.
bool green_thread::start() {
  scheduled_ = false;
  if (finished()) {
    unref();
    return false;
  }
  started_ = true;
  try {
    begin();
  } catch (...) {
    error_ = std::current_exception();
    body_done_ = true;
  }
  return true;
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

void green_thread::give_way(promise_base& next) noexcept {
  keep_errno();
  leaf_ = &next;
  waiting_ = &giving_way.value;
  home_->schedule(*this);
}

void green_thread::end(bool never_started) noexcept {
  keep_errno();
  outcome how = outcome::value;
  if (never_started) {
    how = outcome::killed;
    const dropping scope;
    discard();
  } else {
    try {
      if (error_ != nullptr) std::rethrow_exception(error_);
      collect();
    } catch (const core::killed&) {
      how = outcome::killed;
      error_ = nullptr;
    } catch (...) {
      how = outcome::error;
      error_ = std::current_exception();
    }
    discard();
  }
  while (local_value* value = locals_.pop_front()) delete value;
  drop_interrupts();
  list_hook::unlink();
  assert(living::remove(id_));
  if (how == outcome::error) failures::add(*this);
  list<waiter> woken;
  joiners_.lock();
  outcome_.store(how, std::memory_order_release);
  joiners_.take_all(woken);
  joiners_.unlock();
  wait_queue::wake_all(woken);
  if (!scheduled_) unref();  // else its turn in the ready queue does so
}

void green_thread::interrupt_with(interrupt& reason) noexcept {
  assert(home_->on_own_thread());
  if (reason.linked()) return;
  add_interrupt(reason);
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
    if (finished() || kill_post_.under_way.exchange(true)) return;
    ref();
    home_->post(kill_post_);
  }
}

void green_thread::kill_message::deliver(runnable& r) {
  kill_message& message = static_cast<kill_message&>(r);
  green_thread& target = message.target;
  message.under_way.store(false);
  if (!target.finished()) target.kill_here();
  target.unref();
}

void green_thread::kill_here() noexcept {
  if (kill_claimed()) return;
  if (started_) return interrupt_with(kill_reason());
  claim_kill();  // a destructor of its arguments may kill it once more
  end(true);
}

void green_thread::abandon() noexcept {
  if (finished()) return;
  if (!started_) return kill_here();
  abandoned_ = true;
  force_kill();
  if (waiting_ != nullptr) waiting_->cancel();
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
  if (current != nullptr) current->kill_post_.under_way.store(false);
}

void green_thread::vanish() noexcept {
  run_ = [](runnable&) {};
  outcome_.store(outcome::killed);
  if (waiting_ != nullptr) waiting_->vanish();
  if (!joiners_.try_lock()) return;
  list<waiter> woken;
  joiners_.take_all(woken);
  joiners_.unlock();
  wait_queue::wake_all(woken);
}

void green_thread::report_error() noexcept {
  if (error_ == nullptr || error_taken_.exchange(true)) return;
  if (const error_reporter report = reporter.load()) report(*this, error_);
}

void green_thread::destroy() noexcept {
  if (error_ != nullptr) failures::remove(*this);
  report_error();
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
