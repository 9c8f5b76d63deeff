// Objects of std::function of one type become ones of tasks by what flows.
#include <unistd.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Nothing that waits flows to here.
struct scope_exit {
  explicit scope_exit(std::function<void()> f) : f_(std::move(f)) {}
  ~scope_exit() { f_(); }

 private:
  std::function<void()> f_;
};

// A pool's jobs wait.
struct pool {
  void enqueue(std::function<void()> job);
  void work() {
    while (!jobs_.empty()) {
      std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }

 private:
  std::deque<std::function<void()>> jobs_;
};

void pool::enqueue(std::function<void()> job) {
  jobs_.push_back(std::move(job));
}

// Handlers by their names, in a map. A lambda gets the result of the type.
using handler = std::function<long(int)>;

struct router {
  void on(const std::string& name, handler h) { handlers_[name] = h; }
  handler find(const std::string& name) {
    auto at = handlers_.find(name);
    return at == handlers_.end() ? handler() : at->second;
  }

 private:
  std::map<std::string, handler> handlers_;
};

long plain_handler(int n) { return n; }

// A callback that is given on, and one of the same type that is not.
struct client {
  std::function<void(int)> on_data;
  std::function<void(int)> on_close;
  void set(std::function<void(int)> f) { on_data = std::move(f); }
  void run() {
    if (on_data) on_data(1);
    if (on_close) on_close(2);
  }
};

std::function<int()> make_waiting(int n) {
  return [n] { return int(usleep(unsigned(n))); };
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

int main() {
  int left = 0;
  scope_exit last([&left] { left = 1; });
  pool p;
  p.enqueue([] { usleep(1); });
  twice(p, [&left] { left += 1; });
  p.work();
  router r;
  r.on("nap", [](int n) { return usleep(unsigned(n)); });
  r.on("plain", plain_handler);
  long sum = r.find("nap")(1);
  client c;
  c.set([](int n) { usleep(unsigned(n)); });
  c.on_close = [&left](int n) { left += n; };
  c.run();
  const auto shared = std::make_shared<std::function<void()>>([] {});
  (*shared)();
  std::vector<std::function<int()>> made = {make_waiting(1)};
  for (const auto& f : made) sum += f();
  std::vector<std::function<int()>> plain;
  plain.emplace_back(make_plain(2));
  for (const auto& f : plain) sum += f();
  return int(sum);
}
