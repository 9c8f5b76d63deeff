// SPDX-License-Identifier: MIT
// A library for threads, with thread-locals of each kind. It knows nothing of
// green.
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

struct trace {
  int number;
  char text[200];
};

void pause_shortly() {
  const timespec moment{0, 100'000};
  ::nanosleep(&moment, nullptr);
}

__thread trace* current = nullptr;
__thread int counter = 5;
__thread char buffer[1000];
alignas(64) __thread int aligned = 3;
int shared = 0;
__thread int* relocated = &shared;

void tell(const char* what, int value) {
  const std::size_t used = std::strlen(current->text);
  std::snprintf(current->text + used, sizeof current->text - used, "%s%d ",
                what, value);
}

class told {
 public:
  explicit told(const char* name) : name_(name) { tell(name_, ++made_); }
  told(const told&) = delete;
  told& operator=(const told&) = delete;
  ~told() {
    pause_shortly();
    tell(name_, -made_);
    tell("counter ", counter);
  }
  void use() { ++used_; }
  int used() const { return used_; }

 private:
  static thread_local int made_;
  const char* name_;
  int used_ = 0;
};

thread_local int told::made_ = 0;

thread_local told first("first ");

void use_second() {
  static thread_local told second("second ");
  second.use();
}

}  // namespace

extern "C" {

// A thread's function, whose argument is a trace.
void live(void* argument) {
  current = static_cast<trace*>(argument);
  const int number = current->number;
  tell("counter ", counter);
  tell("zeros ", buffer[0] + buffer[sizeof buffer - 1]);
  tell("address ", relocated == &shared);
  tell("aligned ", aligned);
  tell("by ",
       static_cast<int>(reinterpret_cast<std::uintptr_t>(&aligned) % 64));
  for (int round = 0; round < 5; ++round) {
    counter += number;
    std::memset(buffer, number % 100, sizeof buffer);
    first.use();
    if (round > 2) use_second();
    errno = number;
    pause_shortly();
    if (errno != number) tell("errno ", errno);
    if (buffer[sizeof buffer / 2] != number % 100) tell("buffer ", buffer[0]);
  }
  tell("counter ", counter);
  tell("used ", first.used());
}

void rest() { pause_shortly(); }
int get_counter() { return counter; }
void set_counter(int value) { counter = value; }

// Reads into a thread-local. Returns its first byte.
int read_one(int fd) {
  const ssize_t size = ::read(fd, buffer, sizeof buffer);
  return size > 0 ? buffer[0] : -1;
}
}
