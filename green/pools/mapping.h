// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/core/awaitable.h"
#include "green/core/callable.h"
#include "green/core/invocation.h"
#include "green/core/list.h"
#include "green/core/queue_wait.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/hub/this_hub.h"
#include "green/joins/kept_result.h"
#include "green/pools/group_state.h"
#include "green/task.h"

namespace green {

class mapping;

/// The green thread of one item, as a member of the pool and of its mapping.
class mapped_item : public membership {
 public:
  mapped_item(std::shared_ptr<mapping> owner, std::size_t index) noexcept
      : membership(errors::taken),
        live_(*this),
        owner_(std::move(owner)),
        index_(index) {}
  ~mapped_item() = default;

  std::size_t index() const noexcept { return index_; }

 private:
  friend class mapping;
  friend class imapping;

  struct hook : core::list_hook {
    explicit hook(mapped_item& i) noexcept : item(i) {}
    mapped_item& item;
  };

  void left(core::green_thread& thread, bool had_place) noexcept override;

  hook live_;              // among those that run
  hook result_{*this};     // among those that next is to give
  core::thread_ref self_;  // keeps what next is to give
  bool ended_ = false;
  std::shared_ptr<mapping> owner_;
  std::size_t index_;
};

/// Starts a green thread for each item, as the pool has places. All run on one
/// hub.
class mapping : public std::enable_shared_from_this<mapping> {
 public:
  mapping(const mapping&) = delete;
  mapping& operator=(const mapping&) = delete;
  virtual ~mapping() = default;

  /// Starts all items and waits until all have ended. The first error kills the
  /// rest and is thrown. An interrupt kills all and is thrown.
  task<> run(core::site from);

 protected:
  enum class change : unsigned char { room, settled, finished };
  class change_wait;

  explicit mapping(group_ref group) noexcept : group_(std::move(group)) {}

  task<> feed(core::site from, bool may_lend);
  /// Starts no more items, and kills those that run.
  void stop() noexcept;
  /// Stops because of the end of an item, or of another error.
  void fail(core::green_thread& thread) noexcept;
  void fail(std::exception_ptr error) noexcept;
  void changed() noexcept;

  virtual bool exhausted() = 0;
  /// Makes the green thread of the next item.
  virtual core::thread_ref make_item(mapped_item*& item) = 0;
  /// May another item be started?
  virtual bool in_window() const noexcept { return true; }
  /// Called before the item is started.
  virtual void starting(mapped_item&, core::green_thread&) noexcept {}
  virtual void ended(mapped_item& item,
                     core::green_thread& thread) noexcept = 0;

  const group_ref group_;
  std::size_t started_ = 0;
  std::size_t running_ = 0;
  bool stopped_ = false;

 private:
  friend class mapped_item;

  bool holds(change what) const noexcept;
  void start_next(core::site from, held_place& place);
  void item_left(mapped_item& item, core::green_thread& thread,
                 bool had_place) noexcept;

  core::wait_queue changes_;
  core::list<mapped_item::hook> live_;
  std::optional<place_wait> place_;
  core::thread_ref failed_;
  std::exception_ptr error_;
  bool lent_ = false;  // an item runs in the place of who waits for it
};

/// A wait of the mapping's own coroutine: until another item may start; until
/// all have ended or the mapping is stopped; or until none runs.
class mapping::change_wait final : public core::queue_wait {
 public:
  change_wait(mapping& owner, change what) noexcept
      : queue_wait(owner.changes_), owner_(&owner), what_(what) {}
  ~change_wait() = default;

  void await_resume() { finish_wait(); }
  void describe(std::string& out) const override;
  bool try_now() override { return owner_->holds(what_); }

 private:
  mapping* owner_;
  change what_;
};

/// Runs f(item). Both stay in place until the green thread has ended.
template <class F, class Item>
class item_call {
  using called = core::called_t<F&, Item>;
  static constexpr bool waits =
      core::awaitable<called> && !core::is_task<called>;

 public:
  using result = core::call_result_t<F&, Item>;

  item_call(F& f, Item item) : call_(std::in_place, f, std::move(item)) {}

  std::conditional_t<waits, task<result>, called> operator()() {
    if constexpr (waits) {
      return awaited();
    } else {
      return call_();
    }
  }

 private:
  task<result> awaited() { co_return co_await call_(); }

  core::stored_call<F&, Item> call_;
};

template <class Call>
class item_thread final : public core::spawned<Call> {
 public:
  item_thread(std::shared_ptr<mapping> owner, std::size_t index, Call call)
      : core::spawned<Call>(hub::this_hub(), std::move(call)),
        item_(std::move(owner), index) {}

  mapped_item& item() noexcept { return item_; }

 private:
  mapped_item item_;
};

/// A mapping (Base) of a function over a range, both copied into it.
template <class Base, class F, class Range>
class items_of : public Base {
 public:
  using item = std::ranges::range_value_t<Range>;
  using call = item_call<F, item>;
  using result = typename call::result;

  template <class Function, class Source, class... Options>
  items_of(Function&& f, Source&& range, Options&&... options)
      : Base(std::forward<Options>(options)...),
        f_(std::forward<Function>(f)),
        range_(std::forward<Source>(range)) {}

 protected:
  bool exhausted() final {
    if (!next_) next_.emplace(std::ranges::begin(range_));
    return *next_ == std::ranges::end(range_);
  }

  core::thread_ref make_item(mapped_item*& made) override {
    auto* const thread = new item_thread<call>(
        this->shared_from_this(), this->started_, call(f_, take_next()));
    made = &thread->item();
    return core::thread_ref::adopt(thread);
  }

 private:
  item take_next() {
    using reference = std::ranges::range_reference_t<Range>;
    if constexpr (std::ranges::view<Range> &&
                  std::is_constructible_v<item, reference>) {
      item taken(**next_);  // not ours to move from
      ++*next_;
      return taken;
    } else {
      item taken(std::ranges::iter_move(*next_));
      ++*next_;
      return taken;
    }
  }

  F f_;
  Range range_;
  std::optional<std::ranges::iterator_t<Range>> next_;
};

/// map: keeps the results by place.
template <class F, class Range>
class map_of final : public items_of<mapping, F, Range> {
  using base = items_of<mapping, F, Range>;
  using result = typename base::result;
  using kept = kept_result_t<result>;

 public:
  using all_results =
      std::conditional_t<std::is_void_v<result>, void, std::vector<kept>>;

  using base::base;

  std::vector<kept> results() {
    std::vector<kept> all;
    all.reserve(results_.size());
    for (auto& r : results_) all.push_back(std::move(*r));
    return all;
  }

 private:
  core::thread_ref make_item(mapped_item*& made) override {
    if constexpr (!std::is_void_v<result>) results_.emplace_back();
    return base::make_item(made);
  }

  void ended(mapped_item& which, core::green_thread& thread) noexcept override {
    if (thread.how() != core::green_thread::outcome::value) {
      return this->fail(thread);
    }
    if constexpr (!std::is_void_v<result>) {
      try {
        results_[which.index()].emplace(take_result<result>(thread));
      } catch (...) {
        this->fail(std::current_exception());
      }
    }
  }

  std::vector<std::optional<kept>> results_;
};

}  // namespace green
