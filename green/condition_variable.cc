// SPDX-License-Identifier: MIT
#include "green/condition_variable"

#include <memory>
#include <stdexcept>
#include <utility>

#include "green/futures/thread_exit.h"

namespace green {

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
