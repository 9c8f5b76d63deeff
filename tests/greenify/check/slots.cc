// SPDX-License-Identifier: MIT
// Calls that hold the hub through function pointers, std::function and virtual
// functions.
#include <unistd.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"

void flush() { ::fsync(1); }
void count() {}

// ---- Function pointers ----

struct table {
  void (*end)();
  void (*begin)() = count;
};

using plain = void (*)();
plain chosen = flush;
plain harmless = count;

void call(plain f) { f(); }
void call_harmless(plain f) { f(); }

green::task<> pointers() {
  table made{flush};
  made.end();  // finds: holds
  made.begin();
  chosen();  // finds: holds
  harmless();
  call(flush);  // finds: holds
  call_harmless(count);
  const std::vector<plain> all = {flush};
  all[0]();  // finds: holds
  co_return;
}

// ---- std::function ----

class session {
 public:
  explicit session(std::function<void()> f) : at_end_(std::move(f)) {}
  void end() { at_end_(); }

 private:
  std::function<void()> at_end_;
};

class quiet {
 public:
  explicit quiet(std::function<int()> f) : at_end_(std::move(f)) {}
  void end() { at_end_(); }

 private:
  std::function<int()> at_end_;
};

green::task<> functions() {
  session one([] { ::fsync(2); });
  one.end();  // finds: holds
  quiet other([] { return 1; });
  other.end();
  std::function<void(int)> later;
  later = [](int fd) { ::fsync(fd); };
  later(1);  // finds: holds
  co_return;
}

// ---- Virtual functions ----

struct sink {
  virtual ~sink() = default;
  virtual void put() = 0;
  virtual void drop() {}
};
struct file : sink {
  void put() override { flush(); }
};
struct memory : sink {
  void put() override {}
};

green::task<> objects(std::unique_ptr<sink> to) {
  to->put();  // finds: holds
  to->drop();
  co_return;
}

// ---- Given to a hub ----

struct job {
  void operator()() const { ::fsync(3); }  // finds: holds
};

void on_the_hub() { ::fsync(4); }

int main() {
  green::run([]() -> green::task<> {
    const plain start = on_the_hub;  // finds: holds
    co_await green::spawn(start).join();
    co_await green::spawn(job{}).join();
  });
}
