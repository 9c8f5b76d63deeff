// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/list.h"
#include "green/core/queue_wait.h"
#include "green/core/wait_queue.h"
#include "green/greenlets/handle.h"

namespace green {

class group_state;
using group_ref = std::shared_ptr<group_state>;

/// A green thread's membership in a group: it stands among those who join the
/// green thread, and in the group's list.
class membership : public core::waiter {
 public:
  /// Enters a group, with or without a place of a pool; a green thread that
  /// has ended leaves at once. False when the scope of the group has ended.
  bool enter(const group_ref& group, core::green_thread& thread,
             bool has_place) noexcept;

  /// Is this green thread a member of the group?
  static bool among(core::green_thread& thread,
                    const group_state& group) noexcept;

  core::green_thread& thread() const noexcept { return *thread_; }

 protected:
  /// The error of the member is for the scope of the group, or for another.
  enum class errors : bool { of_scope, taken };

  explicit membership(errors whose = errors::of_scope) noexcept
      : waiter(&membership::ended), seat_(*this), errors_(whose) {}
  ~membership() = default;

  /// The green thread has ended and left the group. May delete this.
  virtual void left(core::green_thread& thread, bool had_place) noexcept = 0;

 private:
  friend class group_state;

  struct seat : core::list_hook {
    explicit seat(membership& m) noexcept : member(m) {}
    membership& member;
    unsigned round = 0;  // of group_state::kill_members that has met it
  };

  static void ended(core::waiter& w);
  void leave() noexcept;

  seat seat_;
  group_ref group_;
  core::green_thread* thread_ = nullptr;
  bool has_place_ = false;
  const errors errors_;
};

/// A member of a group or pool to which nobody else listens.
class plain_member final : public membership {
  void left(core::green_thread&, bool) noexcept override {}
};

/// How a green thread came into a pool: in a place of its own; in that of the
/// member that waits for it; not, as the deadline passed or it was refused.
enum class admission : unsigned char { none, place, lent, refused };

/// The members of a group or pool, of any hub, and a pool's places. Members
/// keep it, so that they may outlive the group.
class group_state {
 public:
  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);

  group_state(const char* kind, std::size_t places) noexcept
      : kind_(kind), limit_(places) {}
  group_state(const group_state&) = delete;
  group_state& operator=(const group_state&) = delete;
  virtual ~group_state() = default;

  std::size_t size() noexcept;
  std::vector<any_greenlet> members();

  std::size_t limit() noexcept;
  /// As many of those that wait come in as there are places now.
  void resize(std::size_t places) noexcept;
  std::size_t free_places() noexcept;
  bool take_place() noexcept;
  /// Hands it to who has waited longest.
  void give_place_back() noexcept;

  /// "pool 0x7f12..."
  std::string name() const;

  /// Kills each member that there is now. Those that have not begun end at
  /// once. Takes no memory.
  void kill_members() noexcept;
  /// Is the scope of the group about to kill all members?
  bool ending() noexcept;
  /// Throws std::logic_error: with_group has returned.
  [[noreturn]] static void throw_ended();

 protected:
  /// The effect of an end on the scope of the group.
  enum class change : unsigned char { none, failed, over };

  /// Of a scope. Called with the lock held when a member has left.
  virtual change member_left(core::green_thread& member, bool failed) noexcept;
  /// The same afterwards, without the lock.
  virtual void changed(change how) noexcept;

  core::wait_queue joiners_;  // guards the members
  core::list<membership::seat> seats_;
  std::size_t size_ = 0;
  bool ending_ = false;
  bool over_ = false;  // and nobody enters any more

 private:
  friend class group_join;
  friend class membership;
  friend class place_wait;

  void admit_waiters(core::list<core::waiter>& woken) noexcept;

  unsigned round_ = 0;  // of kill_members

  const char* const kind_;
  core::wait_queue places_;  // guards what follows
  std::size_t limit_;
  std::size_t taken_ = 0;
};

/// Waits until a group has no members.
class group_join : public core::queue_wait {
 public:
  explicit group_join(group_ref group,
                      core::deadline until = core::deadline::never());

  void describe(std::string& out) const override;

 protected:
  ~group_join() = default;

  /// False when the deadline passed. Throws resource_deadlock_would_occur when
  /// a member joins its own group.
  bool finish_wait();

 private:
  bool try_now() override;

  group_ref group_;
  bool itself_ = false;
};

/// Waits for a place in a pool; a member of the pool does not wait but has its
/// own to lend, as it might wait for its own end.
class [[nodiscard("co_await it")]] place_wait final : public core::queue_wait {
 public:
  explicit place_wait(group_ref group,
                      core::deadline until = core::deadline::never(),
                      bool may_lend = false);
  ~place_wait();

  admission await_resume();
  void describe(std::string& out) const override;

  /// Ends the wait without a place. On its hub.
  void refuse() noexcept;

 private:
  friend class group_state;

  bool try_now() override;

  group_ref group_;
  admission got_ = admission::none;
  bool may_lend_;
};

/// A place that was taken for a green thread that is yet to be made.
class held_place {
 public:
  held_place(group_state& group, admission got) noexcept
      : group_(group), held_(got == admission::place) {}
  held_place(const held_place&) = delete;
  held_place& operator=(const held_place&) = delete;
  ~held_place() {
    if (held_) group_.give_place_back();
  }

  bool take() noexcept { return std::exchange(held_, false); }

 private:
  group_state& group_;
  bool held_;
};

}  // namespace green
