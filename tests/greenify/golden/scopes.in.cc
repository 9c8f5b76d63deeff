// Destructors, handlers, arrays of variable length, demotion.
#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

std::mutex log_mutex;
int logged;

void note_line(const char*) {
  std::lock_guard<std::mutex> lock(log_mutex);
  ++logged;
}

class pool {
 public:
  explicit pool(int n) {
    for (int i = 0; i < n; ++i) {
      threads_.emplace_back([] { std::this_thread::yield(); });
    }
  }
  ~pool();

 private:
  std::vector<std::thread> threads_;
};

pool::~pool() {
  for (std::thread& t : threads_) t.join();
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

int work(int n) {
  pool p(n);
  if (n == 0) return 0;
  std::this_thread::yield();
  return n + 1;
}

int attempts(int n) {
  try {
    if (n < 0) throw std::runtime_error("negative");
    if (n == 0) throw n;
    work(n);
  } catch (const std::runtime_error& e) {
    note_line(e.what());
    return -1;
  } catch (int) {
    note_line("zero");
    note_line("nought");
  } catch (...) {
    note_line("unknown");
    throw;
  }
  return n;
}

int sums(int n) {
  std::thread threads[n];
  for (int i = 0; i < n; ++i) threads[i] = std::thread(note_line, "sum");
  for (int i = 0; i < n; ++i) threads[i].join();
  return n;
}

int main() {
  file f("/dev/null");
  pool outer(1);
  for (int i = 0; i < 3; ++i) {
    pool inner(i);
  }
  attempts(1);
  return sums(2) + f.fd();
}
