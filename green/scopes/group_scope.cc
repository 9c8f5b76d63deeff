// SPDX-License-Identifier: MIT
#include "green/scopes/group_scope.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "green/core/assert.h"
#include "green/core/fork_mutex.h"
#include "green/core/scheduler.h"
#include "green/greenlets/joining.h"

namespace green {

void scope_state::begin(core::thread_ref body, core::waiter& over) noexcept {
  const std::lock_guard guard(joiners_);
  body_ = std::move(body);
  body_lives_ = true;
  waiter_ = &over;
}

// With the lock held. The first end without a value fails, if nobody asked for
// the end of all before.
group_state::change scope_state::member_left(core::green_thread& member,
                                             bool failed) noexcept {
  const bool first = failed && !ending_;
  if (first) {
    ending_ = true;
    failed_ = core::thread_ref(member);
  }
  if (size_ == 0 && !body_lives_) {
    over_ = true;
    return change::over;
  }
  return first ? change::failed : change::none;
}

void scope_state::changed(change how) noexcept {
  if (how == change::failed) kill_all();
  if (how == change::over) waiter_->wake_(*waiter_);
}

void scope_state::body_ended() noexcept {
  joiners_.lock();
  body_lives_ = false;
  const bool failed = body_->how() != core::green_thread::outcome::value;
  const change next = member_left(*body_, failed);
  joiners_.unlock();
  changed(next);
}

bool scope_state::interrupt() noexcept {
  const std::lock_guard guard(joiners_);
  if (over_ || ending_) return false;
  return ending_ = true;
}

void scope_state::kill_all() noexcept {
  joiners_.lock();
  const core::thread_ref body = body_;
  joiners_.unlock();
  if (body) body->kill();
  kill_members();
}

core::thread_ref scope_state::take_failed() noexcept {
  const std::lock_guard guard(joiners_);
  return std::move(failed_);
}

bool scope_state::over() noexcept {
  const std::lock_guard guard(joiners_);
  return over_ || !body_;
}

void scope_state::end() noexcept {
  core::thread_ref body, failed;
  const std::lock_guard guard(joiners_);
  over_ = true;
  std::swap(body, body_);
  std::swap(failed, failed_);
}

namespace {

// The groups whose scopes have ended, the oldest first. A late use of one of
// the last ones meets its state, which is over.
struct ended_groups {
  static constexpr std::size_t kept = 64;

  core::fork_mutex mutex;
  scope_group* oldest = nullptr;
  scope_group* newest = nullptr;
  std::size_t count = 0;

  scope_group* take() noexcept {
    const std::lock_guard guard(mutex);
    if (count <= kept) return nullptr;
    --count;
    return std::exchange(oldest, oldest->later);
  }

  void put(scope_group& ended) noexcept {
    ended.later = nullptr;
    const std::lock_guard guard(mutex);
    (count == 0 ? oldest : newest->later) = &ended;
    newest = &ended;
    ++count;
  }
};
constinit ended_groups all_ended;

}  // namespace

scope_group* scope_group::make() {
  auto state = std::make_shared<scope_state>();
  scope_group* const used = all_ended.take();
  if (used == nullptr) return new scope_group(std::move(state));
  std::destroy_at(used);
  return std::construct_at(used, std::move(state));
}

void scope_group::retire(scope_group* ended) noexcept {
  ended->scope().end();
  all_ended.put(*ended);
}

scope_wait::scope_wait(const core::site& from)
    : group_(scope_group::make()), from_(from) {}

scope_wait::~scope_wait() {
  GREEN_ASSERT(group_->scope().over(),
               "a coroutine was destroyed while the members of its group live");
  scope_group::retire(group_);
}

bool scope_wait::start() {
  body_ = make_body(*group_);
  group_->scope().begin(body_, all_ended_);
  body_->joiners().lock();
  body_->joiners().push(body_end_);
  body_->joiners().unlock();
  body_->launch(from_);
  return true;
}

void scope_wait::body_end::ended(core::waiter& w) {
  static_cast<body_end&>(w).owner.group_->scope().body_ended();
}

// On the thread of the last that has ended.
void scope_wait::all_ended::tell(core::waiter& w) {
  all_ended& self = static_cast<all_ended&>(w);
  core::scheduler& home = self.owner.thread_->home();
  core::scheduler::here() == &home ? self.owner.end() : home.post(self);
}

void scope_wait::all_ended::arrive(core::runnable& r) {
  static_cast<all_ended&>(r).owner.end();
}

void scope_wait::end() noexcept {
  const bool cut_short = interrupted_ && thread_->interrupted();
  end_wait(cut_short ? outcome::interrupted : outcome::done);
}

// The wait ends when all have ended. A second interrupt kills those that have
// survived the first.
void scope_wait::cancel() noexcept {
  if (outcome_ != outcome::pending) return;
  if (group_->scope().interrupt()) interrupted_ = true;
  group_->scope().kill_all();
}

core::green_thread& scope_wait::finish() {
  check_interrupt();
  const core::thread_ref failed = group_->scope().take_failed();
  if (failed) throw_end_of(*failed);
  return *body_;
}

void scope_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "scope of {}{} and {} members",
                 group_->scope().name(), body_->finished() ? "" : ", its body",
                 group_->size());
}

}  // namespace green
