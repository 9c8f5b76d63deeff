// SPDX-License-Identifier: MIT
#include "green/queues/unfinished.h"

#include <fmt/format.h>

#include <iterator>

#include <mutex>
#include <stdexcept>

namespace green {

using locked = std::lock_guard<core::wait_queue>;

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
  core::wait_queue::wake_all(freed);
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
  fmt::format_to(std::back_inserter(out), "joinable_queue.join {}",
                 fmt::ptr(tasks_));
}

}  // namespace green
