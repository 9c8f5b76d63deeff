// Threads, futures, semaphores.
#include "green/barrier"
#include <chrono>
#include "green/future"
#include "green/latch"
#include "green/semaphore"
#include "green/thread"
#include <vector>
#include "green/green.h"

using std::thread;
using namespace std::chrono_literals;

green::task<> work(int n, green::latch& done) {
  co_await green::this_thread::sleep_for(std::chrono::milliseconds(n));
  done.count_down();
}

void compute(int& n) { ++n; }

class worker {
 public:
  green::task<> run() { co_await green::this_thread::sleep_for(1ms); }
  void start() { thread_ = green::thread(&worker::run, this); }
  green::task<> stop() {
    if (thread_.joinable()) co_await thread_.join();
  }

 private:
  green::thread thread_;
};

green::task<int> green_main() {
  green::latch done(2);
  std::vector<green::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back(work, i, std::ref(done));
  }
  co_await done.wait();
  for (auto& t : threads) co_await t.join();
  green::thread loose([] () -> green::task<> { co_await green::this_thread::yield(); });
  green::thread::id id = loose.get_id();
  co_await loose.join();
  int n = 0;
  co_await green::thread(compute, std::ref(n)).join();
  worker w;
  w.start();
  co_await w.stop();
  green::future<int> f = green::async(std::launch::async, [] { return 1; });
  green::packaged_task<int(int)> task([](int x) -> green::task<int> {
    co_await green::this_thread::sleep_for(1ms);
    co_return x;
  });
  green::promise<void> ready;
  auto reached = ready.get_future();
  ready.set_value();
  co_await reached.wait();
  co_await task(3);
  green::counting_semaphore<4> permits(1);
  co_await permits.acquire();
  permits.release();
  green::barrier meet(1);
  co_await meet.arrive_and_wait();
  co_return co_await f.get() + int(green::thread::hardware_concurrency() == 0) +
         int(id == green::this_thread::get_id());
}

int main() {
  return green::run(green_main);
}
