// SPDX-License-Identifier: MIT
// Work in a queue between threads.
#include <atomic>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

class work {
 public:
  void add(std::function<void()> job) { jobs_.push_back(std::move(job)); }
  bool run_one() {
    if (jobs_.empty()) return false;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    job();
    ++done_;
    return true;
  }
  int done() const { return done_; }

 private:
  std::deque<std::function<void()>> jobs_;
  std::atomic<int> done_ = 0;
};

int main() {
  work all;
  std::vector<std::string> seen;
  for (const char* name : {"one", "two"})
    all.add([&seen, name] { seen.emplace_back(name); });
  while (all.run_one()) continue;
  return all.done() == 2 && seen.front() == "one" ? 0 : 1;
}
