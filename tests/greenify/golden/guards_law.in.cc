// greenify: --guards=law
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <shared_mutex>

using namespace std::chrono_literals;

typedef std::lock_guard<std::mutex> guard;

class queue {
 public:
  void put(int value) {
    std::lock_guard<std::mutex> lock(mutex_);
    values_.push(value);
    changed_.notify_one();
  }
  int get() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return !values_.empty(); });
    const int value = values_.front();
    values_.pop();
    return value;
  }
  bool get_for(int& value) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, 10ms, [&] { return !values_.empty(); })) {
      return false;
    }
    value = values_.front();
    return true;
  }
  std::size_t size() const {
    const guard lock(mutex_);
    return values_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<int> values_;
};

struct table {
  std::shared_timed_mutex mutex;
  std::mutex other;
  std::timed_mutex timed;
  std::mutex* pointed = &other;

  int look() {
    std::shared_lock<std::shared_timed_mutex> lock(mutex);
    return 1;
  }
  void both() {
    std::scoped_lock lock(other, timed);
    std::lock_guard outer(*pointed);
  }
  bool timely() {
    std::unique_lock<std::timed_mutex> lock(timed, 10ms);
    std::unique_lock<std::timed_mutex> later(timed, std::defer_lock);
    return lock.owns_lock() || later.try_lock();
  }
  std::unique_lock<std::mutex> take() {
    return std::unique_lock<std::mutex>(other);
  }
  void plain() {
    other.lock();
    if (other.try_lock()) other.unlock();
    other.unlock();
  }
};

struct spin {
  void lock() {}
  void unlock() {}
};

void spun(spin& s) { std::lock_guard<spin> lock(s); }

int main() {
  queue q;
  q.put(1);
  table t;
  t.both();
  t.plain();
  auto lock = t.take();
  spin s;
  spun(s);
  return t.look() + t.timely() + q.get() + int(q.size());
}
