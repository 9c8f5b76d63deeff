// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "green/core/awaitable.h"
#include "green/core/deadline.h"
#include "green/hub/offload.h"
#include "green/spawn_overloads.h"
#include "green/spawning.h"
#include "green/task.h"

namespace green {

/// What a job of a threadpool gives or throws.
template <class T>
class threadpool_result : public hub::offload_job {
  using kept = std::conditional_t<
      std::is_void_v<T>, std::monostate,
      std::conditional_t<std::is_reference_v<T>,
                         std::add_pointer_t<std::remove_reference_t<T>>, T>>;

 public:
  /// Once: moved out.
  T take() {
    if (error_ != nullptr) {
      std::rethrow_exception(std::exchange(error_, nullptr));
    }
    if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(**value_);
    } else if constexpr (!std::is_void_v<T>) {
      return std::move(*value_);
    }
  }

 protected:
  template <class Call>
  void run(Call&& call) noexcept {
    try {
      if constexpr (std::is_void_v<T>) {
        call();
      } else if constexpr (std::is_reference_v<T>) {
        value_.emplace(std::addressof(call()));
      } else {
        value_.emplace(call());
      }
    } catch (...) {
      error_ = std::current_exception();
    }
  }

 private:
  std::optional<kept> value_;
  std::exception_ptr error_;
};

template <class F, class... Args>
class threadpool_call final
    : public threadpool_result<std::invoke_result_t<F, Args...>> {
 public:
  template <class... Call>
  explicit threadpool_call(Call&&... call)
      : call_(std::in_place, std::forward<Call>(call)...) {}

 private:
  void work() noexcept override {
    this->run([this]() -> decltype(auto) {
      return std::apply(
          [](auto&&... call) -> decltype(auto) {
            return std::invoke(std::forward<decltype(call)>(call)...);
          },
          std::move(*call_));
    });
    call_.reset();
  }

  std::optional<std::tuple<F, Args...>> call_;
};

/// threadpool::apply
template <class T>
class [[nodiscard]] threadpool_wait final : public hub::offload_wait {
 public:
  threadpool_wait(hub::offload& helpers, threadpool_result<T>* job)
      : offload_wait(helpers, job, "threadpool job") {}

  T await_resume() {
    finish_job();
    return static_cast<threadpool_result<T>&>(job()).take();
  }
};

/// threadpool::join: R is bool with a deadline, void without.
template <class R>
class [[nodiscard]] threadpool_join final : public hub::offload::idle_wait {
 public:
  using idle_wait::idle_wait;
  R await_resume() { return static_cast<R>(idle_wait::await_resume()); }
};

/// What the greenlet of threadpool::spawn runs.
template <class T>
class threadpool_spawned {
 public:
  threadpool_spawned(std::shared_ptr<hub::offload> helpers,
                     threadpool_result<T>* job)
      : helpers_(std::move(helpers)), job_(job) {}

  task<T> operator()() {
    co_return co_await threadpool_wait<T>(*helpers_, job_.release());
  }

 private:
  struct dropper {
    void operator()(threadpool_result<T>* job) const noexcept { job->unref(); }
  };

  std::shared_ptr<hub::offload> helpers_;
  std::unique_ptr<threadpool_result<T>, dropper> job_;
};

/// gevent.threadpool.ThreadPool: runs plain functions on OS threads, for what
/// would stop the hub: a long computation, a library that blocks. At most
/// `maxsize` threads, each started when a job finds no idle one, and ended
/// after `idle_time` without a job; all signals are blocked in them. To be used
/// from any hub. Its destructor does not wait: jobs that were begun or queued
/// are done all the same.
class threadpool : public spawn_overloads<threadpool> {
  template <class F, class... Args>
  using result_t = std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>;

 public:
  explicit threadpool(
      unsigned maxsize = 10,
      std::chrono::nanoseconds idle_time = std::chrono::seconds(10))
      : helpers_(std::make_shared<hub::offload>(maxsize, idle_time)) {}
  threadpool(const threadpool&) = delete;
  threadpool& operator=(const threadpool&) = delete;

  /// gevent.threadpool.ThreadPool.apply: awaits f(args...), run on a thread of
  /// the pool; f and args are copied there first. A kill or timeout abandons
  /// the wait, not the job, whose result is then dropped on its thread. Awaited
  /// on a thread of this very pool (by a job that calls green::run), it runs f
  /// there and then. Throws std::system_error when not one thread can start.
  template <class F, class... Args>
  threadpool_wait<result_t<F, Args...>> apply(F&& f, Args&&... args) {
    return {*helpers_, job(std::forward<F>(f), std::forward<Args>(args)...)};
  }

  /// Waits until no job is queued or running.
  threadpool_join<void> join() { return threadpool_join<void>(*helpers_); }
  /// False when the deadline passed first.
  threadpool_join<bool> join(core::deadline until) {
    return threadpool_join<bool>(*helpers_, until);
  }

  /// The threads there are now.
  unsigned size() const { return helpers_->size(); }
  unsigned maxsize() const noexcept { return helpers_->max_threads(); }

  /// gevent.threadpool.ThreadPool.spawn: a greenlet that awaits apply(f,
  /// args...). Killing it abandons the job.
  template <class F, class... Args>
  greenlet<result_t<F, Args...>> spawn_at(const core::site& from, F&& f,
                                          Args&&... args) {
    using result = result_t<F, Args...>;
    return green::spawn_at(
        from,
        threadpool_spawned<result>(
            helpers_, job(std::forward<F>(f), std::forward<Args>(args)...)));
  }

 private:
  template <class F, class... Args>
  static auto job(F&& f, Args&&... args) {
    static_assert(!core::awaitable<result_t<F, Args...>>,
                  "a threadpool runs plain functions: call green::run in it to "
                  "run a coroutine on its thread");
    return new threadpool_call<std::decay_t<F>, std::decay_t<Args>...>(
        std::forward<F>(f), std::forward<Args>(args)...);
  }

  std::shared_ptr<hub::offload> helpers_;
};

}  // namespace green
