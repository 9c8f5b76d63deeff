// SPDX-License-Identifier: MIT
// A library of plain threads, which knows nothing of green.
#include <pthread.h>

#include <vector>

namespace {

void* nothing(void*) { return nullptr; }

// Two threads throw a ball.
struct game {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t thrown = PTHREAD_COND_INITIALIZER;
  long left;
  int turn = 0;
};

struct player {
  game* of;
  int me;
};

void* play(void* argument) {
  const player& p = *static_cast<player*>(argument);
  game& g = *p.of;
  ::pthread_mutex_lock(&g.mutex);
  while (g.left > 0) {
    if (g.turn != p.me) {
      ::pthread_cond_wait(&g.thrown, &g.mutex);
      continue;
    }
    g.turn = 1 - p.me;
    --g.left;
    ::pthread_cond_signal(&g.thrown);
  }
  ::pthread_cond_signal(&g.thrown);
  ::pthread_mutex_unlock(&g.mutex);
  return nullptr;
}

void* lock_and_unlock(void* argument) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  for (long left = *static_cast<long*>(argument); left > 0; --left) {
    ::pthread_mutex_lock(&mutex);
    ::pthread_mutex_unlock(&mutex);
  }
  return nullptr;
}

void* set_and_get(void* argument) {
  pthread_key_t key;
  ::pthread_key_create(&key, nullptr);
  for (long left = *static_cast<long*>(argument); left > 0; --left) {
    ::pthread_setspecific(key, &left);
    if (::pthread_getspecific(key) != &left) break;
  }
  ::pthread_key_delete(key);
  return nullptr;
}

void in_a_thread(void* (*f)(void*), long steps) {
  pthread_t made;
  if (::pthread_create(&made, nullptr, f, &steps) != 0) return;
  ::pthread_join(made, nullptr);
}

// Threads that sleep until all may go.
struct bedroom {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t came = PTHREAD_COND_INITIALIZER;
  pthread_cond_t morning = PTHREAD_COND_INITIALIZER;
  long there = 0;
  bool over = false;
};

void* sleep_there(void* argument) {
  bedroom& b = *static_cast<bedroom*>(argument);
  ::pthread_mutex_lock(&b.mutex);
  ++b.there;
  ::pthread_cond_signal(&b.came);
  while (!b.over) ::pthread_cond_wait(&b.morning, &b.mutex);
  ::pthread_mutex_unlock(&b.mutex);
  return nullptr;
}

}  // namespace

extern "C" {

void create_and_join(long steps) {
  for (; steps > 0; --steps) {
    pthread_t made;
    if (::pthread_create(&made, nullptr, nothing, nullptr) != 0) return;
    ::pthread_join(made, nullptr);
  }
}

void throw_ball(long steps) {
  game g{.left = steps};
  player one{&g, 0}, two{&g, 1};
  pthread_t first, second;
  if (::pthread_create(&first, nullptr, play, &one) != 0) return;
  if (::pthread_create(&second, nullptr, play, &two) != 0) return;
  ::pthread_join(first, nullptr);
  ::pthread_join(second, nullptr);
}

void use_lock(long steps) { in_a_thread(lock_and_unlock, steps); }

void use_key(long steps) { in_a_thread(set_and_get, steps); }

// Calls all_there(argument) when so many threads sleep. Returns how many do.
long sleepers(long count, void (*all_there)(void*), void* argument) {
  bedroom b;
  std::vector<pthread_t> all;
  for (long i = 0; i < count; ++i) {
    pthread_t made;
    if (::pthread_create(&made, nullptr, sleep_there, &b) != 0) break;
    all.push_back(made);
  }
  const auto made = static_cast<long>(all.size());
  ::pthread_mutex_lock(&b.mutex);
  while (b.there < made) ::pthread_cond_wait(&b.came, &b.mutex);
  ::pthread_mutex_unlock(&b.mutex);
  all_there(argument);
  ::pthread_mutex_lock(&b.mutex);
  b.over = true;
  ::pthread_cond_broadcast(&b.morning);
  ::pthread_mutex_unlock(&b.mutex);
  for (const pthread_t each : all) ::pthread_join(each, nullptr);
  return made;
}
}
