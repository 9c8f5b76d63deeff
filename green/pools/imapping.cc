// SPDX-License-Identifier: MIT
#include "green/pools/imapping.h"

#include <fmt/format.h>

#include <iterator>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "green/greenlets/joining.h"
#include "green/hub/this_hub.h"

namespace green {

imapping::imapping(group_ref group, imap_order order,
                   std::size_t window) noexcept
    : mapping(std::move(group)),
      order_(order),
      window_(std::max<std::size_t>(window, 1)) {}

// A caller that is a member of the pool might wait for its own end. In that
// case the items run one by one without a place.
void imapping::begin(core::site from) {
  core::green_thread* const asking = hub::this_hub().current();
  const bool may_lend =
      asking != nullptr && membership::among(*asking, *group_);
  std::string name = fmt::format("feeder of imap in {}", group_->name());
  feeder_ = spawn_at(from, &imapping::feed, this, from, may_lend);
  feeder_.set_name(std::move(name));
  feeder_end_.kept = shared_from_this();
  core::wait_queue& joiners = feeder_.state().joiners();
  const std::lock_guard guard(joiners);
  joiners.push(feeder_end_);
}

void imapping::feeder_end::ended(core::waiter& w) {
  feeder_end& self = static_cast<feeder_end&>(w);
  const std::shared_ptr<mapping> kept = std::move(self.kept);
  self.owner.fed_ = true;
  self.owner.deliver();
  self.owner.changed();
}

void imapping::end() noexcept {
  stop();
  if (feeder_.valid()) feeder_.kill_nowait();
  core::list<mapped_item::hook> dropped;
  takers_.lock();
  results_.for_each([&dropped](mapped_item::hook& h) {
    if (!h.item.ended_) return;
    h.unlink();
    dropped.push_back(h);
  });
  takers_.unlock();
  while (mapped_item::hook* next = dropped.pop_front()) {
    next->item.self_ = core::thread_ref();
  }
  deliver();
}

task<> imapping::ended_all() {
  co_await feeder_.join();
  co_await change_wait(*this, change::finished);
}

bool imapping::in_window() const noexcept {
  return started_ - taken_ < window_;
}

void imapping::starting(mapped_item& item,
                        core::green_thread& thread) noexcept {
  item.self_ = core::thread_ref(thread);
  if (order_ == imap_order::of_ending) return;
  const std::lock_guard guard(takers_);
  results_.push_back(item.result_);
}

void imapping::ended(mapped_item& item, core::green_thread&) noexcept {
  item.ended_ = true;
  takers_.lock();
  if (order_ == imap_order::of_ending) results_.push_back(item.result_);
  if (stopped_) item.result_.unlink();
  takers_.unlock();
  if (stopped_) item.self_ = core::thread_ref();
  deliver();
}

// With takers_ locked.
core::thread_ref imapping::take_ready() noexcept {
  if (results_.empty() || !results_.front().item.ended_) return {};
  mapped_item& item = results_.pop_front()->item;
  ++taken_;
  return std::move(item.self_);
}

bool imapping::over() const noexcept {
  return fed_ && (stopped_ ? running_ == 0 : started_ == taken_);
}

void imapping::deliver() noexcept {
  core::list<core::waiter> woken;
  takers_.lock();
  while (!takers_.empty()) {
    next_wait& first = core::queue_wait::of<next_wait>(takers_.front());
    if (!first.try_now()) break;
    woken.push_back(*takers_.pop());
  }
  takers_.unlock();
  core::wait_queue::wake_all(woken);
}

imapping::next_wait::next_wait(std::shared_ptr<imapping> owner) noexcept
    : queue_wait(owner->takers_), owner_(std::move(owner)) {}

bool imapping::next_wait::try_now() {
  got_ = owner_->take_ready();
  return got_ || owner_->over();
}

core::thread_ref imapping::next_wait::finish_next() {
  finish_wait();
  if (got_) {
    owner_->changed();  // there is room for another
    if (got_->how() != core::green_thread::outcome::value) throw_end_of(*got_);
  } else if (!std::exchange(owner_->feed_error_given_, true)) {
    owner_->feeder_.rethrow();
  }
  return std::move(got_);
}

void imapping::next_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "next result of imap in {}",
                 owner_->group_->name());
}

}  // namespace green
