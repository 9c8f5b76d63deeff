// SPDX-License-Identifier: MIT
#include "green/core/runnable.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

using green::core::run_queue;
using green::core::runnable;

struct step : runnable {
  step(int n, std::vector<int>& l) : runnable(&step::run), number(n), log(&l) {}
  static void run(runnable& r) {
    const step& self = static_cast<step&>(r);
    self.log->push_back(self.number);
  }
  int number;
  std::vector<int>* log;
};

void run_one(run_queue& queue) {
  runnable& next = queue.pop();
  next.run_(next);
}

}  // namespace

TEST_CASE("a run queue is first in, first out") {
  std::vector<int> log;
  step one(1, log);
  step two(2, log);
  step three(3, log);
  run_queue queue;
  CHECK(queue.empty());
  for (step* s : {&one, &two, &three}) queue.push(*s);
  while (!queue.empty()) run_one(queue);
  CHECK(log == std::vector<int>{1, 2, 3});
}

TEST_CASE("what is pushed again goes to the end") {
  std::vector<int> log;
  step one(1, log);
  step two(2, log);
  run_queue queue;
  queue.push(one);
  queue.push(two);
  run_one(queue);
  queue.push(one);
  run_one(queue);
  run_one(queue);
  CHECK(log == std::vector<int>{1, 2, 1});
  CHECK(queue.empty());
}

TEST_CASE("a run queue that was empty takes items again") {
  std::vector<int> log;
  step one(1, log);
  run_queue queue;
  for (int round = 0; round < 3; ++round) {
    queue.push(one);
    CHECK_FALSE(queue.empty());
    run_one(queue);
    CHECK(queue.empty());
  }
  CHECK(log.size() == 3);
}
