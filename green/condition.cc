// SPDX-License-Identifier: MIT
#include "green/condition.h"

#include <memory>
#include <stdexcept>
#include <system_error>

#include "green/condition_variable"
#include "green/core/wait_graph.h"
#include "green/thread_exit.h"

namespace green {

condition::~condition() {
  queue_.unused("a condition variable was destroyed with waiters");
}

void condition::fail_unlocked() {
  throw std::system_error(
      std::make_error_code(std::errc::operation_not_permitted),
      "green: wait of a condition variable: the lock is not held");
}

void condition::describe(std::string& out, const void* queue) {
  out += "condition variable " + core::address_of(queue);
}

void notify_all_at_thread_exit(condition_variable& condition,
                               unique_lock<mutex> lock) {
  const core::scheduler* const hub = core::scheduler::here();
  if (hub == nullptr || hub->current() == nullptr) {
    throw std::logic_error(
        "green::notify_all_at_thread_exit: no green thread runs here");
  }
  const auto held = std::make_shared<unique_lock<mutex>>(std::move(lock));
  at_thread_exit([&condition, held] {
    held->unlock();
    condition.notify_all();
  });
}

}  // namespace green
