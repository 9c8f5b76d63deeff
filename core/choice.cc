// SPDX-License-Identifier: MIT
#include "green/core/choice.h"

#include <algorithm>
#include <cstdint>
#include <functional>

#include "green/core/assert.h"
#include "green/core/scheduler.h"
#include "green/core/system.h"

namespace green::core {

// ---- The places, as their queues see them

bool wait_queue::claim(waiter& place) noexcept {
  choice_place& p = choice_place::of(place);
  if (p.claim()) return true;
  if (place.linked()) place.unlink();
  p.was_taken();
  return false;
}

void wait_queue::take_siblings(waiter& claimed) noexcept {
  choice_place::of(claimed).take_siblings();
}

waiter* wait_queue::claim_or_pop(waiter& first) noexcept {
  for (waiter* w = &first; w != nullptr; w = waiters_.pop_front()) {
    w->queued_ = false;
    if (!w->of_choice_) return w;
    if (!claim(*w)) continue;
    take_siblings(*w);
    return w;
  }
  return nullptr;
}

void wait_queue::claim_all() noexcept {
  waiters_.for_each([](waiter& w) {
    if (w.of_choice_) claim(w);
  });
}

// ---- The places

constinit std::atomic<bool> choice_place::leaving_ = false;

choice_place::choice_place(queue_wait& w) noexcept : owner(w) {
  w.take_place();
  w.wake_ = &served;
  w.of_choice_ = true;
  w.choice_ = this;
}

choice_place::~choice_place() {
  GREEN_ASSERT(!as_waiter().linked(),
               "a coroutine was destroyed while it waits");
}

choice_place& choice_place::of(waiter& w) noexcept {
  return *queue_wait::of<queue_wait>(w).choice_;
}

bool choice_place::claim() noexcept {
  if (!choice_->decide(index)) return false;
  owner.outcome_ = queue_wait::outcome::done;
  return true;
}

// Once its waiters have been taken out, a queue may go. So those that leave the
// other queues must not look at this one.
void choice_place::take_siblings() noexcept {
  for (choice_place* p : choice_->cases_.places) {
    waiter& sibling = p->as_waiter();
    if (&p->owner.queue() != &owner.queue() || !sibling.queued_) continue;
    sibling.queued_ = false;
    sibling.unlink();
    p->was_taken();
  }
}

// Called with the queue locked, once the place is out of it. Somebody may be
// about to lock the queue, in order to leave it. That one is waited for,
// because the queue may go, and the place must not be touched any more.
void choice_place::was_taken() noexcept {
  std::atomic<bool> gone = false;
  if (taker_.exchange(&gone, std::memory_order_acq_rel) != &leaving_) return;
  while (!gone.load(std::memory_order_acquire)) yield_processor();
}

void choice_place::leave() noexcept {
  std::atomic<bool>* taker = nullptr;
  if (!taker_.compare_exchange_strong(taker, &leaving_,
                                      std::memory_order_acq_rel)) {
    return;
  }
  wait_queue& queue = owner.queue();
  while (!queue.try_lock()) {
    taker = taker_.load(std::memory_order_acquire);
    if (taker != &leaving_)
      return taker->store(true, std::memory_order_release);
    yield_processor();
  }
  queue.remove(owner);
  queue.unlock();
}

// Runs on the thread of the server. The green thread may run as soon as it is
// posted.
void choice_place::served(waiter& w) {
  choice_place& self = of(w);
  choice_wait& choice = *self.choice_;
  choice.leave_all(&self);
  choice.outcome_ = choice_wait::outcome::done;
  green_thread& thread = *choice.thread_;
  scheduler& home = thread.home();
  if (scheduler::here() == &home) {
    home.schedule(thread);
  } else {
    home.post(thread);
  }
}

// ---- The alarms

void choice_alarm::fire(timer& t) {
  choice_alarm& self = static_cast<choice_alarm&>(t);
  self.choice_->time_out(self.index);
}

void choice_alarm::disarm() noexcept {
  if (armed()) choice_->thread_->home().timers().cancel(*this);
}

// ---- The choice

bool choice_wait::suspend_fairly(promise_base& promise, site where) {
  if (suspend(promise, where)) return true;
  if (late_) let_others_run(promise, where);
  return late_;
}

void choice_wait::begin() noexcept {
  for (choice_place* p : cases_.places) {
    p->choice_ = this;
    p->owner.thread_ = thread_;
    p->owner.outcome_ = outcome::pending;
  }
  for (choice_alarm* a : cases_.alarms) a->choice_ = this;
  std::ranges::sort(cases_.by_queue, std::less<wait_queue*>(),
                    [](choice_place* p) { return &p->owner.queue(); });
}

// The timers are armed while no queue is locked, because that may throw. Most
// choices need none, because a case is ready.
bool choice_wait::start() {
  begin();
  const bool waits = cases_.otherwise == none;
  if (waits && !cases_.alarms.empty()) {
    if (take_or_queue(false)) return false;
    arm();
  }
  if (take_or_queue(waits)) return false;
  if (waits) return true;
  chosen_.store(cases_.otherwise, std::memory_order_relaxed);
  outcome_ = outcome::done;
  return false;
}

// True when a case was taken.
bool choice_wait::take_or_queue(bool queues) noexcept {
  lock_all();
  const choice_place* const taken = take();
  if (taken == nullptr && queues) {
    for (choice_place* p : cases_.places) {
      p->owner.queueing_of_choice();
      p->owner.queue().push(p->as_waiter());
    }
  }
  unlock_all();
  if (taken == nullptr) return false;
  outcome_ = outcome::done;
  late_ = taken_at_once(taken->index);
  return true;
}

// Called with all queues locked. The first case that is looked at moves on by
// the golden ratio of the circle. Therefore no case waits long for its turn,
// even if only each second or third choice of the hub has these cases.
choice_place* choice_wait::take() noexcept {
  const std::uint64_t count = cases_.places.size();
  const std::uint64_t turn = thread_->home().next_choice();
  const std::size_t first = static_cast<std::size_t>(turn * count >> 32);
  for (std::size_t i = 0; i < count; ++i) {
    choice_place& p = *cases_.places[(first + i) % count];
    if (!p.owner.try_now()) continue;
    p.claim();
    return &p;
  }
  return nullptr;
}

void choice_wait::lock_all() noexcept {
  const wait_queue* last = nullptr;
  for (choice_place* p : cases_.by_queue) {
    wait_queue& queue = p->owner.queue();
    if (&queue != last) queue.lock();
    last = &queue;
  }
}

void choice_wait::unlock_all() noexcept {
  const wait_queue* last = nullptr;
  for (choice_place* p : cases_.by_queue) {
    wait_queue& queue = p->owner.queue();
    if (&queue != last) queue.unlock();
    last = &queue;
  }
}

void choice_wait::arm() {
  for (choice_alarm* a : cases_.alarms) thread_->home().timers().arm(*a);
}

void choice_wait::disarm() noexcept {
  for (choice_alarm* a : cases_.alarms) a->disarm();
}

bool choice_wait::decide(std::size_t index) noexcept {
  std::size_t expected = undecided;
  return chosen_.compare_exchange_strong(expected, index,
                                         std::memory_order_acq_rel);
}

void choice_wait::leave_all(const choice_place* served) noexcept {
  for (choice_place* p : cases_.places) {
    if (p != served) p->leave();
  }
}

void choice_wait::cancel() noexcept {
  if (!decide(none)) return;
  leave_all(nullptr);
  end_wait(outcome::interrupted);
}

void choice_wait::time_out(std::size_t index) noexcept {
  if (!decide(index)) return;
  leave_all(nullptr);
  end_wait(outcome::done);
}

std::size_t choice_wait::finish() {
  disarm();
  check_interrupt();
  return chosen_.load(std::memory_order_relaxed);
}

// A queue that another OS thread had locked stays locked for ever.
void choice_wait::vanish() noexcept {
  for (choice_place* p : cases_.places) {
    wait_queue& queue = p->owner.queue();
    if (!queue.try_lock()) continue;
    queue.remove(p->as_waiter());
    queue.unlock();
  }
}

void choice_wait::describe(std::string& out) const {
  const char* before = "choose(";
  for (const choice_place* p : cases_.places) {
    out += before;
    p->owner.describe(out);
    before = ", ";
  }
  if (!cases_.alarms.empty()) (out += before) += "deadline";
  out += ')';
}

}  // namespace green::core
