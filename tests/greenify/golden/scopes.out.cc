// Destructors, handlers, arrays of variable length, demotion.
#include "green/fcntl.h"
#include "green/unistd.h"

#include "green/mutex"
#include <stdexcept>
#include <string>
#include "green/thread"
#include <vector>
#include <exception>
#include <memory>
#include "green/green.h"

green::mutex log_mutex;
int logged;

green::task<> note_line(const char*) {
  auto lock = co_await log_mutex.scoped_lock();
  ++logged;
}

class pool {
 public:
  explicit pool(int n) {
    for (int i = 0; i < n; ++i) {
      threads_.emplace_back([] () -> green::task<> { co_await green::this_thread::yield(); });
    }
  }
  green::task<> shutdown();

 private:
  std::vector<green::thread> threads_;
};

green::task<> pool::shutdown() {
  for (green::thread& t : threads_) co_await t.join();
}

class file {
 public:
  explicit file(const char* path) : fd_(open(path, O_RDONLY)) {
    if (fd_ < 0) give_up();
  }
  ~file() { ::close(fd_); }
  int fd() const { return fd_; }

 private:
  void give_up() { close(fd_); }
  int fd_;
};

green::task<int> work(int n) {
  pool p(n);
  if (n == 0) { co_await p.shutdown(); co_return 0; }
  co_await green::this_thread::yield();
  { auto result_53 = n + 1; co_await p.shutdown(); co_return result_53; }
}

green::task<int> attempts(int n) {
  { std::exception_ptr caught_61; const std::runtime_error * caught_61_at = nullptr; { std::exception_ptr caught_64; { std::exception_ptr caught_67; try {
    if (n < 0) throw std::runtime_error("negative");
    if (n == 0) throw n;
    co_await work(n);
  } catch (const std::runtime_error& e) { caught_61 = std::current_exception(); caught_61_at = &e; } catch (int) { caught_64 = std::current_exception(); } catch (...) { caught_67 = std::current_exception(); } if (caught_67) {
    co_await note_line("unknown");
    std::rethrow_exception(caught_67);
  } if (caught_61) { auto& e = *caught_61_at;
    co_await note_line(e.what());
    co_return -1;
  } if (caught_64) {
    co_await note_line("zero");
    co_await note_line("nought");
  } } } }
  co_return n;
}

green::task<int> sums(int n) {
  auto threads_storage = std::make_unique<green::thread[]>(n); auto* threads = threads_storage.get();
  for (int i = 0; i < n; ++i) threads[i] = green::thread(note_line, "sum");
  for (int i = 0; i < n; ++i) co_await threads[i].join();
  co_return n;
}

green::task<int> green_main() {
  file f("/dev/null");
  pool outer(1);
  for (int i = 0; i < 3; ++i) {
    pool inner(i);
  co_await inner.shutdown(); }
  co_await attempts(1);
  { auto result_88 = co_await sums(2) + f.fd(); co_await outer.shutdown(); co_return result_88; }
}

int main() {
  return green::run(green_main);
}
