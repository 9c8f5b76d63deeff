// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "green/core/green_thread.h"
#include "green/core/queue_wait.h"

namespace green::core {

/// Gathers the ends of green threads, of any hub, in the order in which they
/// come.
class join_set {
 public:
  join_set() = default;
  join_set(const join_set&) = delete;
  join_set& operator=(const join_set&) = delete;
  ~join_set();

  /// A thread added twice ends twice. The set holds a reference until it is
  /// destroyed.
  void add(green_thread& thread);
  std::size_t size() const noexcept { return members_.size(); }

  class next_wait;
  /// Waits for the next end that was not given yet. Gives the green thread's
  /// place in the order of adding. `none` when the deadline passed or all were
  /// given.
  next_wait next(deadline until = deadline::never());

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

 private:
  struct member : waiter {
    member(join_set& s, green_thread& t, std::size_t place)
        : waiter(&member::ended), set(&s), thread(&t), index(place) {}
    static void ended(waiter& w);
    join_set* set;
    green_thread* thread;
    std::size_t index;
    member* later = nullptr;  // the next end in order
    bool over = false;
  };

  void record(member& m) noexcept;
  member* take_ended() noexcept;

  std::deque<member> members_;
  wait_queue queue_;  // of those that await next; guards the members below
  member* first_ended_ = nullptr;
  member* last_ended_ = nullptr;
  std::size_t added_ = 0;
  std::size_t given_ = 0;
};

class [[nodiscard("co_await it")]] join_set::next_wait : public queue_wait {
 public:
  explicit next_wait(join_set& set, deadline until = deadline::never()) noexcept
      : queue_wait(set.queue_, until), set_(&set) {}

  std::size_t await_resume();
  void describe(std::string& out) const override { out += "join"; }

 private:
  friend class join_set;
  bool try_now() noexcept override;

  join_set* set_;
  member* ended_ = nullptr;
};

inline join_set::next_wait join_set::next(deadline until) {
  return next_wait(*this, until);
}

}  // namespace green::core
