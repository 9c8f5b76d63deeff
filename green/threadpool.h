// SPDX-License-Identifier: MIT
//
// gevent.threadpool: runs plain functions on OS threads, for code that blocks.
//
//   green::threadpool pool(4);                    // at most four threads
//   auto sum = [](long n) {
//     long all = 0;
//     for (long i = 0; i < n; ++i) all += i;
//     return all;
//   };
//   long one = co_await pool.apply(sum, 1'000'000);
//   auto two = pool.spawn(sum, 1'000'000);        // a greenlet
//   std::printf("%ld\n", one + co_await two.get());
//   co_await pool.join(1s);
//   long two_more = co_await green::to_thread(sum, 2);  // on a shared pool
//   std::printf("%ld\n", two_more);
//
// A kill or timeout abandons the wait for a job, not the job
// (docs/contract.md). A pool may be used from any hub; apply, spawn and join
// need one.
#pragma once

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/context.h"
#include "green/core/counted.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/invocation.h"
#include "green/core/queue_wait.h"
#include "green/core/result.h"
#include "green/core/slot.h"
#include "green/greenlets/spawn_overloads.h"
#include "green/greenlets/spawning.h"
#include "green/hub/offload.h"
#include "green/task.h"

namespace green {

/// The result of a job of a threadpool, or its exception.
template <class T>
class threadpool_result : public hub::offload_job {
 public:
  /// The result, moved out; or throws the exception. Called once.
  T take() { return result_.take(); }

 protected:
  core::result<T> result_;
};

/// A job: f(args...) and its result. It sees the context variables of the one
/// that makes it.
template <class F, class... Args>
class threadpool_call final
    : public threadpool_result<core::called_t<F, Args...>> {
 public:
  /// Copies f and its arguments.
  template <class... Call>
  explicit threadpool_call(Call&&... call)
      : call_(std::in_place, std::in_place, std::forward<Call>(call)...) {}

 private:
  void work() noexcept override {
    const core::context_scope seen(std::move(context_));
    this->result_.set_from(call_.get());
    call_.reset();
  }

  core::slot<core::stored_call<F, Args...>> call_;
  core::context_ref context_ = core::green_thread::context_of_caller();
};

/// threadpool::apply
template <class T>
class [[nodiscard("co_await it")]] threadpool_wait final
    : public hub::offload_wait {
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
using threadpool_join = core::timed<hub::offload::idle_wait, R>;

/// The function of the greenlet that threadpool::spawn starts.
template <class T>
class threadpool_spawned {
 public:
  /// Takes the job over.
  threadpool_spawned(std::shared_ptr<hub::offload> helpers,
                     threadpool_result<T>* job)
      : helpers_(std::move(helpers)),
        job_(core::counted_ptr<threadpool_result<T>>::adopt(job)) {}

  /// Waits for the job.
  task<T> operator()() {
    co_return co_await threadpool_wait<T>(*helpers_, job_.release());
  }

 private:
  std::shared_ptr<hub::offload> helpers_;
  core::counted_ptr<threadpool_result<T>> job_;
};

/// What a threadpool can call: a plain function.
template <class F, class... Args>
class threadpool_function {
  using call = core::kept_call<F, Args...>;
  static constexpr bool plain =
      !core::gives_awaitable<std::decay_t<F>, std::decay_t<Args>...>;

 public:
  static constexpr bool possible = call::possible && plain;

  /// Says what to write in place of another.
  static auto refuse() {
    if constexpr (call::possible) {
      static_assert(plain,
                    "a threadpool runs plain functions: to run a coroutine on "
                    "its thread, write apply([] { return green::run(f); })");
      return core::wrong_function();
    } else {
      return call::refuse();
    }
  }
};

/// gevent.threadpool.ThreadPool: for functions that would stop the hub, as a
/// long computation or a library that blocks. A thread is started when a job
/// finds no idle one, and ends after `idle_time` without a job. It blocks all
/// signals. The destructor does not wait: the jobs are done all the same.
class threadpool : public spawn_overloads<threadpool, threadpool_function> {
  template <class F, class... Args>
  using result_t = core::called_t<std::decay_t<F>, std::decay_t<Args>...>;

 public:
  /// A pool of at most maxsize threads; starts none.
  explicit threadpool(
      unsigned maxsize = 10,
      std::chrono::nanoseconds idle_time = std::chrono::seconds(10))
      : helpers_(std::make_shared<hub::offload>(maxsize, idle_time)) {}
  threadpool(const threadpool&) = delete;
  threadpool& operator=(const threadpool&) = delete;

  /// gevent.threadpool.ThreadPool.apply: waits for f(args...) on a thread of
  /// the pool. f and args are copied first. The result of an abandoned job is
  /// destroyed on its thread. Awaited on a thread of this pool (by a job that
  /// calls green::run), it calls f at once. Throws std::system_error if no
  /// thread can start.
  template <class F, class... Args>
  threadpool_wait<result_t<F, Args...>> apply(F&& f, Args&&... args) {
    using call = threadpool_function<F, Args...>;
    if constexpr (call::possible) {
      return {*helpers_, job(std::forward<F>(f), std::forward<Args>(args)...)};
    } else {
      call::refuse();
      return {*helpers_, nullptr};
    }
  }

  /// gevent.threadpool.ThreadPool.join: waits until no job is queued or
  /// running.
  threadpool_join<void> join() { return threadpool_join<void>(*helpers_); }
  /// The same; false when the deadline passes first.
  threadpool_join<bool> join(core::deadline until) {
    return threadpool_join<bool>(*helpers_, until);
  }

  /// gevent.threadpool.ThreadPool.size: the threads that there are now.
  unsigned size() const { return helpers_->size(); }
  /// gevent.threadpool.ThreadPool.maxsize: the most threads.
  unsigned maxsize() const noexcept { return helpers_->max_threads(); }

  /// gevent.threadpool.ThreadPool.spawn: a greenlet that awaits apply(f,
  /// args...), with the line to be named in reports.
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
    return new threadpool_call<std::decay_t<F>, std::decay_t<Args>...>(
        std::forward<F>(f), std::forward<Args>(args)...);
  }

  std::shared_ptr<hub::offload> helpers_;
};

/// The pool of to_thread. It lives until the process ends.
threadpool& default_threadpool();

/// asyncio.to_thread: apply of a pool that all share, whose threads are four
/// more than the machine's processors, and at most 32.
template <class F, class... Args>
threadpool_wait<core::called_t<std::decay_t<F>, std::decay_t<Args>...>>
to_thread(F&& f, Args&&... args) {
  return default_threadpool().apply(std::forward<F>(f),
                                    std::forward<Args>(args)...);
}

}  // namespace green
