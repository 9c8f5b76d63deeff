// SPDX-License-Identifier: MIT
#include "green/patcher/thread_numbers.h"

#include <unordered_map>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"

namespace green::patcher {

namespace {

using numbers = std::unordered_map<pthread_t, made_thread*>;
constinit core::fork_mutex numbers_changing;

numbers& all() {
  static constinit core::made_once<numbers> known;
  return known.get();
}

}  // namespace

thread_numbers::thread_numbers() { numbers_changing.lock(); }
thread_numbers::~thread_numbers() { numbers_changing.unlock(); }

made_thread* thread_numbers::find(pthread_t number) const noexcept {
  const auto found = all().find(number);
  return found == all().end() ? nullptr : found->second;
}

made_thread* thread_numbers::find_if(
    const std::function<bool(const made_thread&)>& is_it) const {
  for (const auto& [number, thread] : all()) {
    if (is_it(*thread)) return thread;
  }
  return nullptr;
}

void thread_numbers::add(pthread_t number, made_thread& thread) {
  all().emplace(number, &thread);
}

void thread_numbers::remove(pthread_t number) noexcept { all().erase(number); }

void thread_numbers::clear() noexcept { all().clear(); }

}  // namespace green::patcher
