// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <list>
#include <mutex>
#include <type_traits>
#include <utility>

#include "green/core/fork_mutex.h"
#include "green/names/look_up.h"

namespace green {

/// What getpwent(3) and its like go through. As in the C library, the process
/// has one position. Next is the C library's function, as getpwent_r. If a call
/// is killed, its helper still takes an entry. That entry comes again.
template <auto Next, class Entry>
class enumeration {
 public:
  using entries = std::list<answer<Entry>>;

  /// An entry on its way. It goes back if nobody takes it.
  class delivery {
   public:
    delivery(entries& one, unsigned round) noexcept : round_(round) {
      one_.swap(one);
    }
    delivery(delivery&& other) noexcept : round_(other.round_) {
      one_.swap(other.one_);
    }
    delivery& operator=(delivery&&) = delete;
    ~delivery() {
      const bool taken = one_.empty() || !one_.front().found;
      if (!taken) give_back(one_, round_);
    }

    answer<Entry> take() {
      answer<Entry> a = std::move(one_.front());
      one_.clear();
      return a;
    }

   private:
    entries one_;
    unsigned round_;
  };

  /// On a helper thread: the next entry.
  static delivery next(const entry_room& room) {
    const std::lock_guard one_at_a_time(calling_);
    entries one;
    const unsigned round = take_returned(one, room);
    if (one.empty()) {
      const name_look_up<Next, Entry> call(room);
      one.push_back(call());
    }
    return delivery(one, round);
  }

  /// On a helper thread: calls what changes the position.
  template <class Call>
  static int change(const Call& call) {
    const std::lock_guard one_at_a_time(calling_);
    {
      const std::lock_guard guard(mutex_);
      ++round_;
      returned_.clear();
    }
    return call();
  }

 private:
  static void give_back(entries& one, unsigned round) noexcept {
    const std::lock_guard guard(mutex_);
    if (round == round_) returned_.splice(returned_.end(), one);
  }

  // An entry that is too long for its taker stays, as in the C library.
  static unsigned take_returned(entries& one, const entry_room& room) {
    const std::lock_guard guard(mutex_);
    if (returned_.empty()) return round_;
    if (returned_.front().size() > room.most) {
      one.emplace_back();
      one.front().result = one.front().error = ERANGE;
    } else {
      returned_.front().move_to(room.offset);
      one.splice(one.begin(), returned_, returned_.begin());
    }
    return round_;
  }

  static inline std::mutex calling_;  // locked by helper threads alone
  // Guards what follows.
  static inline constinit core::fork_mutex mutex_;
  static inline entries returned_;
  static inline unsigned round_ = 0;  // changes when the position is set
};

/// The body of getpwent(3) and its like.
template <auto Next, class Entry>
task<Entry*> next_entry(const char* what) {
  using source = enumeration<Next, Entry>;
  const auto call = [] { return source::next(entry_room()); };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           what, call);
  auto came = co_await wait;
  co_return keep<Next, Entry>(came.take());
}

/// The same with the caller's memory.
template <auto Next, class Entry>
task<int> next_entry(const char* what, entry_place<Entry> place) {
  using source = enumeration<Next, Entry>;
  const auto call = [room = place.room()] { return source::next(room); };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           what, call);
  auto came = co_await wait;
  const answer<Entry> found = came.take();
  co_return place.put(found);
}

/// The body of setpwent(3) and endpwent(3) and their like.
template <auto Next, class Entry, class Call>
task<> change_position(const char* what, Call change) {
  using source = enumeration<Next, Entry>;
  const auto call = [change] {
    return source::change([&change] {
      change();
      return 0;
    });
  };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           what, call);
  co_await wait;
}

}  // namespace green
