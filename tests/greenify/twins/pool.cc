// SPDX-License-Identifier: MIT
// pool: workers take the numbers of stdin from a queue and add their squares.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <utility>
#include <vector>

class pool {
 public:
  explicit pool(int workers) {
    for (int i = 0; i < workers; ++i) {
      workers_.emplace_back([this] { work(); });
    }
  }
  void run(std::function<void()> job) {
    std::unique_lock<std::mutex> lock(mutex_);
    jobs_.push(std::move(job));
    changed_.notify_one();
  }
  void finish() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    for (auto& worker : workers_) worker.join();
  }

 private:
  void work() {
    for (;;) {
      std::function<void()> job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return done_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        job = std::move(jobs_.front());
        jobs_.pop();
      }
      job();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> jobs_;
  std::vector<std::thread> workers_;
  bool done_ = false;
};

int main() {
  std::mutex mutex;
  long sum = 0, jobs = 0;
  pool workers(4);
  printf("ready\n");
  fflush(stdout);
  std::string text;
  char part[256];
  for (ssize_t n; (n = read(0, part, sizeof part)) > 0;) {
    text.append(part, size_t(n));
    for (size_t end; (end = text.find('\n')) != std::string::npos;) {
      const long number = atol(text.c_str());
      text.erase(0, end + 1);
      workers.run([&mutex, &sum, &jobs, number] {
        usleep(1000);
        std::lock_guard<std::mutex> lock(mutex);
        sum += number * number;
        ++jobs;
      });
    }
  }
  workers.finish();
  printf("%ld jobs, sum %ld\n", jobs, sum);
  return 0;
}
