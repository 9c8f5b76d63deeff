// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <span>
#include <string>

#include "green/core/queue_wait.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/core/wait_queue.h"

namespace green::core {

class choice_wait;

/// One case of a choice. The case is a queue_wait without a deadline, and
/// stands in the queue itself.
class choice_place {
 public:
  explicit choice_place(queue_wait& w) noexcept;
  choice_place(const choice_place&) = delete;
  choice_place& operator=(const choice_place&) = delete;
  ~choice_place();

  queue_wait& owner;
  std::size_t index = 0;  // among the cases

 private:
  friend class choice_wait;
  friend class wait_queue;

  static choice_place& of(waiter& w) noexcept;
  static void served(waiter& w);
  waiter& as_waiter() const noexcept { return owner; }
  bool claim() noexcept;
  void take_siblings() noexcept;
  void was_taken() noexcept;
  void leave() noexcept;

  static std::atomic<bool> leaving_;

  choice_wait* choice_ = nullptr;
  // Null while it is queued, and &leaving_ while it leaves the queue. Else it
  // was taken out, and the taker waits for the word of one who leaves.
  std::atomic<std::atomic<bool>*> taker_ = nullptr;
};

/// A case of a choice that time serves.
class choice_alarm : public timer {
 public:
  explicit choice_alarm(deadline until) noexcept
      : timer(&choice_alarm::fire, nullptr, until) {}
  ~choice_alarm() { disarm(); }

  std::size_t index = 0;  // among the cases

 private:
  friend class choice_wait;

  static void fire(timer& t);
  void disarm() noexcept;

  choice_wait* choice_ = nullptr;
};

/// Waits in several wait queues, and is served in one of them. At its start it
/// locks all queues, in the order of their addresses, and looks for a case that
/// is ready. If there is none, it stands in each queue. From then on chosen_
/// decides. Whoever takes a place out of its queue has to set chosen_ first,
/// and passes the place over if that fails. Whoever has set it, be it a server
/// on another thread, a timer or an interrupt, takes out the other places
/// before the choice goes on.
class choice_wait : public suspension {
 public:
  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    return suspend_fairly(awaiting.promise(), where);
  }

  void cancel() noexcept final;
  void vanish() noexcept final;
  void describe(std::string& out) const final;

 protected:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// The cases, each of which knows its index.
  struct cases {
    std::span<choice_place* const> places;
    std::span<choice_place*> by_queue;  // the same, to be sorted
    std::span<choice_alarm* const> alarms;
    std::size_t otherwise = none;  // the case that is taken without waiting
  };

  choice_wait() noexcept : suspension(interrupts::thrown) {}
  ~choice_wait() = default;

  void consists_of(const cases& all) noexcept { cases_ = all; }

  /// The case that has been taken at once. True if all that is ready is to run
  /// before the choice goes on.
  virtual bool taken_at_once(std::size_t index) noexcept = 0;

  /// Has to be called first when the wait is over. Gives the index of the case
  /// that happened, or throws the interrupt.
  std::size_t finish();

 private:
  friend class choice_alarm;
  friend class choice_place;

  static constexpr std::size_t undecided = static_cast<std::size_t>(-2);

  bool suspend_fairly(promise_base& promise, site where);
  bool start() final;
  void begin() noexcept;
  void arm();
  bool take_or_queue(bool queues) noexcept;
  choice_place* take() noexcept;
  void lock_all() noexcept;
  void unlock_all() noexcept;
  void disarm() noexcept;
  bool decide(std::size_t index) noexcept;
  void leave_all(const choice_place* served) noexcept;
  void time_out(std::size_t index) noexcept;

  cases cases_;
  std::atomic<std::size_t> chosen_ = undecided;
  bool late_ = false;
};

}  // namespace green::core
