// SPDX-License-Identifier: MIT
#include "green/patcher/keys.h"

#include <limits.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"

namespace green::patcher {

namespace {

struct known_key {
  std::atomic<unsigned> made = 0;  // counts the keys of this number
  std::atomic<void (*)(void*)> destroy = nullptr;
};

constinit std::array<known_key, PTHREAD_KEYS_MAX> known;

using left_values = std::vector<std::pair<pthread_key_t, const void*>>;

void keep_for_good(left_values values) {
  static constinit core::fork_mutex lock;
  static constinit core::made_once<std::vector<left_values>> kept;
  const std::lock_guard guard(lock);
  kept.get().push_back(std::move(values));
}

// Only the C library knows how to destroy them, and does so at the end of a
// thread that has them.
void destroy_on_thread(left_values values) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread([&values] {
      for (const auto& [key, value] : values) {
        ::pthread_setspecific(key, value);
      }
    }).join();
  } catch (const std::system_error&) {
    keep_for_good(std::move(values));
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

key_values::~key_values() {
  left_values left;
  for (pthread_key_t key = 0; key < values_.size(); ++key) {
    if (const void* const value = get(key)) left.emplace_back(key, value);
  }
  if (!left.empty()) destroy_on_thread(std::move(left));
}

const void* key_values::get(pthread_key_t key) const noexcept {
  if (key >= values_.size()) return nullptr;
  const kept& found = values_[key];
  return found.key_made == known[key].made.load() ? found.value : nullptr;
}

void key_values::set(pthread_key_t key, const void* value) {
  if (key >= known.size()) return;
  if (key >= values_.size()) {
    if (value == nullptr) return;
    values_.resize(key + 1);
  }
  values_[key] = {known[key].made.load(), value};
}

// Destructors may set values.
bool key_values::destroy_round() {
  bool any = false;
  for (pthread_key_t key = 0; key < values_.size(); ++key) {
    const void* const old = get(key);
    void (*const destroy)(void*) = known[key].destroy.load();
    if (old == nullptr || destroy == nullptr) continue;
    values_[key].value = nullptr;
    destroy(const_cast<void*>(old));
    any = true;
  }
  return any;
}

void key_values::destroy_all() {
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round) {
    if (!destroy_round()) break;
  }
  for (pthread_key_t key = 0; key < values_.size(); ++key) {
    if (known[key].made.load() != 0) values_[key] = {};
  }
}

void note_key(pthread_key_t key, void (*destroy)(void*)) noexcept {
  if (key >= known.size()) return;
  known[key].destroy = destroy;
  ++known[key].made;
}

void note_deleted_key(pthread_key_t key) noexcept { note_key(key, nullptr); }

}  // namespace green::patcher
