// Templates that keep or run what they are given, by its type.
#include <functional>
#include <future>
#include <thread>
#include <utility>
#include <vector>

int work(int n) {
  std::this_thread::sleep_for(std::chrono::milliseconds(n));
  return n;
}

int twice(int n) { return 2 * n; }

template <class F>
int run(F f) {
  return f(1);
}

template <class F, class... A>
auto submit(F&& f, A&&... a) -> std::future<decltype(f(a...))> {
  std::function<decltype(f(a...))()> bound =
      std::bind(std::forward<F>(f), std::forward<A>(a)...);
  auto kept = std::make_shared<std::packaged_task<decltype(f(a...))()>>(bound);
  std::function<void()> job = [kept] { (*kept)(); };
  std::thread(job).detach();
  return kept->get_future();
}

// The type that an inherited constructor names.
template <class T>
struct results : std::vector<std::future<T>> {
  using std::vector<std::future<T>>::vector;
  void get() {
    for (std::future<T>& one : *this) one.get();
  }
};

int main() {
  results<int> all(1);
  all[0] = submit(work, 0);
  all.get();
  submit([](int n) { work(n); }, 0).get();
  return submit(twice, 2).get() - run(work) - run(twice) - 1;
}
