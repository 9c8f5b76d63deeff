// SPDX-License-Identifier: MIT
#include "green/pool.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "green/greenlet.h"

namespace green {

namespace {

// The membership of a green thread that was not started by the group.
class added_member final : public membership {
  void left(core::green_thread&, bool) noexcept override { delete this; }
};

task<bool> join_and_raise(group_ref group, core::deadline until,
                          bool raise_error) {
  const std::vector<any_greenlet> members = group->members();
  const bool empty = co_await group_join_wait<bool>(group, until);
  if (raise_error) {
    for (const any_greenlet& g : members) g.rethrow();
  }
  co_return empty;
}

// Green threads that join the group while others die are killed in the next
// round.
task<bool> kill_all(group_ref group, core::deadline until) {
  for (;;) {
    const std::vector<any_greenlet> members = group->members();
    if (members.empty()) co_return true;
    for (const any_greenlet& g : members) g.kill_nowait();
    const auto ended = co_await joinall(members, until);
    if (ended.size() < members.size()) co_return false;
  }
}

task<> kill_all(group_ref group) {
  co_await kill_all(std::move(group), core::deadline::never());
}

}  // namespace

task<bool> group_base::join(core::deadline until, bool raise_error) {
  return join_and_raise(state_, until, raise_error);
}

task<> group_base::kill() { return kill_all(state_); }

task<bool> group_base::kill(core::deadline until) {
  return kill_all(state_, until);
}

void group_base::kill_nowait() const {
  for (const any_greenlet& g : members()) g.kill_nowait();
}

group::group()
    : group_base(
          std::make_shared<group_state>("group", group_state::unlimited)) {}

void group::add(const any_greenlet& g) {
  if (contains(g)) return;
  auto made = std::make_unique<added_member>();
  if (!made->enter(state_, g.state(), false)) group_state::throw_ended();
  static_cast<void>(made.release());  // goes when it leaves
  if (state_->ending()) g.kill_nowait();
}

pool::pool(std::size_t places)
    : group_base(std::make_shared<group_state>("pool", places)) {}

void pool::throw_full(group_state& state) {
  throw pool_full(fmt::format("{} is full: all of its {} places are taken",
                              state.name(), state.limit()));
}

}  // namespace green
