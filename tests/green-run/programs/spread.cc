// SPDX-License-Identifier: MIT
// Threads that meet, count, fork and are cancelled, by plain calls alone. It
// prints its findings.
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <set>
#include <thread>
#include <vector>

namespace {

constexpr int threads = 9;

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
pthread_barrier_t all_there;
std::set<long> system_threads;
int sum = 0;

void meet() {
  ::pthread_barrier_init(&all_there, nullptr, threads);
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([] {
      ::pthread_barrier_wait(&all_there);
      for (int round = 0; round < 1000; ++round) {
        ::pthread_mutex_lock(&lock);
        system_threads.insert(::syscall(SYS_gettid));
        ++sum;
        ::pthread_mutex_unlock(&lock);
      }
    });
  }
  for (std::thread& each : all) each.join();
  std::printf("sum %d\n", sum);
  std::fprintf(stderr, "threads ran on %zu\n", system_threads.size());
}

// Each thread has a child with threads of its own.
void* fork_once(void*) {
  const pid_t child = ::fork();
  if (child == 0) {
    int made = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < 3; ++i) {
      all.emplace_back([&made] {
        ::pthread_mutex_lock(&lock);
        ++made;
        ::pthread_mutex_unlock(&lock);
      });
    }
    for (std::thread& each : all) each.join();
    ::_exit(made);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::pthread_mutex_lock(&lock);
  sum += WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
  ::pthread_mutex_unlock(&lock);
  return nullptr;
}

void* wait_for_ever(void*) {
  ::pthread_barrier_wait(&all_there);
  for (;;) ::pause();
}

template <class F>
void make(std::vector<pthread_t>& all, int count, F* function) {
  for (int i = 0; i < count; ++i) {
    all.emplace_back();
    ::pthread_create(&all.back(), nullptr, function, nullptr);
  }
}

void fork_children() {
  sum = 0;
  std::vector<pthread_t> all;
  make(all, 3, fork_once);
  for (const pthread_t each : all) ::pthread_join(each, nullptr);
  std::printf("threads of children %d\n", sum);
}

void cancel() {
  std::vector<pthread_t> all;
  make(all, threads - 1, wait_for_ever);
  ::pthread_barrier_wait(&all_there);
  int cancelled = 0;
  for (const pthread_t each : all) ::pthread_cancel(each);
  for (const pthread_t each : all) {
    void* result = nullptr;
    ::pthread_join(each, &result);
    cancelled += result == PTHREAD_CANCELED ? 1 : 0;
  }
  std::printf("cancelled %d\n", cancelled);
}

}  // namespace

int main() {
  meet();
  fork_children();
  cancel();
}
