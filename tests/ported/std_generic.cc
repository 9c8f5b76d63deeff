// SPDX-License-Identifier: MIT
// A lazy sequence, by the language's coroutines.
#include <algorithm>
#include <coroutine>
#include <cstdio>
#include <exception>
#include <iterator>
#include <utility>

class sequence {
 public:
  struct promise_type {
    int value = 0;
    sequence get_return_object() {
      return sequence(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int next) noexcept {
      value = next;
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit sequence(std::coroutine_handle<promise_type> frame)
      : frame_(frame) {}
  sequence(sequence&& other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  sequence& operator=(sequence&&) = delete;
  ~sequence() {
    if (frame_) frame_.destroy();
  }

  bool next() {
    frame_.resume();
    return !frame_.done();
  }
  int value() const { return frame_.promise().value; }

 private:
  std::coroutine_handle<promise_type> frame_;
};

sequence up_to(int end) {
  for (int i = 0; i < end; ++i) co_yield i;
}

int main() {
  char text[20];
  int sum = 0;
  for (sequence numbers = up_to(5); numbers.next();) sum += numbers.value();
  const int size = std::snprintf(text, std::size(text), "%d", sum);
  std::reverse(text, text + size);
  return size;
}
