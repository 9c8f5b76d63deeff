// SPDX-License-Identifier: MIT
// Awaitables that are dropped in each place where an expression may stand.
#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/queue.h"

green::task<> work(int) { co_return; }
green::task<int> answer() { co_return 42; }

struct connection {
  green::task<> end() { co_return; }
};

green::task<> expressions(bool now, green::event& done) {
  now ? work(1) : work(2);                // finds: dropped
  work(3), now = false;                   // finds: dropped
  now && (work(4), true);                 // finds: dropped
  for (int i = 0; i < 2; work(i), ++i) {  // finds: dropped
  }
  for (int i = 0; i < 2; ++i) work(i);  // finds: dropped
  switch (int(now)) {
    case 1:
      work(5);  // finds: dropped
  }
  do work(6);  // finds: dropped
  while (now);
  static_cast<void>(work(7));  // finds: dropped
  void(work(8));               // finds: dropped
  std::ignore = work(9);       // finds: dropped
  done.wait();                 // finds: dropped
  std::move(work)(10);         // finds: dropped
  std::invoke(work, 11);       // finds: dropped
  connection().end();          // finds: dropped
  green::sleep();              // finds: dropped
  co_return;
}

green::task<> variables(green::queue<int>& jobs) {
  auto dropped = work(1);                        // finds: dropped
  green::task<> braces{work(2)};                 // finds: dropped
  auto&& bound = work(3);                        // finds: dropped
  const auto kept = answer();                    // finds: dropped
  auto [a, b] = std::pair{work(4), 1};           // finds: dropped
  std::optional<green::task<>> maybe = work(5);  // finds: dropped
  std::vector<green::task<>> many;               // finds: dropped
  many.push_back(work(6));
  many.emplace_back(work(7));
  auto item = jobs.get();                                 // finds: dropped
  auto owned = std::make_unique<green::task<>>(work(8));  // finds: dropped
  auto lambda = [] { return work(9); };
  lambda();                        // finds: dropped
  auto inside = [] { work(10); };  // finds: dropped
  inside();
  auto task = [] { return answer(); }();  // finds: dropped
  (void)b;
  co_return;
}

green::task<> callables(std::vector<int> all) {
  std::for_each(
      all.begin(), all.end(),                             //
      [](int n) -> green::task<> { co_await work(n); });  // finds: dropped
  std::ranges::for_each(all, work);                       // finds: dropped
  auto future = std::async(work, 1);                      // finds: dropped
  std::function<void(int)> f = work;                      // finds: dropped
  f = [](int n) { return work(n); };                      // finds: dropped
  std::map<int, std::function<void(int)>> table;
  table[1] = work;  // finds: dropped
  std::unique_ptr<int, void (*)(int*)> pointer(nullptr, [](int*) {});
  std::invoke([] { return work(2); });  // finds: dropped
  f(1);
  co_return;
}

green::task<> right(std::vector<int> all) {
  std::vector<green::task<>> many;
  for (const int n : all) many.push_back(work(n));
  for (auto& one : many) co_await std::move(one);
  std::optional<green::task<int>> maybe = answer();
  co_await *std::move(maybe);
  auto first = work(1);
  auto second = std::move(first);
  co_await std::move(second);
  co_await std::invoke(work, 2);
  auto handle = green::spawn(work, 3);
  green::spawn(work, 4);
  co_await handle.join();
  std::function<green::task<>(int)> f = work;
  co_await f(5);
}

int main() { green::run(right, std::vector<int>{}); }
