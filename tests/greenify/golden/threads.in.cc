// Threads, futures, semaphores.
#include <barrier>
#include <chrono>
#include <future>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

using std::thread;
using namespace std::chrono_literals;

void work(int n, std::latch& done) {
  std::this_thread::sleep_for(std::chrono::milliseconds(n));
  done.count_down();
}

void compute(int& n) { ++n; }

class worker {
 public:
  void run() { std::this_thread::sleep_for(1ms); }
  void start() { thread_ = std::thread(&worker::run, this); }
  void stop() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

int main() {
  std::latch done(2);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back(work, i, std::ref(done));
  }
  done.wait();
  for (auto& t : threads) t.join();
  thread loose([] { std::this_thread::yield(); });
  std::thread::id id = loose.get_id();
  loose.join();
  int n = 0;
  thread(compute, std::ref(n)).join();
  worker w;
  w.start();
  w.stop();
  std::future<int> f = std::async(std::launch::async, [] { return 1; });
  std::packaged_task<int(int)> task([](int x) {
    std::this_thread::sleep_for(1ms);
    return x;
  });
  std::promise<void> ready;
  auto reached = ready.get_future();
  ready.set_value();
  reached.wait();
  task(3);
  std::counting_semaphore<4> permits(1);
  permits.acquire();
  permits.release();
  std::barrier meet(1);
  meet.arrive_and_wait();
  return f.get() + int(thread::hardware_concurrency() == 0) +
         int(id == std::this_thread::get_id());
}
