// Objects of std::function of one type become ones of tasks by what flows.
#include "green/unistd.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include "green/green.h"

// Nothing that waits flows to here.
struct scope_exit {
  explicit scope_exit(std::function<void()> f) : f_(std::move(f)) {}
  ~scope_exit() { f_(); }

 private:
  std::function<void()> f_;
};

// A pool's jobs wait.
struct pool {
  void enqueue(std::function<green::task<>()> job);
  green::task<> work() {
    while (!jobs_.empty()) {
      std::function<green::task<>()> job = std::move(jobs_.front());
      jobs_.pop_front();
      co_await job();
    }
  }

 private:
  std::deque<std::function<green::task<>()>> jobs_;
};

void pool::enqueue(std::function<green::task<>()> job) {
  jobs_.push_back(std::move(job));
}

// Handlers by their names, in a map. A lambda gets the result of the type.
using handler = std::function<green::task<long>(int)>;

struct router {
  void on(const std::string& name, handler h) { handlers_[name] = h; }
  handler find(const std::string& name) {
    auto at = handlers_.find(name);
    return at == handlers_.end() ? handler() : at->second;
  }

 private:
  std::map<std::string, handler> handlers_;
};

green::task<long> plain_handler(int n) { co_return n; }

// A callback that is given on, and one of the same type that is not.
struct client {
  std::function<green::task<>(int)> on_data;
  std::function<void(int)> on_close;
  void set(std::function<green::task<>(int)> f) { on_data = std::move(f); }
  green::task<> run() {
    if (on_data) co_await on_data(1);
    if (on_close) on_close(2);
  }
};

std::function<green::task<int>()> make_waiting(int n) {
  return [n] () -> green::task<int> { co_return int(co_await green::usleep(unsigned(n))); };
}
std::function<int()> make_plain(int n) {
  return [n] { return n; };
}

// A template passes on what it gets.
template <class F>
void twice(pool& to, F&& f) {
  to.enqueue(f);
  to.enqueue(std::forward<F>(f));
}

green::task<int> green_main() {
  int left = 0;
  scope_exit last([&left] { left = 1; });
  pool p;
  p.enqueue([] () -> green::task<> { co_await green::usleep(1); });
  twice(p, [&left] () -> green::task<> { left += 1; co_return; });
  co_await p.work();
  router r;
  r.on("nap", [](int n) -> green::task<long> { co_return co_await green::usleep(unsigned(n)); });
  r.on("plain", plain_handler);
  long sum = co_await r.find("nap")(1);
  client c;
  c.set([](int n) -> green::task<> { co_await green::usleep(unsigned(n)); });
  c.on_close = [&left](int n) { left += n; };
  co_await c.run();
  const auto shared = std::make_shared<std::function<void()>>([] {});
  (*shared)();
  std::vector<std::function<green::task<int>()>> made = {make_waiting(1)};
  for (const auto& f : made) sum += co_await f();
  std::vector<std::function<int()>> plain;
  plain.emplace_back(make_plain(2));
  for (const auto& f : plain) sum += f();
  co_return int(sum);
}

int main() {
  return green::run(green_main);
}
