// SPDX-License-Identifier: MIT
// dining_philosophers: five who share five forks, with and without a deadlock

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/stdio.h"
#include "green/string.h"
#include "green/thread"

using namespace std::chrono_literals;

constexpr int seats = 5, meals = 3;

green::task<> think() { co_await green::this_thread::sleep_for(1ms); }

// Both forks at once, or none: nobody holds one while waiting for the other.
green::task<> dine(int seat, green::mutex& left, green::mutex& right) {
  for (int meal = 1; meal <= meals; ++meal) {
    co_await think();
    co_await green::lock(left, right);
    green::scoped_lock forks(green::adopt_lock, left, right);
    co_await green::printf("philosopher %d eats meal %d\n", seat, meal);
    co_await green::this_thread::sleep_for(1ms);
  }
}

// First the left fork, then the right one: when all have their left one,
// everybody waits for ever.
green::task<> dine_greedily(int seat, green::mutex& left, green::mutex& right) {
  for (int meal = 1; meal <= meals; ++meal) {
    co_await think();
    auto one = co_await left.scoped_lock();
    co_await green::printf("philosopher %d has the left fork\n", seat);
    co_await think();
    auto other = co_await right.scoped_lock();
    co_await green::printf("philosopher %d eats meal %d\n", seat, meal);
  }
}

green::task<> dinner(std::array<green::mutex, seats>& forks, bool greedy) {
  std::vector<green::greenlet<>> philosophers;
  for (int seat = 0; seat < seats; ++seat) {
    auto& left = forks[size_t(seat)];
    auto& right = forks[size_t(seat + 1) % seats];
    philosophers.push_back(green::spawn(greedy ? dine_greedily : dine, seat,
                                        std::ref(left), std::ref(right)));
    philosophers.back().set_name("philosopher " + std::to_string(seat));
  }
  co_await green::joinall(philosophers);
  co_await green::printf("all %d have dined\n", seats);
}

int main(int argc, char** argv) {
  const bool greedy = argc == 2 && strcmp(argv[1], "--deadlock") == 0;
  if (argc > 1 && !greedy) {
    errx(2, "no such option: '%s'\nusage: dining_philosophers [--deadlock]",
         argv[argc - 1]);
  }
  std::array<green::mutex, seats> forks;  // outlives who may wait for it
  try {
    green::run(dinner, std::ref(forks), greedy);
  } catch (const green::loop_exit& deadlock) {
    errx(1, "%s", deadlock.what());
  }
}
