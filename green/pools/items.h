// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "green/core/deadline.h"
#include "green/core/queue_wait.h"
#include "green/core/wait_queue.h"
#include "green/greenlets/handle.h"

namespace green {

/// How a pool_of treats its items: `pool_options().idle_time(30s)`.
class pool_options {
 public:
  /// An item that nobody has used for so long is destroyed.
  template <class Rep, class Period>
  pool_options& idle_time(const std::chrono::duration<Rep, Period>& longest) {
    idle_time_ = core::deadline::nanoseconds(longest);
    return *this;
  }
  /// An item whose scope is left by an exception, as a kill, is destroyed in
  /// place of being given back: its user has not come to an end.
  pool_options& discard_on_error(bool on = true) noexcept {
    discard_on_error_ = on;
    return *this;
  }

  std::int64_t idle_nanoseconds() const noexcept { return idle_time_; }
  bool discards_on_error() const noexcept { return discard_on_error_; }

 private:
  std::int64_t idle_time_ = core::deadline::infinite;
  bool discard_on_error_ = false;
};

/// An item was asked of a pool_of that is closed.
class pool_closed : public std::runtime_error {
 public:
  /// Names the reason.
  pool_closed() : std::runtime_error("the pool is closed") {}
};

/// An item of a pool_of, whatever its type.
class pooled_item {
 public:
  pooled_item() = default;
  pooled_item(const pooled_item&) = delete;
  pooled_item& operator=(const pooled_item&) = delete;
  virtual ~pooled_item() = default;

 private:
  friend class item_store;

  pooled_item* below_ = nullptr;  // the next one in a stack
  std::int64_t idle_since_ = 0;
};
using pooled_item_ptr = std::unique_ptr<pooled_item>;

/// The items of a pool_of that nobody uses, and the number of all. It may be
/// used from any thread. Leases and makers keep it, so that they may outlive
/// the pool. No item is destroyed while the lock is held.
class item_store : public std::enable_shared_from_this<item_store> {
 public:
  item_store(std::size_t most, const pool_options& how) noexcept
      : how_(how), most_(most) {}
  item_store(const item_store&) = delete;
  item_store& operator=(const item_store&) = delete;
  virtual ~item_store();

  /// Takes an item back, or destroys it. The one that has waited longest gets
  /// it.
  void give_back(pooled_item_ptr item) noexcept;
  /// An item is gone, or was not made: the one that has waited longest may make
  /// one.
  void give_place() noexcept;
  /// Destroys those that nobody uses. Whoever waits gets pool_closed.
  void close() noexcept;
  void resize(std::size_t most) noexcept;

  std::size_t most() const noexcept;
  std::size_t size() const noexcept;
  std::size_t free_count() const noexcept;
  std::size_t waiting() const noexcept;
  const pool_options& how() const noexcept { return how_; }

 private:
  friend class item_wait;
  struct sweep_turn;
  using waiters = core::list<core::waiter>;

  static task<> sweep(sweep_turn turn);
  void start_sweeping() noexcept;
  bool is_old(const pooled_item& item) const noexcept;
  pooled_item* take_old() noexcept;
  std::int64_t next_end() const noexcept;
  pooled_item* pop() noexcept;
  void hand_places(waiters& woken) noexcept;
  static void destroy(pooled_item* stack) noexcept;

  const pool_options how_;
  mutable core::wait_queue queue_;  // guards what follows
  std::size_t most_;
  std::size_t all_ = 0;   // idle, lent, or being made
  std::size_t idle_ = 0;  // of them
  std::size_t waiting_ = 0;
  pooled_item* stack_ = nullptr;  // of idle ones, the youngest on top
  bool closed_ = false;
  bool sweeping_ = false;
  any_greenlet sweeper_;
};

/// Waits for an item, or for the place of one that may be made.
class [[nodiscard("co_await it")]] item_wait final : public core::queue_wait {
 public:
  item_wait(std::shared_ptr<item_store> store, core::deadline until)
      : queue_wait(store->queue_, until), store_(std::move(store)) {}
  ~item_wait();

  /// The item; null for a place. Throws timed_out or pool_closed.
  pooled_item_ptr await_resume();
  void describe(std::string& out) const override;

 private:
  friend class item_store;

  enum class grant : unsigned char { none, item, place, closed };

  bool try_now() override;
  void left(core::list<core::waiter>& freed) noexcept override;

  std::shared_ptr<item_store> store_;
  pooled_item* item_ = nullptr;
  grant got_ = grant::none;
};

/// The place of an item that is being made.
class making {
 public:
  explicit making(item_store& store) noexcept : store_(&store) {}
  making(const making&) = delete;
  making& operator=(const making&) = delete;
  ~making() {
    if (store_ != nullptr) store_->give_place();
  }
  void done() noexcept { store_ = nullptr; }

 private:
  item_store* store_;
};

/// Throws std::runtime_error: the function that makes items gave none.
[[noreturn]] void throw_nothing_made();
/// Throws std::invalid_argument: a pool of no items would lend none.
[[noreturn]] void throw_no_places();

/// The words of the timed_out that item throws.
extern const char* const item_is_late;

}  // namespace green
