// A handler of a whole function, and returns that end several objects.
#include <chrono>
#include <cstdio>
#include <thread>

struct worker {
  std::thread thread;
  worker()
      : thread([] { std::this_thread::sleep_for(std::chrono::seconds(0)); }) {}
  ~worker() { thread.join(); }
};

int twice(int n) {
  worker a;
  worker b;
  if (n < 0) return 0;
  return n + n;
}

int wait(int n) try {
  std::this_thread::sleep_for(std::chrono::seconds(n));
  if (n > 0) throw n;
  return twice(n);
} catch (int e) {
  std::this_thread::sleep_for(std::chrono::seconds(e));
  return 1;
}

int main() try { return wait(0); } catch (...) {
  std::puts("it failed");
}
