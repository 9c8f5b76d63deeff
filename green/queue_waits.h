// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>

#include "green/core/queue_wait.h"
#include "green/queue_base.h"

namespace green {

using core::deadline;

/// The waiting of get, peek and next. The item is here as soon as somebody has
/// taken the waiter out of the queue.
class queue_getter : public core::fast_queue_wait<queue_getter> {
 public:
  bool at_once(core::green_thread&);
  void describe(std::string& out) const final;

 protected:
  queue_getter(queue_base& q, deadline until, queue_item::copier peek) noexcept
      : fast_queue_wait(q.queue_, until), owner_(&q), peek_(peek) {}
  ~queue_getter() = default;

  /// To be called first in await_resume. False when the queue is closed and
  /// nothing is left; throws queue_empty when the deadline passed.
  bool finish_get();

  queue_item_ptr item_;

 private:
  friend class queue_base;
  bool satisfied() final;

  queue_base* owner_;
  queue_item::copier peek_;  // leaves the item where it is
  std::exception_ptr error_;
  core::list<core::waiter> woken_;
};

/// The waiting of put. The item stays here until the queue or a getter takes
/// it.
class queue_putter : public core::fast_queue_wait<queue_putter> {
 public:
  bool at_once(core::green_thread&);
  void describe(std::string& out) const final;
  void await_resume();

 protected:
  queue_putter(queue_base& q, queue_item_ptr item, deadline until) noexcept
      : fast_queue_wait(q.queue_, until), owner_(&q), item_(std::move(item)) {}
  ~queue_putter() = default;

  /// Has a getter the item, without any waiting? Wakes it.
  bool put_at_once() noexcept;

 private:
  friend class queue_base;
  bool satisfied() final;

  queue_base* owner_;
  queue_item_ptr item_;
  std::exception_ptr error_;
  core::list<core::waiter> woken_;
};

/// put of a queue.
class [[nodiscard]] queue_put_wait final : public queue_putter {
 public:
  queue_put_wait(queue_base& q, queue_item_ptr item, deadline until) noexcept
      : queue_putter(q, std::move(item), until) {}
};

/// put of a channel: goes on after the getter that it met.
class [[nodiscard]] channel_put_wait final : public queue_putter {
 public:
  channel_put_wait(queue_base& q, queue_item_ptr item, deadline until) noexcept
      : queue_putter(q, std::move(item), until) {}

  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    if (queue_putter::await_suspend(awaiting, where)) return true;
    if (!put_at_once()) return false;
    let_others_run(awaiting.promise(), where);
    return true;
  }
};

/// The tasks that were put into a joinable_queue and are not done yet.
class unfinished_count {
 public:
  unfinished_count() = default;
  unfinished_count(const unfinished_count&) = delete;
  unfinished_count& operator=(const unfinished_count&) = delete;
  ~unfinished_count();

  std::size_t get() const noexcept;
  void add(std::size_t tasks) noexcept;
  /// Throws std::invalid_argument when there is none.
  void one_done();
  /// Adds whom it sets free. False, and nothing is done, when it is too many.
  bool done(std::size_t tasks, core::list<core::waiter>& freed) noexcept;

  core::wait_queue& queue() noexcept { return queue_; }
  /// With the queue locked.
  bool none() const noexcept { return count_ == 0; }

 private:
  mutable core::wait_queue queue_;  // guards the count
  std::size_t count_ = 0;
};

/// join of a joinable_queue.
class [[nodiscard]] tasks_wait final
    : public core::fast_queue_wait<tasks_wait> {
 public:
  tasks_wait(unfinished_count& tasks, deadline until) noexcept
      : fast_queue_wait(tasks.queue(), until), tasks_(&tasks) {}

  bool at_once(core::green_thread&) noexcept { return tasks_->get() == 0; }
  bool await_resume() { return finish_wait(); }
  void describe(std::string& out) const override;

 private:
  bool satisfied() override { return tasks_->none(); }

  unfinished_count* tasks_;
};

}  // namespace green
