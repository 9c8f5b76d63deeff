// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "green/core/queue_wait.h"
#include "green/queues/item.h"

namespace green {

using core::deadline;

/// gevent.queue.Full: there was no room, now or until the deadline.
class queue_full : public std::runtime_error {
 public:
  /// Names the reason.
  queue_full() : std::runtime_error("the queue is full") {}
};

/// gevent.queue.Empty: there was no item, now or until the deadline.
class queue_empty : public std::runtime_error {
 public:
  /// Names the reason.
  queue_empty() : std::runtime_error("the queue is empty") {}
};

/// gevent.queue.ShutDown: put after close, or get with nothing left.
class queue_closed : public std::runtime_error {
 public:
  /// Names the reason.
  queue_closed() : std::runtime_error("the queue is closed") {}
};

/// Throws std::logic_error: the value of a put_case was put already.
[[noreturn]] void throw_nothing_to_put();

class queue_getter;
class queue_putter;
class unfinished_count;

/// What all queues of green share, whatever their items are. Everything may be
/// called on any hub; what does not wait, on any OS thread. The waiters of a
/// queue are all getters (it is empty) or all putters (it is full): an item or
/// a place that comes is given at once to who has waited longest. One choice
/// may wait for both in a channel, as long as no other green thread waits
/// there.
class queue_base {
 public:
  using item_type = queue_item;

  static constexpr std::size_t unbounded =
      std::numeric_limits<std::size_t>::max();

  queue_base(const queue_base&) = delete;
  queue_base& operator=(const queue_base&) = delete;

  /// gevent.queue.Queue.qsize: items put and not taken; a waiting put's item
  /// does not count.
  std::size_t size() const noexcept;
  /// gevent.queue.Queue.empty
  bool empty() const noexcept { return size() == 0; }
  /// gevent.queue.Queue.full
  bool full() const noexcept;
  /// gevent.queue.Queue.maxsize; unbounded if there is no limit.
  std::size_t maxsize() const noexcept;

  /// gevent.queue.Queue.shutdown: put throws queue_closed from now on, that of
  /// those who wait too. get gives what is left, then throws queue_closed.
  /// `immediate` drops what is left.
  void close(bool immediate = false) noexcept;
  /// Has close been called?
  bool closed() const noexcept;

 protected:
  explicit queue_base(std::size_t maxsize) noexcept : maxsize_(maxsize) {}
  virtual ~queue_base();

  /// Puts without waiting; the item is left where it is when that fails.
  bool put_now(queue_item_ptr& item);
  /// The same; throws queue_full or queue_closed.
  void put_now_or_throw(queue_item_ptr& item);
  /// Gets, or shares when there is a copier, without waiting; null if there is
  /// none.
  queue_item_ptr get_now(queue_item::copier peek = nullptr);
  /// The same; throws queue_empty or queue_closed.
  queue_item_ptr get_now_or_throw(queue_item::copier peek = nullptr);
  /// Changes the bound, and lets those that wait put as many items as fit.
  void set_maxsize(std::size_t maxsize) noexcept;
  /// Before anybody waits: puts, whatever the bound.
  void put_initial(queue_item_ptr item);
  /// From now on counts what is put.
  void count_in(unfinished_count& unfinished) noexcept;

  // The order: first in, first out, unless overridden. Called with the queue
  // locked; what throws has changed nothing.

  virtual void store(queue_item& item);
  /// The next item, taken out; there is one.
  virtual queue_item& fetch();
  virtual queue_item& first() noexcept { return *head_; }
  /// All items, chained.
  virtual queue_item* fetch_all() noexcept;

  /// One that was taken out, to be the next again.
  virtual void restore(queue_item& item) { store_first(item); }

  void store_first(queue_item& item) noexcept;
  static void chain(queue_item& item, queue_item*& to) noexcept;
  static void drop(queue_item* chained) noexcept;

 private:
  friend class queue_getter;
  friend class queue_putter;
  using waiters = core::list<core::waiter>;

  enum class side : unsigned char { getters, putters, both };

  bool admit(queue_item_ptr& item, waiters& woken);
  void put_back(queue_item_ptr& item);
  bool hand_over(queue_item& item, waiters& woken) noexcept;
  queue_item_ptr take(queue_item::copier peek, waiters& woken);
  void refill(waiters& woken) noexcept;
  void enter(queue_item_ptr& item);
  bool putters_wait() noexcept {
    return side_ != side::getters && !queue_.empty();
  }
  bool getters_wait() noexcept {
    return side_ != side::putters && !queue_.empty();
  }
  /// A place of a choice on this side is about to be queued.
  void queueing_of_choice(side which) noexcept {
    const bool alone = queue_.empty() || side_ == which;
    side_ = alone ? which : side::both;
  }
  /// The first of this side that waits; null if there is none.
  core::waiter* pop(side which) noexcept {
    return side_ == side::both ? pop_of_both(which) : queue_.pop();
  }
  core::waiter* pop_of_both(side which) noexcept;

  mutable core::wait_queue queue_;  // guards what follows
  side side_ = side::getters;       // who waits, if anybody does
  bool closed_ = false;
  std::size_t count_ = 0;
  std::size_t maxsize_;
  queue_item* head_ = nullptr;
  queue_item* tail_ = nullptr;
  unfinished_count* unfinished_ = nullptr;
};

/// The waiting of get, peek and next. The item is here as soon as somebody has
/// taken the waiter out of the queue.
class queue_getter : public core::fast_queue_wait<queue_getter> {
 public:
  bool at_once(core::green_thread&);
  void describe(std::string& out) const final;
  /// Of a choice that has taken the item at once.
  void wake_others() noexcept { core::wait_queue::wake_all(woken_); }

 protected:
  queue_getter(queue_base& q, deadline until, queue_item::copier peek) noexcept
      : fast_queue_wait(q.queue_, until), owner_(&q), peek_(peek) {}
  ~queue_getter() = default;

  /// To be called first in await_resume. False when the queue is closed and
  /// nothing is left; throws queue_empty when the deadline passed.
  bool finish_get();
  /// The item, if any, is not wanted. What throws has changed nothing.
  void put_back(queue_item_ptr& item);

  queue_item_ptr item_;

 private:
  friend class queue_base;
  bool try_now() final;
  void queueing_of_choice() noexcept final {
    owner_->queueing_of_choice(queue_base::side::getters);
  }

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
  bool others_first() noexcept { return meets_ && put_at_once(); }
  bool brings() const noexcept final { return true; }
  void describe(std::string& out) const final;
  void await_resume();
  /// Of a choice that has put the item at once.
  void wake_others() noexcept { core::wait_queue::wake_all(woken_); }
  /// The item, if it was not put.
  queue_item_ptr release_item() noexcept { return std::move(item_); }

 protected:
  /// `meets`: it goes on after the getter that has the item.
  queue_putter(queue_base& q, queue_item_ptr item, deadline until,
               bool meets) noexcept
      : fast_queue_wait(q.queue_, until),
        meets_(meets),
        owner_(&q),
        item_(std::move(item)) {}
  ~queue_putter() = default;

 private:
  friend class queue_base;
  bool try_now() final;
  void queueing_of_choice() noexcept final {
    owner_->queueing_of_choice(queue_base::side::putters);
  }
  /// Has a getter the item, without any waiting? Wakes it.
  bool put_at_once() noexcept;

  const bool meets_;
  queue_base* owner_;
  queue_item_ptr item_;
  std::exception_ptr error_;
  core::list<core::waiter> woken_;
};

/// put of a queue.
class [[nodiscard("co_await it")]] queue_put_wait final : public queue_putter {
 public:
  queue_put_wait(queue_base& q, queue_item_ptr item, deadline until) noexcept
      : queue_putter(q, std::move(item), until, false) {}
};

/// put of a channel: goes on after the getter that it met.
class [[nodiscard("co_await it")]] channel_put_wait final
    : public queue_putter {
 public:
  channel_put_wait(queue_base& q, queue_item_ptr item, deadline until) noexcept
      : queue_putter(q, std::move(item), until, true) {}
};

/// The last item first.
class lifo_base : public queue_base {
 protected:
  explicit lifo_base(std::size_t maxsize) noexcept : queue_base(maxsize) {}
  ~lifo_base() override = default;

  void store(queue_item& item) final { store_first(item); }
};

}  // namespace green
