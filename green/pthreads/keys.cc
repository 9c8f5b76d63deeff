// SPDX-License-Identifier: MIT
#include <limits.h>

#include <array>
#include <atomic>
#include <utility>
#include <vector>

#include "green/core/green_thread.h"
#include "green/core/scheduler.h"
#include "green/pthread.h"

namespace green {

namespace {

using core::green_thread;
using destructor = void (*)(void*);

// The original gives the numbers, and keeps the values of OS threads. Each use
// of a number is another generation. Odd ones are of green's keys that live.
struct key_state {
  std::atomic<unsigned> generation = 0;
  std::atomic<destructor> destroy = nullptr;

  bool alive() const noexcept { return generation.load() % 2 == 1; }
};
constinit std::array<key_state, PTHREAD_KEYS_MAX> keys;

struct value {
  pthread_key_t key;
  unsigned generation;
  void* data;

  bool valid() const noexcept {
    return data != nullptr && keys[key].generation.load() == generation;
  }
};

const char values_key = 0;

// The values of one green thread.
struct key_values final : green_thread::local_value {
  explicit key_values(green_thread& t) : thread(&t) { key = &values_key; }
  ~key_values() override;

  static key_values* find(green_thread& thread) {
    key_values* found = nullptr;
    thread.locals().for_each([&found](green_thread::local_value& local) {
      if (local.key == &values_key) found = static_cast<key_values*>(&local);
    });
    return found;
  }

  green_thread* thread;
  std::vector<value> all;
};

// A destructor may set values again. They stand in another object, and get
// their turn in the next round.
key_values::~key_values() {
  std::vector<value> round = std::move(all);
  for (int i = 0; i < PTHREAD_DESTRUCTOR_ITERATIONS && !round.empty(); ++i) {
    for (const value& v : round) {
      const destructor destroy = keys[v.key].destroy.load();
      if (v.valid() && destroy != nullptr) destroy(v.data);
    }
    key_values* const again = find(*thread);
    round.clear();
    if (again != nullptr) std::swap(round, again->all);
  }
}

green_thread* current() noexcept {
  const core::scheduler* const hub = core::scheduler::here();
  return hub == nullptr ? nullptr : hub->current();
}

bool is_ours(pthread_key_t key) noexcept {
  return key < keys.size() && keys[key].alive();
}

}  // namespace

int pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) {
  pthread_key_t made = 0;
  const int result = ::pthread_key_create(&made, destroy);
  if (result != 0) return result;
  keys[made].destroy.store(destroy);
  // The key may be one that was deleted by the original.
  keys[made].generation.fetch_add(keys[made].alive() ? 2 : 1);
  *key = made;
  return 0;
}

int pthread_key_delete(pthread_key_t key) {
  if (is_ours(key)) keys[key].generation.fetch_add(1);
  return ::pthread_key_delete(key);
}

void* pthread_getspecific(pthread_key_t key) {
  green_thread* const me = current();
  if (me == nullptr || !is_ours(key)) return ::pthread_getspecific(key);
  const key_values* const mine = key_values::find(*me);
  if (mine == nullptr) return nullptr;
  for (const value& v : mine->all) {
    if (v.key == key && v.valid()) return v.data;
  }
  return nullptr;
}

int pthread_setspecific(pthread_key_t key, const void* data) {
  green_thread* const me = current();
  if (me == nullptr || !is_ours(key)) return ::pthread_setspecific(key, data);
  key_values* mine = key_values::find(*me);
  if (mine == nullptr) {
    mine = new key_values(*me);
    me->locals().push_back(*mine);
  }
  const value now{key, keys[key].generation.load(), const_cast<void*>(data)};
  for (value& v : mine->all) {
    if (v.key == key) {
      v = now;
      return 0;
    }
  }
  mine->all.push_back(now);
  return 0;
}

}  // namespace green
