// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "green/core/queue_wait.h"

namespace green {

/// The tasks that were put into a joinable_queue and are not done yet.
class unfinished_count {
 public:
  unfinished_count() = default;
  unfinished_count(const unfinished_count&) = delete;
  unfinished_count& operator=(const unfinished_count&) = delete;
  ~unfinished_count();

  std::size_t get() const noexcept;
  void add(std::size_t tasks) noexcept;
  /// Throws std::invalid_argument when there is none.
  void one_done();
  /// Adds whom it sets free. False, and nothing is done, when it is too many.
  bool done(std::size_t tasks, core::list<core::waiter>& freed) noexcept;

  core::wait_queue& queue() noexcept { return queue_; }
  /// With the queue locked.
  bool none() const noexcept { return count_ == 0; }

 private:
  mutable core::wait_queue queue_;  // guards the count
  std::size_t count_ = 0;
};

/// join of a joinable_queue.
class [[nodiscard("co_await it")]] tasks_wait final
    : public core::fast_queue_wait<tasks_wait> {
 public:
  tasks_wait(unfinished_count& tasks, core::deadline until) noexcept
      : fast_queue_wait(tasks.queue(), until), tasks_(&tasks) {}

  bool at_once(core::green_thread&) noexcept { return tasks_->get() == 0; }
  bool await_resume() { return finish_wait(); }
  void describe(std::string& out) const override;

 private:
  bool try_now() override { return tasks_->none(); }

  unfinished_count* tasks_;
};

}  // namespace green
