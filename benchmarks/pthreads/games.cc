// SPDX-License-Identifier: MIT
#include "benchmarks/pthreads/games.h"

#include <pthread.h>
#include <sched.h>

#include <thread>

#include "green/green.h"
#include "green/pthread.h"
#include "green/threads.h"

namespace benchmarks::pthreads {

namespace {

// What the players share.
struct game {
  explicit game(long steps) : left(steps) {
    ::pthread_barrier_init(&barrier, nullptr, 2);
    green::pthread_barrier_init(&green_barrier, nullptr, 2);
  }
  game(const game&) = delete;
  game& operator=(const game&) = delete;
  ~game() {
    green::pthread_barrier_destroy(&green_barrier);
    ::pthread_barrier_destroy(&barrier);
  }

  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t thrown = PTHREAD_COND_INITIALIZER;
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  pthread_barrier_t barrier;
  pthread_barrier_t green_barrier;
  long left;  // steps
  int turn = 0;
};

struct player {
  game* of;
  int me;
};

using green_function = green::task<void*> (*)(void*);
using original_function = void* (*)(void*);

// Two green threads of one hub.
template <green_function f>
void in_a_hub(long steps) {
  game g(steps);
  green::run([&g]() -> green::task<> {
    player one{&g, 0}, two{&g, 1};
    pthread_t other;
    co_await green::pthread_create(&other, nullptr, f, &two);
    co_await f(&one);
    co_await green::pthread_join(other, nullptr);
  });
}

void in_another_hub(green_function f, player& p) {
  green::run([f, &p]() -> green::task<> { co_await f(&p); });
}

// A green thread of each of two hubs.
template <green_function f>
void in_two_hubs(long steps) {
  game g(steps);
  player one{&g, 0}, two{&g, 1};
  std::thread other([&two] { in_another_hub(f, two); });
  in_another_hub(f, one);
  other.join();
}

// A green thread, and an OS thread that uses other functions.
template <green_function f, original_function h>
void with_a_thread(long steps) {
  game g(steps);
  player one{&g, 0}, two{&g, 1};
  std::thread other([&two] { h(&two); });
  in_another_hub(f, one);
  other.join();
}

// Two OS threads.
template <original_function f>
void in_two_threads(long steps) {
  game g(steps);
  player one{&g, 0}, two{&g, 1};
  std::thread other([&two] { f(&two); });
  f(&one);
  other.join();
}

template <green_function f>
void alone_in_a_hub(long steps) {
  game g(steps);
  player one{&g, 0};
  in_another_hub(f, one);
}

// glibc leaves atomic operations out while there is one thread.
template <original_function f>
void alone_in_a_thread(long steps) {
  game g(steps);
  player one{&g, 0};
  std::thread([&one] { f(&one); }).join();
}

// Nobody else wants the lock.

green::task<void*> green_lock(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    co_await green::pthread_mutex_lock(&g.mutex);
    green::pthread_mutex_unlock(&g.mutex);
  }
  co_return nullptr;
}

void* original_lock(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    ::pthread_mutex_lock(&g.mutex);
    ::pthread_mutex_unlock(&g.mutex);
  }
  return nullptr;
}

green::task<void*> green_read(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    co_await green::pthread_rwlock_rdlock(&g.lock);
    green::pthread_rwlock_unlock(&g.lock);
  }
  co_return nullptr;
}

void* original_read(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    ::pthread_rwlock_rdlock(&g.lock);
    ::pthread_rwlock_unlock(&g.lock);
  }
  return nullptr;
}

green::task<void*> green_write(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    co_await green::pthread_rwlock_wrlock(&g.lock);
    green::pthread_rwlock_unlock(&g.lock);
  }
  co_return nullptr;
}

void* original_write(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    ::pthread_rwlock_wrlock(&g.lock);
    ::pthread_rwlock_unlock(&g.lock);
  }
  return nullptr;
}

// Both want the mutex all the time: a step is one lock. Two of a hub meet only
// if the one that has it lets the other come.

green::task<void*> green_hand_over(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (bool more = true; more;) {
    co_await green::pthread_mutex_lock(&g.mutex);
    more = --g.left > 0;
    co_await green::thrd_yield();
    green::pthread_mutex_unlock(&g.mutex);
  }
  co_return nullptr;
}

void* original_hand_over(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (bool more = true; more;) {
    ::pthread_mutex_lock(&g.mutex);
    more = --g.left > 0;
    ::sched_yield();
    ::pthread_mutex_unlock(&g.mutex);
  }
  return nullptr;
}

green::task<void*> green_contend(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (bool more = true; more;) {
    co_await green::pthread_mutex_lock(&g.mutex);
    more = --g.left > 0;
    green::pthread_mutex_unlock(&g.mutex);
  }
  co_return nullptr;
}

void* original_contend(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (bool more = true; more;) {
    ::pthread_mutex_lock(&g.mutex);
    more = --g.left > 0;
    ::pthread_mutex_unlock(&g.mutex);
  }
  return nullptr;
}

// Two that pass a ball: a step is one throw.

green::task<void*> green_pass(void* p) {
  const player& mine = *static_cast<player*>(p);
  game& g = *mine.of;
  co_await green::pthread_mutex_lock(&g.mutex);
  while (g.left > 0) {
    while (g.turn != mine.me && g.left > 0) {
      co_await green::pthread_cond_wait(&g.thrown, &g.mutex);
    }
    --g.left;
    g.turn = 1 - mine.me;
    green::pthread_cond_signal(&g.thrown);
  }
  green::pthread_mutex_unlock(&g.mutex);
  co_return nullptr;
}

void* original_pass(void* p) {
  const player& mine = *static_cast<player*>(p);
  game& g = *mine.of;
  ::pthread_mutex_lock(&g.mutex);
  while (g.left > 0) {
    while (g.turn != mine.me && g.left > 0) {
      ::pthread_cond_wait(&g.thrown, &g.mutex);
    }
    --g.left;
    g.turn = 1 - mine.me;
    ::pthread_cond_signal(&g.thrown);
  }
  ::pthread_mutex_unlock(&g.mutex);
  return nullptr;
}

// An OS thread waits by the original. It tells a green thread by green's
// functions, which are for any thread.
void* mixed_pass(void* p) {
  const player& mine = *static_cast<player*>(p);
  game& g = *mine.of;
  ::pthread_mutex_lock(&g.mutex);
  while (g.left > 0) {
    while (g.turn != mine.me && g.left > 0) {
      ::pthread_cond_wait(&g.thrown, &g.mutex);
    }
    --g.left;
    g.turn = 1 - mine.me;
    green::pthread_cond_signal(&g.thrown);
  }
  green::pthread_mutex_unlock(&g.mutex);
  return nullptr;
}

green::task<void*> green_meet(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (long left = g.left; left > 0; --left) {
    co_await green::pthread_barrier_wait(&g.green_barrier);
  }
  co_return nullptr;
}

void* original_meet(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (long left = g.left; left > 0; --left) {
    ::pthread_barrier_wait(&g.barrier);
  }
  return nullptr;
}

green::task<void*> green_nothing(void* p) { co_return p; }
void* original_nothing(void* p) { return p; }

green::task<void*> green_create(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    pthread_t made;
    co_await green::pthread_create(&made, nullptr, green_nothing, nullptr);
    co_await green::pthread_join(made, nullptr);
  }
  co_return nullptr;
}

void* original_create(void* p) {
  game& g = *static_cast<player*>(p)->of;
  for (; g.left > 0; --g.left) {
    pthread_t made;
    ::pthread_create(&made, nullptr, original_nothing, nullptr);
    ::pthread_join(made, nullptr);
  }
  return nullptr;
}

constexpr comparison all[] = {
    {"mutex, nobody else", "mutex", 2'000'000, alone_in_a_hub<green_lock>,
     alone_in_a_thread<original_lock>},
    {"read lock, nobody else", "read", 2'000'000, alone_in_a_hub<green_read>,
     alone_in_a_thread<original_read>},
    {"write lock, nobody else", "write", 2'000'000, alone_in_a_hub<green_write>,
     alone_in_a_thread<original_write>},
    {"mutex, two of a hub", "contend", 5'000, in_a_hub<green_hand_over>,
     in_two_threads<original_hand_over>},
    {"mutex, two hubs", "2 hubs", 5'000, in_two_hubs<green_contend>,
     in_two_threads<original_contend>},
    {"mutex, a hub and a thread", "+ thread", 5'000,
     with_a_thread<green_contend, original_contend>,
     in_two_threads<original_contend>},
    {"condition, two of a hub", "condition", 20'000, in_a_hub<green_pass>,
     in_two_threads<original_pass>},
    {"condition, two hubs", "2 hubs", 5'000, in_two_hubs<green_pass>,
     in_two_threads<original_pass>},
    {"condition, a hub and a thread", "+ thread", 5'000,
     with_a_thread<green_pass, mixed_pass>, in_two_threads<original_pass>},
    {"barrier, two of a hub", "barrier", 20'000, in_a_hub<green_meet>,
     in_two_threads<original_meet>},
    {"create and join", "create", 10'000, alone_in_a_hub<green_create>,
     alone_in_a_thread<original_create>},
};

}  // namespace

std::span<const comparison> comparisons() { return all; }

}  // namespace benchmarks::pthreads
