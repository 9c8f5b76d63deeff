// Templates that keep or run what they are given, by its type.
#include <functional>
#include "green/future"
#include "green/thread"
#include <utility>
#include <vector>
#include "green/green.h"

green::task<int> work(int n) {
  co_await green::this_thread::sleep_for(std::chrono::milliseconds(n));
  co_return n;
}

green::task<int> twice(int n) { co_return 2 * n; }

template <class F>
green::task<int> run(F f) {
  co_return co_await f(1);
}

template <class F, class... A>
auto submit(F&& f, A&&... a) -> green::future<green::call_result_t<F, A...>> {
  std::function<green::task<green::call_result_t<F, A...>>()> bound =
      std::bind(std::forward<F>(f), std::forward<A>(a)...);
  auto kept = std::make_shared<green::packaged_task<green::call_result_t<F, A...>()>>(bound);
  std::function<green::task<>()> job = [kept] () -> green::task<> { co_await (*kept)(); };
  green::thread(job).detach();
  return kept->get_future();
}

// The type that an inherited constructor names.
template <class T>
struct results : std::vector<green::future<T>> {
  using std::vector<green::future<T>>::vector;
  green::task<> get() {
    for (green::future<T>& one : *this) co_await one.get();
  }
};

green::task<int> green_main() {
  results<int> all(1);
  all[0] = submit(work, 0);
  co_await all.get();
  co_await submit([](int n) -> green::task<> { co_await work(n); }, 0).get();
  co_return co_await submit(twice, 2).get() - co_await run(work) - co_await run(twice) - 1;
}

int main() {
  return green::run(green_main);
}
