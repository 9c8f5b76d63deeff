// SPDX-License-Identifier: MIT
#include "green/core/join_set.h"

#include <mutex>

#include "green/core/system.h"

namespace green::core {

join_set::~join_set() {
  for (member& m : members_) {
    m.thread->joiners().lock();
    const bool silenced = m.thread->joiners().remove(m);
    m.thread->joiners().unlock();
    // Another hub has taken it out and is about to record its end.
    for (bool over = silenced; !over;) {
      {
        const std::lock_guard guard(queue_);
        over = m.over;
      }
      if (!over) yield_processor();
    }
    m.thread->unref();
  }
}

void join_set::add(green_thread& thread) {
  member& m = members_.emplace_back(*this, thread, members_.size());
  thread.ref();
  thread.joiners().lock();
  const bool over = thread.finished();
  if (!over) thread.joiners().push(m);
  thread.joiners().unlock();
  if (over) record(m);
}

void join_set::member::ended(waiter& w) {
  member& m = static_cast<member&>(w);
  m.set->record(m);
}

void join_set::record(member& m) noexcept {
  queue_.lock();
  if (first_ended_ == nullptr) {
    first_ended_ = &m;
  } else {
    last_ended_->later = &m;
  }
  last_ended_ = &m;
  m.over = true;
  waiter* next = queue_.pop();
  queue_.unlock();
  if (next != nullptr) next->wake_(*next);
}

bool join_set::next_wait::try_now() {
  return set_->first_ended_ != nullptr || set_->given_ == set_->size();
}

std::size_t join_set::next_wait::await_resume() {
  finish_wait();
  const std::lock_guard guard(set_->queue_);
  member* ended = set_->first_ended_;
  if (ended == nullptr) return none;
  set_->first_ended_ = ended->later;
  ++set_->given_;
  return ended->index;
}

}  // namespace green::core
