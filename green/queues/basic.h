// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

#include "green/choices/case.h"
#include "green/queues/base.h"
#include "green/queues/put_case.h"

namespace green {

/// What when_any does with an item that lost.
template <class T, class Item, class Put>
void put_back_value(T& value, Put put) {
  auto item = queue_item_ptr::adopt(
      new queue_node<T, Item>(std::in_place, std::move(value)));
  try {
    put(item);
  } catch (...) {
    std::destroy_at(&value);
    std::construct_at(&value, queue_node<T, Item>::take(std::move(item)));
    throw;
  }
}

/// get of a queue.
template <class T, class Item>
class [[nodiscard("co_await it")]] queue_get_wait final : public queue_getter {
 public:
  explicit queue_get_wait(queue_base& q,
                          deadline until = deadline::never()) noexcept
      : queue_getter(q, until, nullptr) {}

  T await_resume() {
    if (!finish_get()) throw queue_closed();
    return queue_node<T, Item>::take(std::move(item_));
  }
  /// The item is the queue's next again.
  void give_back(T& value) {
    put_back_value<T, Item>(value, [this](auto& item) { put_back(item); });
  }
};

/// next of a queue.
template <class T, class Item>
class [[nodiscard("co_await it")]] queue_next_wait final : public queue_getter {
 public:
  explicit queue_next_wait(queue_base& q) noexcept
      : queue_getter(q, deadline::never(), nullptr) {}

  std::optional<T> await_resume() {
    if (!finish_get()) return std::nullopt;
    return queue_node<T, Item>::take(std::move(item_));
  }
  void give_back(std::optional<T>& value) {
    if (!value) return;
    put_back_value<T, Item>(*value, [this](auto& item) { put_back(item); });
  }
};

/// peek of a queue.
template <class T, class Item>
class [[nodiscard("co_await it")]] queue_peek_wait final : public queue_getter {
 public:
  queue_peek_wait(queue_base& q, deadline until) noexcept
      : queue_getter(q, until, &queue_node<T, Item>::copy_of) {}

  T await_resume() {
    if (!finish_get()) throw queue_closed();
    return queue_node<T, Item>::of(*item_).value;
  }
};

/// What all queues of T offer; a channel has its own put. Base knows the order
/// of the items.
template <class T, class Base>
class basic_queue : public Base {
  using Item = typename Base::item_type;
  static_assert(std::is_object_v<T> && std::is_move_constructible_v<T>,
                "a queue's items must be movable objects");
  using node = queue_node<T, Item>;

 public:
  using value_type = T;
  using get_wait = queue_get_wait<T, Item>;
  using next_wait = queue_next_wait<T, Item>;

  /// gevent.queue.Queue.get: waits for an item, in the order of coming; throws
  /// queue_empty at the deadline, queue_closed when closed and nothing is left.
  get_wait get(deadline until = deadline::never()) {
    return get_wait(*this, until);
  }
  /// gevent.queue.Queue.__next__: get for a loop; empty when the queue is
  /// closed and nothing is left: `while (auto item = co_await q.next())`.
  next_wait next() { return next_wait(*this); }
  /// get as a case of choose. It is ready, too, when the queue is closed and
  /// nothing is left. choose then throws queue_closed.
  choice_case<get_wait, queue_base*, T> get_case() noexcept {
    return choice_case<get_wait, queue_base*, T>(this);
  }
  /// next as a case of choose. It gives an empty optional when the queue is
  /// closed and nothing is left.
  choice_case<next_wait, queue_base*, std::optional<T>> next_case() noexcept {
    return choice_case<next_wait, queue_base*, std::optional<T>>(this);
  }
  /// gevent.queue.Queue.get_nowait: throws queue_empty or queue_closed. From
  /// any thread.
  T get_nowait() { return node::take(this->get_now_or_throw()); }
  /// The same; empty when there is no item.
  std::optional<T> try_get() {
    queue_item_ptr item = this->get_now();
    if (item == nullptr) return std::nullopt;
    return node::take(std::move(item));
  }

  /// gevent.queue.Queue.put_nowait: throws queue_full or queue_closed, and
  /// then an rvalue keeps its value. From any thread.
  template <class U = T>
    requires std::constructible_from<T, U>
  void put_nowait(U&& value) {
    queue_item_ptr item = make(std::forward<U>(value));
    const giving_back<U> guard{item, value};
    this->put_now_or_throw(item);
  }
  /// The same; false when there is no room, or the queue is closed.
  template <class U = T>
    requires std::constructible_from<T, U>
  bool try_put(U&& value) {
    queue_item_ptr item = make(std::forward<U>(value));
    const giving_back<U> guard{item, value};
    return this->put_now(item);
  }

 protected:
  explicit basic_queue(std::size_t maxsize) noexcept : Base(maxsize) {}
  ~basic_queue() override = default;

  template <class U>
  static queue_item_ptr make(U&& value) {
    return queue_item_ptr::adopt(
        new node(std::in_place, std::forward<U>(value)));
  }

  template <class Items>
  void put_all_initially(Items&& items) {
    for (auto&& item : items) {
      this->put_initial(make(std::forward<decltype(item)>(item)));
    }
  }

 private:
  // What was moved in and not put goes back, unless that could throw.
  template <class U>
  struct giving_back {
    queue_item_ptr& item;
    U& value;
    ~giving_back() {
      if constexpr (std::is_same_v<U, T> &&
                    std::is_nothrow_move_assignable_v<T>) {
        if (item != nullptr) value = std::move(static_cast<node&>(*item).value);
      }
    }
  };
};

/// A queue that keeps items.
template <class T, class Base>
class keeping_queue : public basic_queue<T, Base> {
  using Item = typename Base::item_type;
  using node = queue_node<T, Item>;

 public:
  using peek_wait = queue_peek_wait<T, Item>;

  /// gevent.queue.Queue.put: waits for room, in the order of coming; throws
  /// queue_full at the deadline, queue_closed when closed. An item whose put
  /// has failed is gone.
  template <class U = T>
    requires std::constructible_from<T, U>
  queue_put_wait put(U&& value, deadline until = deadline::never()) {
    return queue_put_wait(*this, this->make(std::forward<U>(value)), until);
  }

  /// put as a case of choose, which keeps the value until it is put. It is
  /// ready, too, when the queue is closed. choose then throws queue_closed.
  template <class U = T>
    requires std::constructible_from<T, U>
  queue_put_case<T, Item, queue_put_wait> put_case(U&& value) {
    return queue_put_case<T, Item, queue_put_wait>(
        *this, this->make(std::forward<U>(value)));
  }

  /// eventlet.queue.Queue.resize: changes maxsize; 0 is no limit. With more
  /// room, those that wait put their items. Items beyond a smaller limit stay.
  void resize(std::size_t maxsize) noexcept {
    this->set_maxsize(bound(maxsize));
  }

  /// gevent.queue.Queue.peek: waits for an item like get, and leaves it.
  peek_wait peek(deadline until = deadline::never())
    requires std::copy_constructible<T>
  {
    return peek_wait(*this, until);
  }
  /// gevent.queue.Queue.peek_nowait: throws queue_empty or queue_closed.
  T peek_nowait()
    requires std::copy_constructible<T>
  {
    const queue_item_ptr item = this->get_now_or_throw(&node::copy_of);
    return node::of(*item).value;
  }

 protected:
  explicit keeping_queue(std::size_t maxsize) noexcept
      : basic_queue<T, Base>(bound(maxsize)) {}
  ~keeping_queue() override = default;

 private:
  static constexpr std::size_t bound(std::size_t maxsize) noexcept {
    return maxsize == 0 ? queue_base::unbounded : maxsize;
  }
};

template <class Items, class T>
concept queue_items_of =
    std::ranges::input_range<Items> &&
    std::constructible_from<T, std::ranges::range_reference_t<Items>>;

}  // namespace green
