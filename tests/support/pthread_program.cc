// SPDX-License-Identifier: MIT
// A program of threads: producers and consumers with a bounded queue, a cache
// under a read-write lock, and a relaxation in steps between barriers. Of its
// twins, one waits by green and one blocks: they differ by green's words alone.
#include <stdio.h>
#include <string.h>

#include <pthread.h>
#include "tests/support/pthread_program.h"

namespace twins {

namespace system_side {

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

void put(int value) {
  pthread_mutex_lock(&queue.mutex);
  while (queue.count == room) {
    pthread_cond_wait(&queue.not_full, &queue.mutex);
  }
  queue.values[(queue.first + queue.count) % room] = value;
  ++queue.count;
  pthread_cond_signal(&queue.not_empty);
  pthread_mutex_unlock(&queue.mutex);
}

// False when the queue is closed and empty.
bool get(int* value) {
  pthread_mutex_lock(&queue.mutex);
  while (queue.count == 0 && !queue.closed) {
    pthread_cond_wait(&queue.not_empty, &queue.mutex);
  }
  const bool found = queue.count != 0;
  if (found) {
    *value = queue.values[queue.first];
    queue.first = (queue.first + 1) % room;
    --queue.count;
    pthread_cond_signal(&queue.not_full);
  }
  pthread_mutex_unlock(&queue.mutex);
  return found;
}

void close_queue() {
  pthread_mutex_lock(&queue.mutex);
  queue.closed = true;
  pthread_cond_broadcast(&queue.not_empty);
  pthread_mutex_unlock(&queue.mutex);
}

void* produce(void* argument) {
  const int me = *static_cast<int*>(argument);
  for (int i = 0; i < items; ++i) put(me * items + i);
  return nullptr;
}

void* consume(void* argument) {
  long* const sum = static_cast<long*>(argument);
  int value = 0;
  while (get(&value)) *sum += value;
  return sum;
}

void run_queue(char* out, unsigned long size) {
  queue.closed = false;
  pthread_t makers[producers], takers[consumers];
  int numbers[producers];
  long sums[consumers] = {};
  for (int i = 0; i < producers; ++i) {
    numbers[i] = i;
    pthread_create(&makers[i], nullptr, produce, &numbers[i]);
  }
  for (int i = 0; i < consumers; ++i) {
    pthread_create(&takers[i], nullptr, consume, &sums[i]);
  }
  for (int i = 0; i < producers; ++i) {
    pthread_join(makers[i], nullptr);
  }
  close_queue();
  long total = 0;
  for (int i = 0; i < consumers; ++i) {
    void* sum = nullptr;
    pthread_join(takers[i], &sum);
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

void make_key() { pthread_key_create(&hits_key, nullptr); }

long look_up(int key) {
  pthread_rwlock_rdlock(&cache_lock);
  const long known = cache[key];
  pthread_rwlock_unlock(&cache_lock);
  if (known != 0) {
    long* const hits = static_cast<long*>(pthread_getspecific(hits_key));
    ++*hits;
    return known;
  }
  pthread_rwlock_wrlock(&cache_lock);
  if (cache[key] == 0) {
    ++misses;
    cache[key] = 1 + static_cast<long>(key) * key;
  } else {
    long* const hits = static_cast<long*>(pthread_getspecific(hits_key));
    ++*hits;
  }
  const long made = cache[key];
  pthread_rwlock_unlock(&cache_lock);
  return made;
}

void* read_cache(void* argument) {
  pthread_once(&cache_once, make_key);
  pthread_setspecific(hits_key, argument);
  long wrong = 0;
  for (int i = 0; i < look_ups; ++i) {
    const int key = i * 7 % keys;
    const long value = look_up(key);
    if (value != 1 + static_cast<long>(key) * key) ++wrong;
  }
  return reinterpret_cast<void*>(wrong);
}

void run_cache(char* out, unsigned long size) {
  pthread_t threads[readers];
  long hits[readers] = {};
  for (int i = 0; i < readers; ++i) {
    pthread_create(&threads[i], nullptr, read_cache, &hits[i]);
  }
  long all = 0, wrong = 0;
  for (int i = 0; i < readers; ++i) {
    void* result = nullptr;
    pthread_join(threads[i], &result);
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

void* relax(void* argument) {
  const int me = *static_cast<int*>(argument);
  for (int step = 0; step < steps; ++step) {
    for (int i = me; i < cells; i += workers) {
      const bool edge = i == 0 || i == cells - 1;
      next[i] = edge ? now[i] : (now[i - 1] + now[i + 1]) / 2;
    }
    const int result = pthread_barrier_wait(&barrier);
    if (result == PTHREAD_BARRIER_SERIAL_THREAD) {
      memcpy(now, next, sizeof now);
      ++serials;
    }
    pthread_barrier_wait(&barrier);
  }
  return nullptr;
}

void run_steps(char* out, unsigned long size) {
  memset(now, 0, sizeof now);
  now[cells - 1] = 1;
  pthread_barrier_init(&barrier, nullptr, workers);
  pthread_t threads[workers];
  int numbers[workers];
  for (int i = 0; i < workers; ++i) {
    numbers[i] = i;
    pthread_create(&threads[i], nullptr, relax, &numbers[i]);
  }
  for (int i = 0; i < workers; ++i) {
    pthread_join(threads[i], nullptr);
  }
  pthread_barrier_destroy(&barrier);
  snprintf(out, size, "%d steps, the middle is %.9f\n", serials,
           now[cells / 2]);
}

}  // namespace

void run_program(char* out, unsigned long size) {
  run_queue(out, size);
  run_cache(out + strlen(out), size - strlen(out));
  run_steps(out + strlen(out), size - strlen(out));
}

}  // namespace system_side

}  // namespace twins
