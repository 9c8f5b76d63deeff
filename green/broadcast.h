// SPDX-License-Identifier: MIT
//
// Sends each value to all that listen.
//
//   green::broadcast<std::string> news(100);  // a slow one may be 100 behind
//   auto listen = [&]() -> green::task<> {
//     auto from = news.receiver();
//     while (auto line = co_await from.next()) std::puts(line->c_str());
//     std::printf("missed %d\n", static_cast<int>(from.missed()));
//   };
//   auto listener = green::spawn(listen);
//   co_await green::sleep();
//   news.send("one");
//   news.close();
//   co_await listener.join();
//
// A kill or timeout is thrown in next and get, and takes no value
// (docs/contract.md). Every other function may be called from any thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/deadline.h"
#include "green/core/queue_wait.h"
#include "green/queues/base.h"

namespace green {

class broadcast_waiter;
class broadcast_position;

/// The part of every broadcast that does not depend on its type: the newest
/// values, by their numbers.
class broadcast_base {
 public:
  broadcast_base(const broadcast_base&) = delete;
  broadcast_base& operator=(const broadcast_base&) = delete;

  /// How many values are kept for those that are slow.
  std::size_t capacity() const noexcept { return kept_.size(); }
  /// Nothing more is sent. The receivers get the values that are kept.
  void close() noexcept;
  /// Has close been called?
  bool closed() const noexcept;

 protected:
  using value_ptr = std::shared_ptr<const void>;

  explicit broadcast_base(std::size_t capacity);
  ~broadcast_base();

  /// Throws queue_closed.
  void put(value_ptr value);

 private:
  friend class broadcast_waiter;
  friend class broadcast_position;

  bool take(broadcast_position& by, value_ptr& value) noexcept;
  std::uint64_t oldest() const noexcept;

  mutable core::wait_queue queue_;  // guards what follows, and all positions
  std::vector<value_ptr> kept_;     // the value number n is at n % capacity
  std::uint64_t sent_ = 0;
  bool closed_ = false;
};

/// How far a receiver is.
class broadcast_position {
 public:
  /// tokio's Lagged: the number of values that were sent too early for this
  /// receiver. Before the next get it grows while more are sent.
  std::uint64_t missed() const noexcept;

 protected:
  explicit broadcast_position(broadcast_base& from) noexcept;

  using value_ptr = std::shared_ptr<const void>;
  /// The next value if it is there.
  value_ptr take_now();

  broadcast_base* from_;

 private:
  friend class broadcast_base;
  friend class broadcast_waiter;

  std::uint64_t next_ = 0;
  std::uint64_t missed_ = 0;
};

/// The wait for the next value of a receiver.
class broadcast_waiter : public core::fast_queue_wait<broadcast_waiter> {
 public:
  bool at_once(core::green_thread&) noexcept;
  void describe(std::string& out) const final;

 protected:
  broadcast_waiter(broadcast_base& from, broadcast_position& by,
                   core::deadline until) noexcept
      : fast_queue_wait(from.queue_, until), from_(&from), by_(&by) {}
  ~broadcast_waiter() = default;

  /// The value; null when the broadcast is closed. Throws queue_empty at the
  /// deadline.
  std::shared_ptr<const void> finish_next();
  /// The value is the receiver's next again. Throws queue_empty if it is not
  /// kept any more.
  void undo();

 private:
  friend class broadcast_base;
  bool try_now() noexcept final;

  broadcast_base* from_;
  broadcast_position* by_;
  std::shared_ptr<const void> value_;
  std::uint64_t number_ = 0;
};

/// next of a receiver.
template <class T>
class [[nodiscard("co_await it")]] broadcast_next_wait final
    : public broadcast_waiter {
 public:
  broadcast_next_wait(broadcast_base& from, broadcast_position& by) noexcept
      : broadcast_waiter(from, by, core::deadline::never()) {}

  std::optional<T> await_resume() {
    const std::shared_ptr<const void> value = finish_next();
    if (value == nullptr) return std::nullopt;
    return *static_cast<const T*>(value.get());
  }
  /// Another wait of when_any has won.
  void give_back(std::optional<T>& value) {
    if (value) undo();
  }
};

/// get of a receiver.
template <class T>
class [[nodiscard("co_await it")]] broadcast_get_wait final
    : public broadcast_waiter {
 public:
  broadcast_get_wait(broadcast_base& from, broadcast_position& by,
                     core::deadline until) noexcept
      : broadcast_waiter(from, by, until) {}

  T await_resume() {
    const std::shared_ptr<const void> value = finish_next();
    if (value == nullptr) throw queue_closed();
    return *static_cast<const T*>(value.get());
  }
  void give_back(T&) { undo(); }
};

template <class T>
class broadcast;

/// One that gets each value that is sent after it was made. If it is slow, it
/// misses the oldest ones, and counts them. The broadcast has to outlive it. It
/// may be moved while nobody waits.
template <class T>
class broadcast_receiver : public broadcast_position {
 public:
  /// Begins behind the newest value.
  explicit broadcast_receiver(broadcast<T>& from) noexcept
      : broadcast_position(from) {}

  /// The next value, in the order of sending; empty when the broadcast is
  /// closed and nothing is left: `while (auto value = co_await r.next())`.
  broadcast_next_wait<T> next() {
    return broadcast_next_wait<T>(*from_, *this);
  }
  /// The same. Throws queue_closed when nothing is left, and queue_empty when
  /// the deadline passes first.
  broadcast_get_wait<T> get(core::deadline until = core::deadline::never()) {
    return broadcast_get_wait<T>(*from_, *this, until);
  }
  /// The next value without waiting; empty when there is none.
  std::optional<T> try_get() {
    const value_ptr value = take_now();
    if (value == nullptr) return std::nullopt;
    return *static_cast<const T*>(value.get());
  }
};

/// tokio::sync::broadcast: every receiver, on any hub, gets a copy of every
/// value. send never waits: it keeps the newest values, as many as the
/// capacity, for those receivers that are slow.
template <class T>
class broadcast : public broadcast_base {
  static_assert(std::copy_constructible<T>,
                "each receiver gets a copy: T has to be copyable");

 public:
  using value_type = T;

  /// Throws std::invalid_argument if the capacity is 0.
  explicit broadcast(std::size_t capacity) : broadcast_base(capacity) {}

  /// A receiver of all that is sent from now on.
  broadcast_receiver<T> receiver() { return broadcast_receiver<T>(*this); }

  /// Gives a value to all. Throws queue_closed.
  template <class U = T>
    requires std::constructible_from<T, U>
  void send(U&& value) {
    put(std::make_shared<const T>(std::forward<U>(value)));
  }
};

}  // namespace green
