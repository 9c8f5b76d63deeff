// SPDX-License-Identifier: MIT
//
// A library that knows nothing of green: its awaitables and its coroutines.
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <thread>
#include <utility>

namespace tests {

/// Keeps the handle of the coroutine that awaits it, to be resumed by hand.
class gate {
 public:
  explicit gate(int result = 0) noexcept : result_(result) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_ = awaiting;
    awaited_ = true;
  }
  int await_resume() noexcept {
    awaited_ = false;
    return result_;
  }

  bool awaited() const noexcept { return awaited_; }
  std::coroutine_handle<> handle() const noexcept { return handle_; }
  void open() { handle_.resume(); }

 private:
  std::coroutine_handle<> handle_;
  std::atomic<bool> awaited_ = false;
  int result_;
};

/// Resumes on an OS thread of its own.
class on_thread {
 public:
  explicit on_thread(int result) noexcept : result_(result) {}
  on_thread(on_thread&&) = default;
  on_thread& operator=(on_thread&&) = default;
  ~on_thread() {
    if (thread_.joinable()) thread_.join();
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    thread_ = std::thread([awaiting] { awaiting.resume(); });
  }
  int await_resume() {
    thread_.join();
    return result_;
  }

 private:
  std::thread thread_;
  int result_;
};

/// A lazy coroutine of another library: symmetric transfer starts it, and goes
/// on with the one that awaits it.
template <class T>
class lazy {
 public:
  struct promise_type {
    struct to_awaiting {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(
          std::coroutine_handle<promise_type> ended) const noexcept {
        return ended.promise().awaiting;
      }
      void await_resume() const noexcept {}
    };

    lazy get_return_object() {
      return lazy(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    to_awaiting final_suspend() const noexcept { return {}; }
    void return_value(T made) { value = std::move(made); }
    void unhandled_exception() { error = std::current_exception(); }

    std::coroutine_handle<> awaiting;
    std::exception_ptr error;
    T value{};
  };

  lazy(lazy&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  lazy& operator=(lazy&&) = delete;
  ~lazy() {
    if (frame_) frame_.destroy();
  }

  struct awaiter {
    std::coroutine_handle<promise_type> frame;

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) {
      frame.promise().awaiting = awaiting;
      return frame;
    }
    T await_resume() {
      if (frame.promise().error) {
        std::rethrow_exception(frame.promise().error);
      }
      return std::move(frame.promise().value);
    }
  };
  awaiter operator co_await() && noexcept { return {frame_}; }

 private:
  explicit lazy(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

}  // namespace tests
