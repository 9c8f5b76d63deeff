// SPDX-License-Identifier: MIT
#include "green/queue_waits.h"

#include <mutex>
#include <stdexcept>

#include "green/core/wait_graph.h"

namespace green {

using core::wait_queue;
using locked = std::lock_guard<wait_queue>;

bool queue_getter::at_once(core::green_thread&) {
  bool over = false;
  {
    const locked guard(queue());
    over = satisfied();
  }
  wait_queue::wake_all(woken_);
  return over;
}

// A comparison may throw; it is the getter's error.
bool queue_getter::satisfied() {
  try {
    item_ = owner_->take(peek_, woken_);
  } catch (...) {
    error_ = std::current_exception();
    return true;
  }
  if (item_ != nullptr || owner_->closed_) return true;
  owner_->putters_ = false;
  return false;
}

bool queue_getter::finish_get() {
  const bool over = finish_wait();
  wait_queue::wake_all(woken_);
  if (item_ != nullptr) return true;
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (!over) throw queue_empty();
  return false;
}

void queue_getter::describe(std::string& out) const {
  out += peek_ == nullptr ? "queue.get " : "queue.peek ";
  out += core::address_of(owner_);
}

bool queue_putter::at_once(core::green_thread&) {
  bool over = false;
  {
    const locked guard(queue());
    over = satisfied();
  }
  wait_queue::wake_all(woken_);
  return over;
}

bool queue_putter::satisfied() {
  try {
    if (owner_->closed_ || owner_->admit(item_, woken_)) return true;
  } catch (...) {
    error_ = std::current_exception();
    return true;
  }
  owner_->putters_ = true;
  return false;
}

bool queue_putter::put_at_once() noexcept {
  wait_queue::wake_all(woken_);
  return outcome_ == outcome::done && item_ == nullptr;
}

void queue_putter::await_resume() {
  const bool over = finish_wait();
  wait_queue::wake_all(woken_);
  if (item_ == nullptr) return;
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (over) throw queue_closed();
  throw queue_full();
}

void queue_putter::describe(std::string& out) const {
  out += "queue.put ";
  out += core::address_of(owner_);
}

// ---- Tasks

unfinished_count::~unfinished_count() {
  queue_.unused("a joinable_queue was destroyed while green threads join it");
}

std::size_t unfinished_count::get() const noexcept {
  const locked guard(queue_);
  return count_;
}

void unfinished_count::add(std::size_t tasks) noexcept {
  const locked guard(queue_);
  count_ += tasks;
}

void unfinished_count::one_done() {
  core::list<core::waiter> freed;
  if (!done(1, freed)) {
    throw std::invalid_argument(
        "joinable_queue: task_done was called more often than items were put");
  }
  wait_queue::wake_all(freed);
}

bool unfinished_count::done(std::size_t tasks,
                            core::list<core::waiter>& freed) noexcept {
  const locked guard(queue_);
  if (tasks > count_) return false;
  count_ -= tasks;
  if (count_ == 0) queue_.take_all(freed);
  return true;
}

void tasks_wait::describe(std::string& out) const {
  out += "joinable_queue.join ";
  out += core::address_of(tasks_);
}

}  // namespace green
