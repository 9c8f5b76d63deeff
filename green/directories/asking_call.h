// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cerrno>
#include <exception>
#include <semaphore>
#include <string>
#include <utility>

#include "green/core/counted.h"
#include "green/core/green_thread.h"
#include "green/core/permits.h"
#include "green/core/queue_wait.h"
#include "green/core/shield.h"
#include "green/hub/offload.h"
#include "green/task.h"

namespace green {

/// A call of an original that calls the user's functions. It runs on a helper
/// thread, and asks the green thread to call them. So they run where the user
/// expects them, and may wait. The call owns all that the helper uses.
class asking_call : public hub::offload_job {
 public:
  class question_wait;

  /// Starts the call. False: no thread can be started.
  bool begin() noexcept;
  /// `co_await call.asked()` gives true when there is a question, and false
  /// when the call is over.
  question_wait asked() noexcept;
  /// Hands the answer over, with errno.
  void answer(int value) noexcept;
  /// From now on all answers are 1, which ends the call.
  void stop() noexcept;

 protected:
  explicit asking_call(const char* name) noexcept : name_(name) {}

  // On the helper:

  virtual void call() noexcept = 0;
  /// Gives the answer, and its errno.
  int ask() noexcept;
  bool stopped() const noexcept { return stopped_.load(); }

 private:
  void work() noexcept final;

  const char* const name_;
  core::permits events_{0};
  std::counting_semaphore<> answers_{0};
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> over_ = false;
  int answer_ = 0;
  int errno_ = 0;
};

class [[nodiscard("co_await it")]] asking_call::question_wait final
    : public core::queue_wait {
 public:
  explicit question_wait(asking_call& call) noexcept
      : queue_wait(call.events_.queue()), call_(call) {}

  bool await_resume() {
    post_.came();
    finish_wait();
    return !call_.over_.load();
  }
  void describe(std::string& out) const override { out += call_.name_; }

 private:
  bool try_now() override {
    if (call_.events_.try_take_locked()) return true;
    post_.begin(thread_->home());
    return false;
  }

  asking_call& call_;
  hub::expected_post post_;
};

/// If the green thread is abandoned, the helper finds its way out alone.
class stopped_at_end {
 public:
  explicit stopped_at_end(asking_call& call) noexcept : call_(call) {}
  stopped_at_end(const stopped_at_end&) = delete;
  stopped_at_end& operator=(const stopped_at_end&) = delete;
  ~stopped_at_end() { call_.stop(); }

 private:
  asking_call& call_;
};

/// Runs a call that has begun. Each question is answered by `give`, which makes
/// a task<int>. A kill, a timeout or an exception of the user's stops the call,
/// and is thrown when that has ended.
template <class Give>
task<> converse(asking_call& call, Give give) {
  const stopped_at_end guard(call);
  std::exception_ptr thrown;
  try {
    for (;;) {
      const bool question = co_await call.asked();
      if (!question) co_return;
      const int value = co_await give();
      call.answer(value);
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  call.stop();
  const core::shield uninterrupted;
  for (bool more = true; more;) more = co_await call.asked();
  std::rethrow_exception(thrown);
}

}  // namespace green
