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
  {
    const std::lock_guard guard(queue_);
    ++added_;
  }
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

// The end is for the first that waits. After the last end, nobody waits.
void join_set::record(member& m) noexcept {
  list<waiter> woken;
  queue_.lock();
  m.over = true;
  if (waiter* const first = queue_.pop()) {
    queue_wait::of<next_wait>(*first).ended_ = &m;
    woken.push_back(*first);
    if (++given_ == added_) queue_.take_all(woken);
  } else {
    (first_ended_ == nullptr ? first_ended_ : last_ended_->later) = &m;
    last_ended_ = &m;
  }
  queue_.unlock();
  wait_queue::wake_all(woken);
}

// Called with the queue locked. Null when there is none.
join_set::member* join_set::take_ended() noexcept {
  member* const first = first_ended_;
  if (first == nullptr) return nullptr;
  first_ended_ = first->later;
  ++given_;
  return first;
}

bool join_set::next_wait::try_now() noexcept {
  ended_ = set_->take_ended();
  return ended_ != nullptr || set_->given_ == set_->added_;
}

std::size_t join_set::next_wait::await_resume() {
  if (!finish_wait()) {
    const std::lock_guard guard(set_->queue_);
    ended_ = set_->take_ended();  // it came since the deadline
  }
  return ended_ == nullptr ? none : ended_->index;
}

}  // namespace green::core
