// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "green/core/list.h"
#include "green/core/queue_wait.h"
#include "green/core/thread_ref.h"
#include "green/greenlets/spawning.h"
#include "green/pools/mapping.h"
#include "green/task.h"

namespace green {

/// The order in which the results of an imap come.
enum class imap_order : bool { of_items, of_ending };

/// A mapping whose items are started by a green thread of its own, and whose
/// results are taken one by one. At most `window` items are started and not yet
/// taken.
class imapping : public mapping {
 public:
  /// Starts the green thread that starts the items.
  void begin(core::site from);

  /// Kills the items that run, and drops results that were not taken.
  void end() noexcept;
  /// Waits until all items have ended.
  task<> ended_all();

  /// Waits for the next result.
  class next_wait;

 protected:
  imapping(group_ref group, imap_order order, std::size_t window) noexcept;

 private:
  struct feeder_end : core::waiter {
    explicit feeder_end(imapping& m) noexcept
        : waiter(&feeder_end::ended), owner(m) {}
    static void ended(core::waiter& w);
    imapping& owner;
    std::shared_ptr<mapping> kept;  // while the feeder lives
  };

  bool in_window() const noexcept final;
  void starting(mapped_item& item, core::green_thread& thread) noexcept final;
  void ended(mapped_item& item, core::green_thread& thread) noexcept final;
  core::thread_ref take_ready() noexcept;
  bool over() const noexcept;
  void deliver() noexcept;

  const imap_order order_;
  const std::size_t window_;
  core::wait_queue takers_;  // guards what follows
  core::list<mapped_item::hook> results_;
  std::size_t taken_ = 0;
  any_greenlet feeder_;
  feeder_end feeder_end_{*this};
  bool fed_ = false;  // the feeder has ended
  bool feed_error_given_ = false;
};

class imapping::next_wait : public core::queue_wait {
 public:
  void describe(std::string& out) const override;

 protected:
  explicit next_wait(std::shared_ptr<imapping> owner) noexcept;
  ~next_wait() = default;

  /// The green thread with the next result. None when all were taken.
  core::thread_ref finish_next();

 private:
  friend class imapping;

  bool try_now() override;

  std::shared_ptr<imapping> owner_;
  core::thread_ref got_;
};

/// The result of imap: `while (auto result = co_await results.next())`. A
/// result that is not taken holds up the items behind it. The destructor kills
/// the items that still run. stop() also waits for their end.
template <class R>
class [[nodiscard]] imap_results {
 public:
  explicit imap_results(std::shared_ptr<imapping> items) noexcept
      : items_(std::move(items)) {}
  imap_results(imap_results&&) noexcept = default;
  imap_results& operator=(imap_results&& other) noexcept {
    std::swap(items_, other.items_);
    return *this;
  }
  ~imap_results() {
    if (items_ != nullptr) items_->end();
  }

  class [[nodiscard("co_await it")]] awaiter final
      : public imapping::next_wait {
   public:
    explicit awaiter(std::shared_ptr<imapping> owner) noexcept
        : next_wait(std::move(owner)) {}

    std::optional<kept_result_t<R>> await_resume() {
      const core::thread_ref next = finish_next();
      if (!next) return std::nullopt;
      return take_result<R>(*next);
    }
  };

  /// The next result, or nothing when there are no more. Throws an exception
  /// that the item threw.
  awaiter next() { return awaiter(items_); }

  /// Kills the items that still run, and waits until they have ended.
  task<> stop() {
    items_->end();
    return items_->ended_all();
  }

 private:
  std::shared_ptr<imapping> items_;
};

}  // namespace green
