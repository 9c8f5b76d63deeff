// Locks, guards and condition variables.
#include <chrono>
#include "green/condition_variable"
#include "green/mutex"
#include <queue>
#include "green/shared_mutex"
#include "green/green.h"

using namespace std::chrono_literals;

typedef green::lock_guard<green::mutex> guard;

class queue {
 public:
  green::task<> put(int value) {
    auto lock = co_await mutex_.scoped_lock();
    values_.push(value);
    changed_.notify_one();
  }
  green::task<int> get() {
    auto lock = co_await mutex_.scoped_lock();
    co_await changed_.wait(lock, [this] { return !values_.empty(); });
    const int value = values_.front();
    values_.pop();
    co_return value;
  }
  green::task<bool> get_for(int& value) {
    auto lock = co_await mutex_.scoped_lock();
    if (!co_await changed_.wait_for(lock, 10ms, [&] { return !values_.empty(); })) {
      co_return false;
    }
    value = values_.front();
    co_return true;
  }
  green::task<std::size_t> size() const {
    const auto lock = co_await mutex_.scoped_lock();
    co_return values_.size();
  }

 private:
  mutable green::mutex mutex_;
  green::condition_variable changed_;
  std::queue<int> values_;
};

struct table {
  green::shared_timed_mutex mutex;
  green::mutex other;
  green::timed_mutex timed;
  green::mutex* pointed = &other;

  green::task<int> look() {
    auto lock = co_await mutex.scoped_lock_shared();
    co_return 1;
  }
  green::task<> both() {
    co_await green::lock(other, timed); green::scoped_lock lock(green::adopt_lock, other, timed);
    auto outer = co_await pointed->scoped_lock();
  }
  green::task<bool> timely() {
    green::unique_lock lock(timed, green::defer_lock); co_await lock.try_lock_for(10ms);
    green::unique_lock<green::timed_mutex> later(timed, std::defer_lock);
    co_return lock.owns_lock() || later.try_lock();
  }
  green::task<green::unique_lock<green::mutex>> take() {
    co_return co_await other.scoped_lock();
  }
  green::task<> plain() {
    co_await other.lock();
    if (other.try_lock()) other.unlock();
    other.unlock();
  }
};

struct spin {
  void lock() {}
  void unlock() {}
};

void spun(spin& s) { std::lock_guard<spin> lock(s); }

green::task<int> green_main() {
  queue q;
  co_await q.put(1);
  table t;
  co_await t.both();
  co_await t.plain();
  auto lock = co_await t.take();
  spin s;
  spun(s);
  co_return co_await t.look() + co_await t.timely() + co_await q.get() + int(co_await q.size());
}

int main() {
  return green::run(green_main);
}
