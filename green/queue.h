// SPDX-License-Identifier: MIT
//
// gevent.queue: queues of items between green threads, hubs and OS threads.
//
//   green::queue<std::string> lines(100);         // put waits when it is full
//   auto write = [&]() -> green::task<> {
//     co_await lines.put("one");
//     co_await lines.put("two", 1s);              // or throws queue_full
//     lines.close();
//   };
//   auto writer = green::spawn(write);
//   while (auto line = co_await lines.next()) std::puts(line->c_str());
//   co_await writer.join();
//
// A kill or timeout is thrown in put, get, next, peek and join. The item of a
// put that throws is gone; no other item is (docs/contract.md). Every function
// that does not wait is for any thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <utility>

#include "green/core/callable.h"
#include "green/queues/base.h"
#include "green/queues/basic.h"
#include "green/queues/heap.h"
#include "green/queues/unfinished.h"

namespace green {

/// gevent.queue.Queue: first in, first out. Its other functions are those of
/// keeping_queue and queue_base.
template <class T>
class queue : public keeping_queue<T, queue_base> {
 public:
  /// Holds at most maxsize items. Without a maxsize, or with 0, any number.
  explicit queue(std::size_t maxsize = queue_base::unbounded) noexcept
      : keeping_queue<T, queue_base>(maxsize) {}
  /// Begins with these items, be they more than maxsize.
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
  /// As queue's.
  explicit lifo_queue(std::size_t maxsize = queue_base::unbounded) noexcept
      : keeping_queue<T, lifo_base>(maxsize) {}
  /// Begins with these items, put in their order.
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
/// first out. `before(a, b)` runs while the queue is locked. So it must neither
/// wait nor use the queue. If it throws, the get or put that called it throws.
template <class T, class Before = std::less<T>>
class priority_queue final : public keeping_queue<T, heap_base> {
 public:
  /// As queue's.
  explicit priority_queue(std::size_t maxsize = queue_base::unbounded,
                          Before before = Before())
      : keeping_queue<T, heap_base>(maxsize), before_(std::move(before)) {
    static_assert(!core::gives_awaitable<const Before&, const T&, const T&>,
                  "a comparison is a plain function, which cannot wait");
  }
  /// Begins with these items, be they more than maxsize.
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
    if constexpr (core::gives_awaitable<const Before&, const T&, const T&>) {
      return false;  // it does not compile
    } else {
      return std::invoke(before_, queue_node<T, heap_item>::of(a).value,
                         queue_node<T, heap_item>::of(b).value);
    }
  }

  Before before_;
};

/// gevent.queue.JoinableQueue: a queue that knows which items are done.
template <class T>
class joinable_queue final : public queue<T> {
 public:
  /// As queue's.
  explicit joinable_queue(std::size_t maxsize = queue_base::unbounded) noexcept
      : queue<T>(maxsize) {
    this->count_in(unfinished_);
  }
  /// Begins with these items, none of them done.
  template <queue_items_of<T> Items>
  joinable_queue(std::size_t maxsize, Items&& items)
      : queue<T>(maxsize, std::forward<Items>(items)) {
    this->count_in(unfinished_);
  }
  joinable_queue(std::size_t maxsize, std::initializer_list<T> items)
      : queue<T>(maxsize, items) {
    this->count_in(unfinished_);
  }

  /// gevent.queue.JoinableQueue.task_done: one item that was taken is done.
  /// Throws std::invalid_argument if called more often than items were put.
  void task_done() { unfinished_.one_done(); }

  /// gevent.queue.JoinableQueue.join: waits until every item that was put is
  /// done. False when the deadline passes first.
  tasks_wait join(deadline until = deadline::never()) {
    return tasks_wait(unfinished_, until);
  }
  /// gevent.queue.JoinableQueue.unfinished_tasks: the items that are not done.
  std::size_t unfinished_tasks() const noexcept { return unfinished_.get(); }

 private:
  unfinished_count unfinished_;
};

/// gevent.queue.Channel: a queue that keeps nothing. put returns when a getter
/// has its item, and after that getter. put_nowait and try_put need a getter
/// that waits.
template <class T>
class channel final : public basic_queue<T, queue_base> {
 public:
  /// A channel without waiters.
  channel() noexcept : basic_queue<T, queue_base>(0) {}

  /// gevent.queue.Channel.put: waits until a getter takes the item. Throws
  /// queue_full at the deadline, queue_closed when the channel is closed.
  template <class U = T>
    requires std::constructible_from<T, U>
  channel_put_wait put(U&& value, deadline until = deadline::never()) {
    return channel_put_wait(*this, this->make(std::forward<U>(value)), until);
  }
  /// put as a case of choose, as a queue's.
  template <class U = T>
    requires std::constructible_from<T, U>
  queue_put_case<T, queue_item, channel_put_wait> put_case(U&& value) {
    return queue_put_case<T, queue_item, channel_put_wait>(
        *this, this->make(std::forward<U>(value)));
  }
};

}  // namespace green
