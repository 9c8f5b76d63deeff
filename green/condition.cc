// SPDX-License-Identifier: MIT
#include "green/condition.h"

#include <memory>
#include <stdexcept>
#include <system_error>

#include "green/condition_variable"
#include "green/core/wait_graph.h"

namespace green {

namespace {

struct notify_at_end final : core::green_thread::local_value {
  notify_at_end(condition_variable& c, unique_lock<mutex> l)
      : condition(&c), lock(std::move(l)) {
    key = nullptr;
  }
  ~notify_at_end() override {
    lock.unlock();
    condition->notify_all();
  }
  condition_variable* condition;
  unique_lock<mutex> lock;
};

}  // namespace

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
  auto at_end = std::make_unique<notify_at_end>(condition, std::move(lock));
  hub->current()->locals().push_back(*at_end.release());
}

}  // namespace green
