// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "green/core/frame_pool.h"
#include "green/core/queue_wait.h"
#include "green/core/runnable.h"

namespace green::hub {

/// What a helper thread is to do. Counted: its maker holds a reference as long
/// as it waits, the helper another until the work is done. So whoever waits may
/// leave, and the job and its result go with the last of the two.
class offload_job : public core::pooled, public core::runnable {
 public:
  void ref() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void unref() noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  offload_job() noexcept : runnable(&offload_job::perform) {}
  virtual ~offload_job() = default;

  /// On the helper thread. Keeps what it gives, or what it throws.
  virtual void work() noexcept = 0;

 private:
  friend class offload_wait;
  friend class offload;

  static void perform(core::runnable& r);
  void publish() noexcept;

  core::wait_queue waiters_;  // guards done_
  bool done_ = false;
  std::atomic<unsigned> refs_ = 1;
};

/// OS threads that do what would stop a hub: at most `max_threads`, each made
/// when work waits and no thread is idle, and gone after `idle_time` without
/// work. They block all signals. The destructor does not wait: what was
/// submitted is still done, and then the threads end. From any thread.
class offload {
 public:
  explicit offload(unsigned max_threads, std::chrono::nanoseconds idle_time =
                                             std::chrono::seconds(10));
  offload(const offload&) = delete;
  offload& operator=(const offload&) = delete;
  ~offload();

  /// Queues it, with a reference of its own. Throws std::system_error when no
  /// thread runs and none can be started.
  void submit(offload_job& job);

  /// Is the calling thread one of these helpers?
  bool inside() const noexcept;

  unsigned max_threads() const noexcept { return max_threads_; }
  /// The threads there are now.
  unsigned size() const;
  /// Jobs that were submitted and are not done.
  std::size_t outstanding() const;

  class idle_wait;

 private:
  class crew;

  crew& current() const;

  const unsigned max_threads_;
  const std::chrono::nanoseconds idle_time_;
  mutable std::atomic<crew*> crew_;
};

/// A hub with one of these waits for a post that a helper has promised.
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
  /// It came, or nobody waits for it any more. On the hub's thread.
  void came() noexcept {
    if (hub_ != nullptr) std::exchange(hub_, nullptr)->expected_post_came();
  }

 private:
  core::scheduler* hub_ = nullptr;
};

/// Submits a job and waits until it is done; a helper thread that waits for a
/// job of its own crew does it itself. An interrupt abandons the wait, not the
/// job: that is done all the same, and its result dropped by the helper.
class offload_wait : public core::queue_wait {
 public:
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    if (!awaiting.promise().thread->interrupted()) submit();
    return suspend(awaiting.promise(), where);
  }

  void describe(std::string& out) const override { out += what_; }

 protected:
  /// Takes over the reference that the job's maker holds.
  offload_wait(offload& helpers, offload_job* job, const char* what) noexcept
      : queue_wait(job->waiters_), helpers_(&helpers), job_(job), what_(what) {}
  ~offload_wait() { job_->unref(); }

  /// The job is done. Throws the interrupt.
  void finish_job();

  offload_job& job() const noexcept { return *job_; }

 private:
  void submit();
  bool satisfied() override;

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

  /// False when the deadline passed first.
  bool await_resume();
  void describe(std::string& out) const override;

 private:
  idle_wait(crew& c, core::deadline until);
  bool satisfied() override;

  crew* crew_;
  expected_post post_;
};

}  // namespace green::hub
