// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <utility>

#include "green/basic_queue.h"
#include "green/queue_base.h"
#include "green/queue_heap.h"
#include "green/queue_waits.h"

namespace green {

/// gevent.queue.Queue: first in, first out. A maxsize of 0 is no bound either.
template <class T>
class queue : public keeping_queue<T, queue_base> {
 public:
  explicit queue(std::size_t maxsize = queue_base::unbounded) noexcept
      : keeping_queue<T, queue_base>(maxsize) {}
  /// Begins with items, whatever the bound.
  template <queue_items_of<T> Items>
  queue(std::size_t maxsize, Items&& items) : queue(maxsize) {
    this->put_all_initially(std::forward<Items>(items));
  }
  queue(std::size_t maxsize, std::initializer_list<T> items) : queue(maxsize) {
    this->put_all_initially(items);
  }
};

/// gevent.queue.LifoQueue: last in, first out.
template <class T>
class lifo_queue final : public keeping_queue<T, lifo_base> {
 public:
  explicit lifo_queue(std::size_t maxsize = queue_base::unbounded) noexcept
      : keeping_queue<T, lifo_base>(maxsize) {}
  /// Begins with items, put in their order.
  template <queue_items_of<T> Items>
  lifo_queue(std::size_t maxsize, Items&& items) : lifo_queue(maxsize) {
    this->put_all_initially(std::forward<Items>(items));
  }
  lifo_queue(std::size_t maxsize, std::initializer_list<T> items)
      : lifo_queue(maxsize) {
    this->put_all_initially(items);
  }
};

/// gevent.queue.PriorityQueue: the smallest item first; equal ones first in,
/// first out. `before(a, b)` runs with the queue locked: it must neither wait
/// nor use the queue. When it throws, the get or put that needed it does.
template <class T, class Before = std::less<T>>
class priority_queue final : public keeping_queue<T, heap_base> {
 public:
  explicit priority_queue(std::size_t maxsize = queue_base::unbounded,
                          Before before = Before())
      : keeping_queue<T, heap_base>(maxsize), before_(std::move(before)) {}
  /// Begins with items, whatever the bound.
  template <queue_items_of<T> Items>
  priority_queue(std::size_t maxsize, Items&& items, Before before = Before())
      : priority_queue(maxsize, std::move(before)) {
    this->put_all_initially(std::forward<Items>(items));
  }
  priority_queue(std::size_t maxsize, std::initializer_list<T> items,
                 Before before = Before())
      : priority_queue(maxsize, std::move(before)) {
    this->put_all_initially(items);
  }

 private:
  bool before(const heap_item& a, const heap_item& b) const override {
    return std::invoke(before_, queue_node<T, heap_item>::of(a).value,
                       queue_node<T, heap_item>::of(b).value);
  }

  Before before_;
};

/// gevent.queue.JoinableQueue: a queue that can wait until all that was put
/// into it is done.
template <class T>
class joinable_queue final : public queue<T> {
 public:
  explicit joinable_queue(std::size_t maxsize = queue_base::unbounded) noexcept
      : queue<T>(maxsize) {
    this->count_in(unfinished_);
  }
  /// Begins with items, all of them unfinished.
  template <queue_items_of<T> Items>
  joinable_queue(std::size_t maxsize, Items&& items)
      : queue<T>(maxsize, std::forward<Items>(items)) {
    this->count_in(unfinished_);
  }
  joinable_queue(std::size_t maxsize, std::initializer_list<T> items)
      : queue<T>(maxsize, items) {
    this->count_in(unfinished_);
  }

  /// gevent.queue.JoinableQueue.task_done: throws std::invalid_argument when
  /// called more often than items were put. From any thread.
  void task_done() { unfinished_.one_done(); }

  /// gevent.queue.JoinableQueue.join: waits until every item that was put is
  /// done; at once when none was. False when the deadline passes first.
  tasks_wait join(deadline until = deadline::never()) {
    return tasks_wait(unfinished_, until);
  }
  std::size_t unfinished_tasks() const noexcept { return unfinished_.get(); }

 private:
  unfinished_count unfinished_;
};

/// gevent.queue.Channel: keeps nothing, put and get meet. put goes on when a
/// getter has its item, and after it; put_nowait and try_put need one that
/// waits.
template <class T>
class channel final : public basic_queue<T, queue_base> {
 public:
  channel() noexcept : basic_queue<T, queue_base>(0) {}

  /// gevent.queue.Channel.put: throws queue_full at the deadline, queue_closed
  /// when closed.
  template <class U = T>
    requires std::constructible_from<T, U>
  channel_put_wait put(U&& value, deadline until = deadline::never()) {
    return channel_put_wait(*this, this->make(std::forward<U>(value)), until);
  }
};

}  // namespace green
