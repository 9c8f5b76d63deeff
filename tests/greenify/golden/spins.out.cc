// Loops that spin, and spin locks that are held across a wait.
#include "green/unistd.h"

#include "green/atomic"
#include "green/mutex"
#include "green/thread"
#include "green/green.h"

green::atomic<bool> ready{false};
volatile int stopped = 0;

class spin_lock {
 public:
  void lock() {
    while (flag_.exchange(true)) {
    }
  }
  void unlock() { flag_.store(false); }

 private:
  green::atomic<bool> flag_{false};
};

class wrapped {
 public:
  green::task<> lock() { co_await m_.lock(); }
  void unlock() { m_.unlock(); }

 private:
  green::mutex m_;
};

green::mutex real;
spin_lock spin;
wrapped mutex;
int value = 0;

green::task<> wait_for_ready() {
  while (greenify_by_hand(!ready.load())) {
  }
  while (greenify_by_hand(stopped == 0));
  while (!ready) co_await green::this_thread::yield();
}

void try_until_taken() {
  while (greenify_by_hand(!real.try_lock())) {
  }
  real.unlock();
}

void counted() {
  std::lock_guard<spin_lock> g(spin);
  ++value;
}

green::task<> held() {
  std::lock_guard<spin_lock> g(spin);
  co_await greenify_by_hand(green::usleep(1));
}

green::task<> held_in_part() {
  spin.lock();
  co_await greenify_by_hand(green::usleep(2));
  spin.unlock();
  co_await green::usleep(3);
}

green::task<> of_mutex() {
  co_await mutex.lock();
  co_await green::usleep(4);
  mutex.unlock();
  greenify_by_hand(std::lock_guard<wrapped> g(mutex)) /* wrapped::lock waits, but std::lock_guard cannot await it: await lock(), and let the guard adopt it */;
}

green::task<int> green_main() {
  co_await wait_for_ready();
  try_until_taken();
  counted();
  co_await held();
  co_await held_in_part();
  co_await of_mutex();
  co_return value;
}

int main() {
  return green::run(green_main);
}
