// SPDX-License-Identifier: MIT
#include "green/core/green_thread.h"

#include <cassert>
#include <mutex>
#include <utility>

#include "green/core/assert.h"
#include "green/core/block_monitor.h"
#include "green/core/failures.h"
#include "green/core/suspension.h"
#include "green/core/unawaited.h"

namespace green::core {

namespace {
std::atomic<std::uint64_t> threads_ever = 0;
std::atomic<error_reporter> reporter = nullptr;
}  // namespace

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
}

void green_thread::launch(const site& from) noexcept {
  adopt(from);
  make_ready();
}

void green_thread::run(runnable& r) {
  green_thread& self = static_cast<green_thread&>(r);
  scheduler& home = *self.home_;
  home.current_ = &self;
  block_monitor* const monitor = home.monitor_;
  if (monitor != nullptr) [[unlikely]]
    monitor->enter(self);
  self.go();
  if (home.monitor_ != nullptr) [[unlikely]]
    home.monitor_->leave();
  home.current_ = nullptr;
}

void green_thread::go() {
  scheduled_ = false;
  if (started_) {
    waiting_ = nullptr;
    if (abandoned_) return end(true);
    continuation_ = leaf_->self;
  } else if (finished()) {
    unref();  // killed before its start, while in the ready queue
    return;
  } else {
    started_ = true;
    try {
      begin();
    } catch (...) {
      error_ = std::current_exception();
      body_done_ = true;
    }
  }
  // Bounded stack: a coroutine that awaits another, or ends, returns to here.
  while (continuation_) std::exchange(continuation_, nullptr).resume();
  if (body_done_) end(false);
}

void green_thread::end(bool never_started) noexcept {
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
  while (interrupt* late = interrupts_.pop_front()) (void)late;
  list_hook::unlink();
  if (how == outcome::error) failures::add(*this);
  list<waiter> woken;
  joiners_.lock();
  outcome_.store(how, std::memory_order_release);
  joiners_.take_all(woken);
  joiners_.unlock();
  wait_queue::wake_all(woken);
  if (!scheduled_) unref();  // else the ready queue's turn does it
}

void green_thread::interrupt_with(interrupt& reason) noexcept {
  assert(home_->on_own_thread());
  if (reason.linked()) return;
  interrupts_.push_back(reason);
  if (waiting_ != nullptr && shields_ == 0 &&
      waiting_->mode_ != suspension::interrupts::deferred) {
    waiting_->cancel();
  }
}

void green_thread::claim_interrupt() noexcept {
  interrupt* reason = interrupts_.pop_front();
  GREEN_ASSERT(reason != nullptr, "a wait was interrupted for no reason");
  kill_claimed_ = reason == &kill_reason_;
  claimed_ = reason->exception();
}

void green_thread::raise_interrupt() {
  kill_claimed_ = false;
  ++raised_;
  std::rethrow_exception(std::exchange(claimed_, nullptr));
}

void green_thread::kill() noexcept {
  if (finished()) return;
  if (scheduler::here() == home_) {
    kill_here();
  } else {
    // The hub may be gone once this one has ended, which needs the lock.
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
  if (kill_claimed_) return;
  if (started_) return interrupt_with(kill_reason_);
  kill_claimed_ = true;  // what it was given may kill it once more
  end(true);
}

void green_thread::abandon() noexcept {
  if (finished()) return;
  if (!started_) return kill_here();
  abandoned_ = true;
  shields_ = 0;
  if (!kill_reason_.linked()) interrupts_.push_back(kill_reason_);
  if (waiting_ != nullptr) waiting_->cancel();
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
  return name_.empty() ? "greenlet-" + std::to_string(id_) : name_;
}

void green_thread::set_name(std::string name) {
  block_monitor* const monitor = home_->monitor();
  const auto change = [&] { name_ = std::move(name); };
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
