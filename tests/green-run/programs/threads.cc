// SPDX-License-Identifier: MIT
// A program of threads that knows nothing of green. It prints its findings.
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

thread_local int mine = 5;

std::ptrdiff_t system_threads() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator("/proc/self/task"),
                       fs::directory_iterator());
}

// 100 threads wait until all are there.
void meet() {
  constexpr int count = 100;
  std::mutex lock;
  std::condition_variable changed;
  int there = 0, sum = 0;
  bool go = false;
  std::vector<std::thread> all;
  for (int i = 0; i < count; ++i) {
    all.emplace_back([&, i] {
      mine += i;
      std::unique_lock held(lock);
      ++there;
      changed.notify_all();
      changed.wait(held, [&] { return go; });
      sum += mine;
    });
  }
  std::unique_lock held(lock);
  changed.wait(held, [&] { return there == count; });
  std::fprintf(stderr, "system threads %td\n", system_threads());
  go = true;
  changed.notify_all();
  held.unlock();
  for (std::thread& each : all) each.join();
  std::printf("sum %d mine %d\n", sum, mine);
}

void sleep_together() {
  std::vector<std::future<int>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::async(std::launch::async, [i] {
      std::this_thread::sleep_for(1ms);
      return i;
    }));
  }
  int sum = 0;
  for (auto& each : all) sum += each.get();
  std::printf("slept %d\n", sum);
}

// A pair of threads speaks through pipes.
void ping_pong() {
  int there[2], back[2];
  if (::pipe(there) != 0 || ::pipe(back) != 0) return;
  std::thread echo([&] {
    char byte = 0;
    while (::read(there[0], &byte, 1) == 1 && ::write(back[1], &byte, 1) == 1) {
    }
  });
  int rounds = 0;
  for (char byte = 'a'; byte <= 'z'; ++byte) {
    char answer = 0;
    if (::write(there[1], &byte, 1) != 1) break;
    if (::read(back[0], &answer, 1) != 1 || answer != byte) break;
    ++rounds;
  }
  ::close(there[1]);
  echo.join();
  std::printf("rounds %d\n", rounds);
}

void* end_last(void*) {
  std::this_thread::sleep_for(1ms);
  std::puts("the last thread");
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  std::printf("arguments %d\n", argc);
  meet();
  sleep_together();
  ping_pong();
  const char* const preloaded = std::getenv("LD_PRELOAD");
  std::printf("preloaded %s\n", preloaded == nullptr ? "nothing" : preloaded);
  if (argc > 1 && std::strcmp(argv[1], "exit") == 0) return 7;
  pthread_t last;
  ::pthread_create(&last, nullptr, end_last, nullptr);
  ::pthread_detach(last);
  ::pthread_exit(nullptr);
}
