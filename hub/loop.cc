// SPDX-License-Identifier: MIT
#include "green/hub/loop.h"

#include <fmt/format.h>
#include <liburing.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "green/core/assert.h"
#include "green/core/deadline.h"
#include "green/core/failed_threads.h"
#include "green/core/system.h"
#include "green/hub/alone.h"
#include "green/hub/answers.h"
#include "green/hub/cancellation.h"
#include "green/hub/futex.h"
#include "green/hub/no_kernel.h"
#include "green/hub/wakeup.h"

namespace green::hub {

namespace {

constexpr std::int64_t microsecond = 1'000;
constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t infinite = core::deadline::infinite;

// Ready work runs for about this long before I/O and timers are looked at.
constexpr std::int64_t short_turn = 20 * microsecond;
constexpr std::int64_t long_turn = 100 * microsecond;
constexpr std::int64_t endless_turn = 2 * millisecond;
constexpr unsigned largest_budget = 256;

std::uint64_t address(const request& r) {
  return reinterpret_cast<std::uint64_t>(&r);
}

}  // namespace

struct loop::deadlock final : core::interrupt {
  std::exception_ptr exception() noexcept override {
    try {
      return std::make_exception_ptr(loop_exit(report));
    } catch (const std::bad_alloc&) {
      return std::current_exception();
    }
  }
  std::string report;
};

// exit(3) on a green thread ends the process while the others wait, as it does
// with threads. Then no hub runs that could end them.
struct loop::end_of_thread {
  void operator()(loop* mine) const noexcept {
    if (mine->running()) return mine->leave_hubs();
    if (*mine->budget_ == 0) return;  // it is another process's
    const no_cancellation whole;
    delete mine;
  }
};

loop& loop::here() {
  thread_local std::unique_ptr<loop, end_of_thread> mine;
  if (here_ == nullptr) {
    const no_cancellation whole;
    mine.reset(new loop);
    here_ = mine.get();
  }
  return static_cast<loop&>(*here_);
}

loop::loop()
    : kernel_(make_backend()),
      deadlock_(std::make_unique<deadlock>()),
      wakeup_(std::make_unique<wakeup>()) {
  turn_time_ = core::steady_now();
  tally_.since = turn_time_;
  wakeup_->open();
  submit(*wakeup_);
  join_hubs();
}

loop::~loop() {
  leave_hubs();
  end_life();
  tell_of_the_unstarted();
  end_threads();
  wait_for_posters();
  run_leftovers();
  core::for_each_failed(*this,
                        [](core::green_thread& t) { t.list_hook::unlink(); });
  wakeup_->end();
  cancel(*wakeup_);
  while (in_flight_ != 0 && !leaked_) {
    kernel_->wait(millisecond);
    take_completions();
  }
  if (leaked_) (void)kernel_.release();
  here_ = nullptr;
}

// pthread_cancel unwinds the thread from the sleep of its hub. That ends all
// green threads.
struct loop::unwinding {
  explicit unwinding(loop& l) noexcept : hub(l) {}
  unwinding(const unwinding&) = delete;
  unwinding& operator=(const unwinding&) = delete;
  ~unwinding() {
    if (!hub.running()) return;
    hub.asleep_.store(0);
    hub.dozing_.store(false, std::memory_order_relaxed);
    hub.end_threads();
    hub.main_ = nullptr;
  }
  loop& hub;
};

void loop::run(core::green_thread& main) {
  main_ = &main;
  const unwinding cancelled(*this);
  while (!main_->finished()) turn(infinite);
  end_threads();
  core::green_thread* const last = std::exchange(main_, nullptr);
  if (last != &main) end_process(*last);
}

void loop::start_anew() noexcept {
  leave_to_parent();
  core::green_thread::keep_current_only(*this);
  keep_current_only();
  descriptors_ = descriptors();
  std::construct_at(&backlog_);  // its requests are the parent's
  in_flight_ = 0;
  tally_ = hub::tally();
  tally_.since = turn_time_;
  quiet_looks_ = 0;
  *budget_ = first_budget;
  stuck_ = leaked_ = false;
  deadlock_ = std::make_unique<deadlock>();
  kernel_ = std::make_unique<no_kernel>();
  unborn_ = true;
  wakeup_ = std::make_unique<wakeup>();
  submit(*wakeup_);
  if (main_ == nullptr || main_ == current_ || current_ == nullptr) return;
  if (ending_) return;
  current_->ref();  // run asks it for its outcome
  main_ = current_;
}

unsigned loop::run_some(core::run_queue& queue) {
  return core::green_thread::run_some(*this, queue, *budget_);
}

void loop::turn(std::int64_t latest) {
  moment_taken_ = false;
  ++tally_.turns;
  const unsigned on_time = run_some(due_);
  const unsigned ran = on_time + run_some(ready_);
  if (ran != 0) quiet_looks_ = 0;
  if (ran >= *budget_ || !timers_.empty()) look_at_clock(ran);
  expire_timers();
  if (!inbox_.empty()) take_mail();
  if (!nothing_ready()) {
    poll();
  } else if (main_ == nullptr || ending_ || !main_->finished()) {
    idle(latest);
  }
}

// Adapts how many green threads run before I/O and timers are looked at. A turn
// may take too long though fewer than the budget ran, if each computes.
void loop::look_at_clock(unsigned ran) {
  expect_own_process();
  const std::int64_t before = std::exchange(turn_time_, now());
  const std::int64_t took = turn_time_ - before;
  const bool all = ran >= *budget_;
  if (all && took < short_turn) {
    *budget_ = std::min(*budget_ * 2, largest_budget);
  } else if (took > (all ? long_turn : endless_turn)) {
    *budget_ = std::max(std::min(ran, *budget_) / 2, 1u);
  }
}

void loop::poll() {
  if (!backlog_.empty()) send_backlog();
  if (!kernel_->pending()) return;
  ++tally_.looks;
  const bool timed = tally_.looks % hub::tally::timed_one_of == 0;
  const std::int64_t before = timed ? core::steady_now() : 0;
  flush();
  if (timed) [[unlikely]] {
    const std::int64_t took = core::steady_now() - before;
    tally_.in_kernel += took * std::int64_t{hub::tally::timed_one_of};
  }
  take_completions();
}

void loop::flush() {
  ++tally_.calls;
  kernel_->flush();
}

void loop::idle(std::int64_t latest) {
  if (!backlog_.empty()) send_backlog();
  if (virtual_time_ && idle_virtually(latest)) return;
  const std::int64_t next = timers_.next();
  const std::int64_t until = std::min(next, latest);
  const bool asleep_for_good = next == infinite && in_flight_ == 1 &&
                               !expects_post() && !expects_signal();
  if (asleep_for_good) return wait_for_strangers(until);
  const std::int64_t timeout = until == infinite ? infinite : until - now();
  if (timeout > 0) {
    sleep(timeout);
  } else {
    poll();
  }
}

// With no timer, no request and no helper at work, only another thread of the
// process could wake the hub. Counting threads costs some 20 us, so that the
// hub first sleeps for a while.
void loop::wait_for_strangers(std::int64_t until) {
  if (surely_alone() || (quiet_looks_ != 0 && alone())) return stuck();
  const std::int64_t look = quiet_looks_ == 0 ? 50 * millisecond : second;
  quiet_looks_ = 1;
  sleep(std::min(look, until == infinite ? infinite : until - now()));
}

// Waits a moment for a post, as std's semaphores do before they sleep.
bool loop::expects_mail() const noexcept {
  constexpr int looks = 16, yields = 4;
  for (int i = 0; i < looks; ++i) {
    if (!inbox_.empty()) return true;
    if (i >= looks - yields) ::sched_yield();
  }
  return !inbox_.empty();
}

// With no request in flight only another thread can end the sleep. It can do so
// by a futex, which costs less than the eventfd and the ring.
void loop::sleep(std::int64_t timeout) {
  const bool doze = in_flight_ == 1 && backlog_.empty();
  const std::int64_t before = now();
  if (doze && expects_mail()) timeout = 0;
  dozing_.store(doze, std::memory_order_relaxed);
  asleep_.store(1);
  if (!take_rouse() && inbox_.empty() && timeout > 0) {
    ++tally_.calls;
    if (doze) {
      wait_on(asleep_, 1, timeout);
    } else {
      kernel_->wait(timeout);
    }
  }
  asleep_.store(0);
  take_completions();
  if (!inbox_.empty()) take_mail();
  turn_time_ = now();
  tally_.idle += turn_time_ - before;
}

void loop::stuck() {
  stuck_ = true;
  if (ending_) return;
  // The main green thread was told before, and went on to wait.
  if (deadlock_->linked()) deadlock_->unlink();
  GREEN_ASSERT(main_ != nullptr, "a hub without a main green thread is idle");
  try {
    deadlock_->report = fmt::format(
        "This operation would block forever: nothing is left that could wake "
        "'{}'\n{}",
        main_->name(), describe_threads());
  } catch (const std::bad_alloc&) {
    deadlock_->report.clear();
  }
  main_->interrupt_with(*deadlock_);
  // A request of its own is ended first.
  if (!nothing_ready() || in_flight_ > 1) return;
  std::fputs("green: deadlock: ", stderr);
  std::fputs(deadlock_->report.c_str(), stderr);
  GREEN_ASSERT(false, "nothing can wake the main green thread");
}

void loop::take_completions() {
  std::array<completion, 64> batch;
  for (;;) {
    const unsigned count = kernel_->reap(batch);
    for (unsigned i = 0; i < count; ++i) take(batch[i]);
    if (count < batch.size()) break;
  }
  if (!backlog_.empty()) send_backlog();
}

void loop::take(const completion& c) {
  if (c.user_data == tag::nobody) return;
  if ((c.flags & completion::more_to_come) != 0) return;
  request& r = *reinterpret_cast<request*>(c.user_data & ~tag::cancel_bit);
  GREEN_ASSERT(r.awaited_ != 0, "a completion came for no request");
  if ((c.user_data & tag::cancel_bit) == 0) {
    r.result_ = c.result;
  } else if (c.result == -ENOENT && r.awaited_ > 1) {
    // Linux 6.1 does not find a request that moves from a poll to a worker
    // thread. So the cancel is sent again.
    return send_cancel(r);
  }
  if (--r.awaited_ != 0) return;
  complete(r);
}

void loop::complete(request& r) {
  --in_flight_;
  ++tally_.done[r.kind_];
  at_disk_ -= r.at_disk_;
  if (r.completed(r.result_)) submit(r);
}

bool loop::take_free_moment() noexcept {
  expect_own_process();
  if (moment_taken_ || !nothing_ready() || kernel_->pending()) return false;
  ++calls_;
  return moment_taken_ = true;
}

bool loop::push_submit(request& r) noexcept {
  if (kernel_->push(*r.entry_, address(r))) return true;
  flush();
  return kernel_->push(*r.entry_, address(r));
}

bool loop::push_cancel(request& r) noexcept {
  entry cancel;
  io_uring_prep_cancel64(cancel.sqe(), address(r), 0);
  if (kernel_->push(cancel, address(r) | tag::cancel_bit)) return true;
  flush();
  return kernel_->push(cancel, address(r) | tag::cancel_bit);
}

void loop::submit(request& r) noexcept {
  assert(on_own_thread());
  expect_own_process();
  GREEN_ASSERT(r.awaited_ == 0, "a request was submitted twice");
  r.awaited_ = 1;
  r.cancelling_ = false;
  ++in_flight_;
  r.kind_ = r.entry_->sqe()->opcode;
  ++tally_.submitted[r.kind_];
  ++calls_;
  r.at_disk_ = patient_ && ends_by_itself(*r.entry_);
  at_disk_ += r.at_disk_;
  r.unsent_ = !backlog_.empty() || !push_submit(r);
  if (r.unsent_) backlog_.push_back(r);
}

void loop::cancel(request& r) noexcept {
  assert(on_own_thread());
  expect_own_process();
  if (r.awaited_ == 0 || r.cancelling_) return;
  r.cancelling_ = true;
  if (r.unsent_) {
    r.unlink();
    r.unsent_ = false;
    r.awaited_ = 0;
    r.result_ = -ECANCELED;
    return complete(r);
  }
  ++r.awaited_;
  send_cancel(r);
}

void loop::send_cancel(request& r) noexcept {
  r.cancel_unsent_ = !backlog_.empty() || !push_cancel(r);
  if (r.cancel_unsent_) backlog_.push_back(r);
}

// Submits in order, as far as there is room. The rest waits for the next turn.
void loop::send_backlog() {
  if (unborn_) begin_again();
  while (!backlog_.empty()) {
    request& r = backlog_.front();
    if (r.unsent_ ? !push_submit(r) : !push_cancel(r)) return;
    r.unsent_ = r.cancel_unsent_ = false;
    r.unlink();
  }
}

void loop::wake() noexcept {
  if (dozing_.load(std::memory_order_relaxed)) {
    wake_one(asleep_);
  } else {
    wakeup_->ring();
  }
}

}  // namespace green::hub
