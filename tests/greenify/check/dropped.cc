// SPDX-License-Identifier: MIT
// Awaitables that nobody awaits.
#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/thread"
#include "green/timeout.h"
#include "green/unistd.h"

green::mutex m;

green::task<> serve(int) { co_return; }
green::task<int> answer() { co_return 42; }

green::task<> all(std::vector<int> fds) {
  serve(1);                         // finds: dropped
  (void)serve(2);                   // finds: dropped
  if (fds.empty()) throw answer();  // finds: dropped
  if (fds.empty()) m.lock();        // finds: dropped
  auto lock = m.scoped_lock();      // finds: dropped
  auto later = answer();
  std::function<void()> f = [] { return serve(3); };  // finds: dropped
  std::function<green::task<>(int)> g = serve;
  std::for_each(fds.begin(), fds.end(), serve);  // finds: dropped
  std::thread(serve, 4).join();                  // finds: dropped holds
  green::timeout(std::chrono::seconds(1));       // finds: lost
  co_await green::usleep(0.5);                   // finds: lost
  co_await g(6);
  co_await later;
  auto task = serve(7);
  co_await std::move(task);
}

green::task<> passed_on() { return serve(8); }

int main() {
  green::spawn(passed_on);            // finds: lost
  green::thread(passed_on).detach();  // finds: lost
}
