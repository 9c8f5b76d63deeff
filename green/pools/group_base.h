// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/greenlets/handle.h"
#include "green/hub/this_hub.h"
#include "green/pools/group_state.h"
#include "green/pools/imapping.h"
#include "green/pools/mapping.h"
#include "green/task.h"

namespace green {

/// group::join: R is bool with a deadline, void without.
template <class R>
using group_join_wait = core::timed<group_join, R>;

/// A green thread that starts as a member of a group.
template <class F, class... Args>
class member_thread final : public core::spawned<F, Args...> {
 public:
  using core::spawned<F, Args...>::spawned;
  membership& member() noexcept { return member_; }

 private:
  plain_member member_;
};

/// A green thread that has neither entered the group nor started.
struct new_member {
  bool enter(const group_ref& group, bool has_place) const noexcept {
    return member->enter(group, *thread, has_place);
  }
  core::thread_ref thread;
  membership* member;
};

/// The common part of group and pool. To be used from any hub. A member leaves
/// when it ends. The destructor leaves the members alone.
class group_base {
 public:
  group_base(const group_base&) = delete;
  group_base& operator=(const group_base&) = delete;

  /// The number of members now.
  std::size_t size() const noexcept { return state_->size(); }
  bool empty() const noexcept { return size() == 0; }
  bool contains(const any_greenlet& g) const noexcept {
    return membership::among(g.state(), *state_);
  }
  std::vector<any_greenlet> members() const { return state_->members(); }

  /// gevent.pool.Group.join: waits until there are no members. A member that
  /// joins its own group gets resource_deadlock_would_occur.
  group_join_wait<void> join() { return group_join_wait<void>(state_); }
  /// False when the deadline passed first.
  group_join_wait<bool> join(core::deadline until) {
    return group_join_wait<bool>(state_, until);
  }
  /// With raise_error, then throws the first error among the members at the
  /// call, in the order of their entry.
  task<bool> join(core::deadline until, bool raise_error);

  /// gevent.pool.Group.kill: kills the members, and those that enter meanwhile,
  /// and waits until there are none. A member that calls it dies too.
  task<> kill();
  /// False when some still live at the deadline.
  task<bool> kill(core::deadline until);
  void kill_nowait() const;

  /// gevent.pool.Group.map: awaits f(item) for each item, in a member of its
  /// own. As many run at once as there are places. Returns the results in the
  /// order of the items. f and the range are copied or moved first. The first
  /// error kills the rest, and is thrown when they have ended.
  template <class F, std::ranges::input_range Range>
  auto map(F&& f, Range&& range, core::site from = core::site::current()) {
    if constexpr (item_call<F, Range>::possible) {
      using made = map_of<std::decay_t<F>, owned<Range>>;
      return run_map(
          std::make_shared<made>(std::forward<F>(f),
                                 own(std::forward<Range>(range)), state_),
          from);
    } else {
      return map(item_call<F, Range>::refuse(), std::forward<Range>(range),
                 from);
    }
  }

  /// gevent.pool.Group.imap: the same, but the results are taken one by one,
  /// with `co_await results.next()`, in the order of the items. At most maxsize
  /// items are started and not yet taken; by default, as many as the pool has
  /// places.
  template <class F, std::ranges::input_range Range>
  auto imap(F&& f, Range&& range, std::size_t maxsize = 0,
            core::site from = core::site::current()) {
    return begin_imap(imap_order::of_items, std::forward<F>(f),
                      std::forward<Range>(range), maxsize, from);
  }
  /// gevent.pool.Group.imap_unordered: the same, in the order of the items'
  /// ends.
  template <class F, std::ranges::input_range Range>
  auto imap_unordered(F&& f, Range&& range, std::size_t maxsize = 0,
                      core::site from = core::site::current()) {
    return begin_imap(imap_order::of_ending, std::forward<F>(f),
                      std::forward<Range>(range), maxsize, from);
  }

 protected:
  explicit group_base(group_ref state) noexcept : state_(std::move(state)) {}
  ~group_base() = default;

  template <class F, class... Args>
  using spawned_by =
      greenlet<core::spawn_result_t<std::decay_t<F>, std::decay_t<Args>...>>;

  template <class F, class... Args>
  static new_member make_member(F&& f, Args&&... args) {
    using made = member_thread<std::decay_t<F>, std::decay_t<Args>...>;
    auto* const thread = new made(hub::this_hub(), std::forward<F>(f),
                                  std::forward<Args>(args)...);
    return {core::thread_ref::adopt(thread), &thread->member()};
  }

  const group_ref state_;

 private:
  template <class Range>
  using owned =
      std::conditional_t<std::is_array_v<std::remove_reference_t<Range>>,
                         std::vector<std::ranges::range_value_t<Range>>,
                         std::remove_cvref_t<Range>>;
  template <class F, class Range>
  using item_call = core::direct_call<std::decay_t<F>&,
                                      std::ranges::range_value_t<owned<Range>>>;

  template <class Range>
  static owned<Range> own(Range&& range) {
    if constexpr (std::is_array_v<std::remove_reference_t<Range>>) {
      return {std::ranges::begin(range), std::ranges::end(range)};
    } else {
      return std::forward<Range>(range);
    }
  }

  template <class Made>
  static auto run_map(std::shared_ptr<Made> items, core::site from)
      -> task<typename Made::all_results> {
    co_await items->run(from);
    if constexpr (!std::is_void_v<typename Made::all_results>) {
      co_return items->results();
    }
  }

  template <class F, class Range>
  auto begin_imap(imap_order order, F&& f, Range&& range, std::size_t maxsize,
                  const core::site& from) {
    if constexpr (item_call<F, Range>::possible) {
      using made = items_of<imapping, std::decay_t<F>, owned<Range>>;
      auto items = std::make_shared<made>(
          std::forward<F>(f), own(std::forward<Range>(range)), state_, order,
          maxsize == 0 ? state_->limit() : maxsize);
      items->begin(from);
      return imap_results<typename made::result>(std::move(items));
    } else {
      return begin_imap(order, item_call<F, Range>::refuse(),
                        std::forward<Range>(range), maxsize, from);
    }
  }
};

}  // namespace green
