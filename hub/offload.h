// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cerrno>
#include <chrono>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <string>
#include <utility>

#include "green/core/counted.h"
#include "green/core/frame_pool.h"
#include "green/core/queue_wait.h"
#include "green/core/runnable.h"

namespace green::hub {

/// A job for a helper thread. Its maker holds a reference as long as it waits,
/// and the helper another one until the work is done. So the maker may leave
/// early. The job and its result go with the last reference.
class offload_job : public core::pooled,
                    public core::runnable,
                    public core::counted {
 public:
  void unref() noexcept {
    if (drop_ref()) delete this;
  }

 protected:
  offload_job() noexcept : runnable(&offload_job::perform) {}
  virtual ~offload_job() = default;

  /// Runs on the helper thread. Keeps its result or exception in the job.
  virtual void work() noexcept = 0;

 private:
  friend class offload_wait;
  friend class offload;
  friend class offloaded_entry;

  static void perform(core::runnable& r);
  void publish() noexcept;

  core::wait_queue waiters_;  // guards done_
  bool done_ = false;
  const char* what_ = "job";  // for dumps
};

/// Helper threads, which make the calls that would block a hub. There are at
/// most `max_threads`. One is started when a job comes and none is idle, and
/// ends after `idle_time` without a job. They block all signals. The destructor
/// does not wait: the threads end when all jobs are done. All functions may be
/// called from any thread.
class offload {
 public:
  explicit offload(unsigned max_threads, std::chrono::nanoseconds idle_time =
                                             std::chrono::seconds(10));
  offload(const offload&) = delete;
  offload& operator=(const offload&) = delete;
  ~offload();

  /// Queues the job, a call of `what`, and takes a reference. Throws
  /// std::system_error if no thread runs and none can be started.
  void submit(offload_job& job, const char* what = "job");

  /// Is the calling thread one of these helpers?
  bool inside() const noexcept;

  unsigned max_threads() const noexcept { return max_threads_; }
  /// The number of threads now.
  unsigned size() const;
  /// The number of jobs that were submitted and are not done.
  std::size_t outstanding() const;

  class idle_wait;

 private:
  class crew;

  crew& current() const;

  const unsigned max_threads_;
  const std::chrono::nanoseconds idle_time_;
  mutable std::atomic<crew*> crew_;
};

/// Tells a hub that a helper will post to it. Such a hub is not deadlocked.
class expected_post {
 public:
  expected_post() noexcept = default;
  expected_post(const expected_post&) = delete;
  expected_post& operator=(const expected_post&) = delete;
  ~expected_post() { came(); }

  void begin(core::scheduler& hub) noexcept {
    hub_ = &hub;
    hub.expect_post();
  }
  /// Called on the hub's thread: the post came, or nobody waits for it any
  /// more.
  void came() noexcept {
    if (hub_ != nullptr) std::exchange(hub_, nullptr)->expected_post_came();
  }

 private:
  core::scheduler* hub_ = nullptr;
};

/// Thrown at the wait for a job in a signal_scope: a handler has ended the
/// call, and the job is left to its helper. It never leaves the mirror.
struct ended_by_signal {};

/// Submits a job and waits until it is done. A helper thread that waits for a
/// job of its own crew does the job itself. An interrupt ends the wait and not
/// the job: the helper finishes it and drops the result.
class offload_wait : public core::queue_wait {
 public:
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    // A helper that is started may write errno.
    const int errno_before = errno;
    if (!awaiting.promise().thread->interrupted()) submit();
    errno = errno_before;
    return suspend(awaiting.promise(), where);
  }

  void describe(std::string& out) const override { out += what_; }

 protected:
  /// Takes over the maker's reference to the job.
  offload_wait(offload& helpers, offload_job* job, const char* what) noexcept
      : queue_wait(job->waiters_), helpers_(&helpers), job_(job), what_(what) {
    job->what_ = what;
  }
  ~offload_wait() { job_->unref(); }

  /// Called when the wait is over. Throws a pending interrupt, or
  /// ended_by_signal. Else the job is done.
  void finish_job();

  offload_job& job() const noexcept { return *job_; }

 private:
  void submit();
  bool try_now() override;

  offload* helpers_;
  offload_job* job_;
  const char* what_;
  expected_post post_;
};

/// Waits until no job is outstanding.
class offload::idle_wait : public core::queue_wait {
 public:
  explicit idle_wait(offload& helpers,
                     core::deadline until = core::deadline::never());
  ~idle_wait();

  void describe(std::string& out) const override;

 protected:
  /// False when the deadline passed first.
  bool finish_wait();

 private:
  explicit idle_wait(core::counted_ptr<crew> c, core::deadline until);
  bool try_now() override;

  core::counted_ptr<crew> crew_;
  expected_post post_;
};

}  // namespace green::hub
