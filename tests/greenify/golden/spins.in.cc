// Loops that spin, and spin locks that are held across a wait.
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

std::atomic<bool> ready{false};
volatile int stopped = 0;

class spin_lock {
 public:
  void lock() {
    while (flag_.exchange(true)) {
    }
  }
  void unlock() { flag_.store(false); }

 private:
  std::atomic<bool> flag_{false};
};

class wrapped {
 public:
  void lock() { m_.lock(); }
  void unlock() { m_.unlock(); }

 private:
  std::mutex m_;
};

std::mutex real;
spin_lock spin;
wrapped mutex;
int value = 0;

void wait_for_ready() {
  while (!ready.load()) {
  }
  while (stopped == 0);
  while (!ready) std::this_thread::yield();
}

void try_until_taken() {
  while (!real.try_lock()) {
  }
  real.unlock();
}

void counted() {
  std::lock_guard<spin_lock> g(spin);
  ++value;
}

void held() {
  std::lock_guard<spin_lock> g(spin);
  usleep(1);
}

void held_in_part() {
  spin.lock();
  usleep(2);
  spin.unlock();
  usleep(3);
}

void of_mutex() {
  mutex.lock();
  usleep(4);
  mutex.unlock();
  std::lock_guard<wrapped> g(mutex);
}

int main() {
  wait_for_ready();
  try_until_taken();
  counted();
  held();
  held_in_part();
  of_mutex();
  return value;
}
