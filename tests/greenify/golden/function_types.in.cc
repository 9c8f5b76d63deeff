// greenify: --functions=type
#include <unistd.h>

#include <functional>

// With --functions=type all objects of one type are one slot.
void run(const std::function<void()>& f) { f(); }
void run_plain(const std::function<int()>& f) { f(); }

int main() {
  run([] { usleep(1); });
  std::function<void()> plain = [] {};
  plain();
  run_plain([] { return 1; });
  return 0;
}
