// SPDX-License-Identifier: MIT
//
// eventlet.pools: objects, as connections, that green threads use in turn.
//
//   auto connect = []() -> green::task<int> { co_return 7; };
//   green::pool_of<int> pool(connect, 4);           // at most four at once
//   {
//     auto c = co_await pool.item();                // waits for a free one
//     std::printf("%d, %zu free\n", *c, pool.free_count());
//   }                                               // gives it back
//   auto broken = co_await pool.item(1s);           // or throws timed_out
//   broken.discard();                               // the next is a new one
//
// A kill or timeout is thrown where an item is waited for or made
// (docs/contract.md); no item and no place is lost by it. A pool may be used
// from any hub and, but for item, from any thread, if its items may.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/core/unawaited.h"
#include "green/pools/items.h"
#include "green/task.h"
#include "green/timeout.h"

namespace green {

template <class T>
class pool_of;

/// An item of a pool_of that holds a T.
template <class T>
struct pooled_value final : pooled_item {
  /// Takes what was made.
  explicit pooled_value(T&& given) : value(std::move(given)) {}
  T value;
};

/// An item that is lent by a pool_of. Its destructor gives the item back, as
/// does give_back. May outlive the pool: then the item is destroyed.
template <class T>
class pool_lease {
 public:
  pool_lease(pool_lease&& other) noexcept = default;
  /// Gives its own item back first.
  pool_lease& operator=(pool_lease&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    store_ = std::move(other.store_);
    item_ = std::move(other.item_);
    unwinding_ = other.unwinding_;
    return *this;
  }
  ~pool_lease() {
    if (item_ == nullptr) return;
    const bool cut_short =
        std::uncaught_exceptions() > unwinding_ || core::dropping::here();
    if (cut_short && store_->how().discards_on_error()) {
      discard();
    } else {
      give_back();
    }
  }

  /// The item, as eventlet.pools lends it.
  T& operator*() const noexcept { return item_->value; }
  /// A member of the item.
  T* operator->() const noexcept { return std::addressof(item_->value); }
  /// Is there an item? Not after discard, give_back or a move.
  explicit operator bool() const noexcept { return item_ != nullptr; }

  /// Destroys the item. Another one may be made in its place.
  void discard() noexcept {
    if (item_ == nullptr) return;
    item_.reset();
    std::exchange(store_, nullptr)->give_place();
  }
  /// Gives the item back before the end of the scope.
  void give_back() noexcept {
    if (item_ == nullptr) return;
    std::exchange(store_, nullptr)->give_back(std::move(item_));
  }

 private:
  friend class pool_of<T>;
  pool_lease(std::shared_ptr<item_store> store,
             std::unique_ptr<pooled_value<T>> item) noexcept
      : store_(std::move(store)), item_(std::move(item)) {}

  std::shared_ptr<item_store> store_;
  std::unique_ptr<pooled_value<T>> item_;
  int unwinding_ = std::uncaught_exceptions();
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// eventlet.pools.Pool: at most `most` items, each of which is lent to one user
/// at a time. They are made by make() when they are needed, and not before.
template <class T>
class pool_of {
 public:
  using lease = pool_lease<T>;

  /// make gives a T, or a pointer or optional from which a T is made; or it
  /// returns a task of that. Throws std::invalid_argument if `most` is 0.
  template <class F>
  pool_of(F&& make, std::size_t most, pool_options how = pool_options())
      : store_(std::make_shared<store_by<std::decay_t<F>>>(
            std::forward<F>(make), most, how)) {
    if (most == 0) throw_no_places();
  }
  pool_of(const pool_of&) = delete;
  pool_of& operator=(const pool_of&) = delete;
  /// close(). Those that wait for an item get pool_closed. An item that is lent
  /// stays valid, and is destroyed when it is given back.
  ~pool_of() { store_->close(); }

  /// eventlet.pools.Pool.get: waits for an item, first come first served. One
  /// that was used last is lent first. If none is free and there may be one
  /// more, makes it: an exception of make is thrown here, and the next one who
  /// waits makes one in its place. Throws timed_out if there is no item until
  /// the deadline, pool_closed, and std::runtime_error if make gives a null
  /// pointer or an empty optional.
  task<lease> item(core::deadline until = core::deadline::never()) {
    return lend(store_, until);
  }

  /// Destroys the items that nobody uses, and lends none from now on.
  void close() noexcept { store_->close(); }
  /// eventlet.pools.Pool.resize: from now on there are at most so many items.
  /// Too many idle ones are destroyed now, and others when they are given back.
  void resize(std::size_t most) noexcept { store_->resize(most); }

  /// eventlet.pools.Pool.max_size
  std::size_t max_size() const noexcept { return store_->most(); }
  /// eventlet.pools.Pool.current_size: those lent, idle, and being made.
  std::size_t size() const noexcept { return store_->size(); }
  /// eventlet.pools.Pool.free: how many could be lent now.
  std::size_t free_count() const noexcept { return store_->free_count(); }
  /// eventlet.pools.Pool.waiting: how many wait for an item.
  std::size_t waiting() const noexcept { return store_->waiting(); }

 private:
  class store : public item_store {
   public:
    using item_store::item_store;
    virtual task<T> make() = 0;
  };

  template <class F>
  class store_by final : public store {
    static_assert(core::direct_call<F&>::possible,
                  "pool_of takes a function without arguments that makes an "
                  "item");

   public:
    template <class Make>
    store_by(Make&& make, std::size_t most, const pool_options& how)
        : store(most, how), make_(std::forward<Make>(make)) {}

    task<T> make() override {
      decltype(auto) made = co_await core::ask(make_);
      co_return whole(std::forward<decltype(made)>(made));
    }

   private:
    template <class Made>
    static T whole(Made&& made) {
      using given = std::remove_cvref_t<Made>;
      if constexpr (is_optional<given>) {
        if (!made.has_value()) throw_nothing_made();
      } else if constexpr (core::nullable<given>) {
        if (made == nullptr) throw_nothing_made();
      }
      if constexpr (is_optional<given> && !std::is_constructible_v<T, Made>) {
        return T(*std::forward<Made>(made));
      } else {
        return T(std::forward<Made>(made));
      }
    }

    F make_;
  };

  static task<lease> lend(std::shared_ptr<store> from, core::deadline until) {
    using value = pooled_value<T>;
    auto found = co_await item_wait(from, until);
    if (found != nullptr) {
      auto* const item = static_cast<value*>(found.release());
      co_return lease(std::move(from), std::unique_ptr<value>(item));
    }
    making place(*from);
    const timeout limit(until, timed_out(item_is_late));
    auto item = std::make_unique<value>(co_await from->make());
    place.done();
    co_return lease(std::move(from), std::move(item));
  }

  std::shared_ptr<store> store_;
};

}  // namespace green
