// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "green/core/list.h"
#include "green/core/queue_wait.h"
#include "green/core/thread_ref.h"
#include "green/mapping.h"
#include "green/spawning.h"
#include "green/task.h"

namespace green {

/// In which order the results of an imap come.
enum class imap_order : bool { of_items, of_ending };

/// A mapping that a green thread of its own feeds, and whose results are taken
/// one by one. At most `window` items are started and not yet taken.
class imapping : public mapping {
 public:
  /// Starts the green thread that feeds it.
  void begin(core::site from);

  /// Kills what runs, and drops what was not taken.
  void end() noexcept;
  /// Waits until all that ran has ended.
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

  /// The green thread whose result is next; none when all were taken.
  core::thread_ref finish_next();

 private:
  friend class imapping;

  bool satisfied() override;

  std::shared_ptr<imapping> owner_;
  core::thread_ref got_;
};

/// What imap gives: `while (auto result = co_await results.next())`. Results
/// that are not taken hold up the items that come after them. Destroyed, it
/// kills the items that still run; stop() waits for their end too.
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

  class [[nodiscard]] awaiter final : public imapping::next_wait {
   public:
    explicit awaiter(std::shared_ptr<imapping> owner) noexcept
        : next_wait(std::move(owner)) {}

    std::optional<kept_result_t<R>> await_resume() {
      const core::thread_ref next = finish_next();
      if (!next) return std::nullopt;
      return take_result<R>(*next);
    }
  };

  /// The next result, or throws what its item threw; nothing when there are no
  /// more.
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
