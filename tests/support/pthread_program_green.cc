// SPDX-License-Identifier: MIT
// A program of threads: producers and consumers with a bounded queue, a cache
// under a read-write lock, and a relaxation in steps between barriers. Of its
// twins, one waits by green and one blocks: they differ by green's words alone.
#include <stdio.h>
#include <string.h>

#include "green/pthread.h"
#include "tests/support/pthread_program.h"

namespace twins {

namespace green_side {

using green::task;

namespace {

enum { producers = 3, consumers = 2, items = 200, room = 4 };

struct bounded_queue {
  pthread_mutex_t mutex;
  pthread_cond_t not_full;
  pthread_cond_t not_empty;
  int values[room];
  int first;
  int count;
  bool closed;
};

bounded_queue queue = {PTHREAD_MUTEX_INITIALIZER,
                       PTHREAD_COND_INITIALIZER,
                       PTHREAD_COND_INITIALIZER,
                       {},
                       0,
                       0,
                       false};

task<void> put(int value) {
  co_await green::pthread_mutex_lock(&queue.mutex);
  while (queue.count == room) {
    co_await green::pthread_cond_wait(&queue.not_full, &queue.mutex);
  }
  queue.values[(queue.first + queue.count) % room] = value;
  ++queue.count;
  green::pthread_cond_signal(&queue.not_empty);
  green::pthread_mutex_unlock(&queue.mutex);
}

// False when the queue is closed and empty.
task<bool> get(int* value) {
  co_await green::pthread_mutex_lock(&queue.mutex);
  while (queue.count == 0 && !queue.closed) {
    co_await green::pthread_cond_wait(&queue.not_empty, &queue.mutex);
  }
  const bool found = queue.count != 0;
  if (found) {
    *value = queue.values[queue.first];
    queue.first = (queue.first + 1) % room;
    --queue.count;
    green::pthread_cond_signal(&queue.not_full);
  }
  green::pthread_mutex_unlock(&queue.mutex);
  co_return found;
}

task<void> close_queue() {
  co_await green::pthread_mutex_lock(&queue.mutex);
  queue.closed = true;
  green::pthread_cond_broadcast(&queue.not_empty);
  green::pthread_mutex_unlock(&queue.mutex);
}

task<void*> produce(void* argument) {
  const int me = *static_cast<int*>(argument);
  for (int i = 0; i < items; ++i) co_await put(me * items + i);
  co_return nullptr;
}

task<void*> consume(void* argument) {
  long* const sum = static_cast<long*>(argument);
  int value = 0;
  while (co_await get(&value)) *sum += value;
  co_return sum;
}

task<void> run_queue(char* out, unsigned long size) {
  queue.closed = false;
  pthread_t makers[producers], takers[consumers];
  int numbers[producers];
  long sums[consumers] = {};
  for (int i = 0; i < producers; ++i) {
    numbers[i] = i;
    co_await green::pthread_create(&makers[i], nullptr, produce, &numbers[i]);
  }
  for (int i = 0; i < consumers; ++i) {
    co_await green::pthread_create(&takers[i], nullptr, consume, &sums[i]);
  }
  for (int i = 0; i < producers; ++i) {
    co_await green::pthread_join(makers[i], nullptr);
  }
  co_await close_queue();
  long total = 0;
  for (int i = 0; i < consumers; ++i) {
    void* sum = nullptr;
    co_await green::pthread_join(takers[i], &sum);
    total += *static_cast<long*>(sum);
  }
  snprintf(out, size, "the consumers' sum is %ld\n", total);
}

// A cache of squares, read by many and filled by those that miss.
enum { readers = 4, keys = 32, look_ups = 100 };

pthread_rwlock_t cache_lock = PTHREAD_RWLOCK_INITIALIZER;
long cache[keys];
int misses;
pthread_once_t cache_once = PTHREAD_ONCE_INIT;
pthread_key_t hits_key;

void make_key() { green::pthread_key_create(&hits_key, nullptr); }

task<long> look_up(int key) {
  co_await green::pthread_rwlock_rdlock(&cache_lock);
  const long known = cache[key];
  green::pthread_rwlock_unlock(&cache_lock);
  if (known != 0) {
    long* const hits = static_cast<long*>(green::pthread_getspecific(hits_key));
    ++*hits;
    co_return known;
  }
  co_await green::pthread_rwlock_wrlock(&cache_lock);
  if (cache[key] == 0) {
    ++misses;
    cache[key] = 1 + static_cast<long>(key) * key;
  } else {
    long* const hits = static_cast<long*>(green::pthread_getspecific(hits_key));
    ++*hits;
  }
  const long made = cache[key];
  green::pthread_rwlock_unlock(&cache_lock);
  co_return made;
}

task<void*> read_cache(void* argument) {
  co_await green::pthread_once(&cache_once, make_key);
  green::pthread_setspecific(hits_key, argument);
  long wrong = 0;
  for (int i = 0; i < look_ups; ++i) {
    const int key = i * 7 % keys;
    const long value = co_await look_up(key);
    if (value != 1 + static_cast<long>(key) * key) ++wrong;
  }
  co_return reinterpret_cast<void*>(wrong);
}

task<void> run_cache(char* out, unsigned long size) {
  pthread_t threads[readers];
  long hits[readers] = {};
  for (int i = 0; i < readers; ++i) {
    co_await green::pthread_create(&threads[i], nullptr, read_cache, &hits[i]);
  }
  long all = 0, wrong = 0;
  for (int i = 0; i < readers; ++i) {
    void* result = nullptr;
    co_await green::pthread_join(threads[i], &result);
    wrong += reinterpret_cast<long>(result);
    all += hits[i];
  }
  snprintf(out, size, "%ld hits, %d misses, %ld wrong\n", all, misses, wrong);
}

// Cells that take the mean of their neighbours, in steps that nobody begins
// before the others have ended theirs.
enum { workers = 4, cells = 16, steps = 50 };

pthread_barrier_t barrier;
double now[cells], next[cells];
int serials;

task<void*> relax(void* argument) {
  const int me = *static_cast<int*>(argument);
  for (int step = 0; step < steps; ++step) {
    for (int i = me; i < cells; i += workers) {
      const bool edge = i == 0 || i == cells - 1;
      next[i] = edge ? now[i] : (now[i - 1] + now[i + 1]) / 2;
    }
    const int result = co_await green::pthread_barrier_wait(&barrier);
    if (result == PTHREAD_BARRIER_SERIAL_THREAD) {
      memcpy(now, next, sizeof now);
      ++serials;
    }
    co_await green::pthread_barrier_wait(&barrier);
  }
  co_return nullptr;
}

task<void> run_steps(char* out, unsigned long size) {
  memset(now, 0, sizeof now);
  now[cells - 1] = 1;
  green::pthread_barrier_init(&barrier, nullptr, workers);
  pthread_t threads[workers];
  int numbers[workers];
  for (int i = 0; i < workers; ++i) {
    numbers[i] = i;
    co_await green::pthread_create(&threads[i], nullptr, relax, &numbers[i]);
  }
  for (int i = 0; i < workers; ++i) {
    co_await green::pthread_join(threads[i], nullptr);
  }
  green::pthread_barrier_destroy(&barrier);
  snprintf(out, size, "%d steps, the middle is %.9f\n", serials,
           now[cells / 2]);
}

}  // namespace

task<void> run_program(char* out, unsigned long size) {
  co_await run_queue(out, size);
  co_await run_cache(out + strlen(out), size - strlen(out));
  co_await run_steps(out + strlen(out), size - strlen(out));
}

}  // namespace green_side

}  // namespace twins
