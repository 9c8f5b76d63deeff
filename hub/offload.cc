// SPDX-License-Identifier: MIT
#include "green/hub/offload.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "green/core/spin_lock.h"
#include "green/hub/alone.h"

namespace green::hub {

namespace {

// In a child of fork no helper lives: what was made before is not used again.
std::atomic<unsigned> forks = 0;

unsigned watch_forks() {
  static const int registered =
      ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1); });
  (void)registered;
  return forks.load();
}

// New threads take over the signal mask of their maker.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

/// The threads and what they share; it lives as long as one of them does.
class offload::crew {
 public:
  crew(unsigned max_threads, std::chrono::nanoseconds idle_time)
      : max_threads_(max_threads), idle_time_(idle_time) {}

  void ref() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void unref() noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  void submit(offload_job& job);
  /// Nothing more will be submitted.
  void close();
  unsigned size();
  bool of_this_process() const noexcept { return forks_ == forks.load(); }

  /// The crew that the calling thread is one of.
  static inline constinit thread_local const crew* mine = nullptr;

  core::wait_queue idle_waiters;  // guards what follows
  std::size_t outstanding = 0;

 private:
  // A thread without work, or about to be.
  struct idler {
    std::condition_variable work;
    offload_job* job = nullptr;  // given to it
    bool listed = false;
    std::optional<bystander> quiet;
  };

  void place(offload_job& job);
  void start_thread(offload_job& first);
  void list(idler& me);
  void help(offload_job* job) noexcept;
  offload_job* next_job(std::unique_lock<std::mutex>& lock, idler& me);
  void one_done() noexcept;

  const unsigned max_threads_;
  const std::chrono::nanoseconds idle_time_;
  const unsigned forks_ = watch_forks();
  std::atomic<unsigned> refs_ = 1;
  std::mutex mutex_;  // guards what follows
  core::run_queue jobs_;
  std::vector<idler*> idlers_;  // the last to come is the first to work
  unsigned threads_ = 0;
  bool closed_ = false;
};

void offload::crew::submit(offload_job& job) {
  idle_waiters.lock();
  ++outstanding;
  idle_waiters.unlock();
  job.ref();
  try {
    place(job);
  } catch (...) {
    job.unref();
    one_done();
    throw;
  }
}

void offload::crew::place(offload_job& job) {
  const std::lock_guard guard(mutex_);
  if (!idlers_.empty()) {
    idler& last = *idlers_.back();
    idlers_.pop_back();
    last.listed = false;
    last.quiet.reset();
    last.job = &job;
    last.work.notify_one();  // locked: it is gone as soon as it has no job
    return;
  }
  if (threads_ < max_threads_) {
    try {
      start_thread(job);
      return;
    } catch (...) {
      if (threads_ == 0) throw;
    }
  }
  jobs_.push(job);
}

// With the lock held: it is seldom, and nobody need wonder what comes of it.
void offload::crew::start_thread(offload_job& first) {
  idlers_.reserve(threads_ + 1);
  const signals_blocked blocked;
  ref();
  try {
    std::thread([this, job = &first] { help(job); }).detach();
  } catch (...) {
    unref();
    throw;
  }
  ++threads_;
}

void offload::crew::list(idler& me) {
  idlers_.push_back(&me);
  me.listed = true;
}

void offload::crew::help(offload_job* job) noexcept {
  mine = this;
  {
    idler me;
    while (job != nullptr) {
      job->work();
      std::unique_lock lock(mutex_);
      // Before its waiter can know: the next job is to find this thread free.
      if (jobs_.empty()) list(me);
      lock.unlock();
      job->publish();
      one_done();
      lock.lock();
      job = next_job(lock, me);
    }
  }
  mine = nullptr;
  unref();
}

// Null when the thread is to end: then it does not count any more.
offload_job* offload::crew::next_job(std::unique_lock<std::mutex>& lock,
                                     idler& me) {
  if (!me.listed && me.job == nullptr) {
    if (!jobs_.empty()) return static_cast<offload_job*>(&jobs_.pop());
    list(me);
  }
  if (me.job == nullptr) {
    me.quiet.emplace();
    const auto until = std::chrono::steady_clock::now() + idle_time_;
    while (me.job == nullptr && !closed_) {
      if (me.work.wait_until(lock, until) == std::cv_status::timeout) break;
    }
  }
  if (me.job != nullptr) return std::exchange(me.job, nullptr);
  me.quiet.reset();
  std::erase(idlers_, &me);
  --threads_;
  return nullptr;
}

void offload::crew::one_done() noexcept {
  core::list<core::waiter> woken;
  idle_waiters.lock();
  if (--outstanding == 0) idle_waiters.take_all(woken);
  idle_waiters.unlock();
  core::wait_queue::wake_all(woken);
}

unsigned offload::crew::size() {
  const std::lock_guard guard(mutex_);
  return threads_;
}

void offload::crew::close() {
  const std::lock_guard guard(mutex_);
  closed_ = true;
  for (idler* i : idlers_) i->work.notify_one();
}

void offload_job::perform(core::runnable& r) {
  offload_job& self = static_cast<offload_job&>(r);
  self.work();
  self.publish();
}

// The last that the helper does with it.
void offload_job::publish() noexcept {
  core::list<core::waiter> woken;
  waiters_.lock();
  done_ = true;
  waiters_.take_all(woken);
  waiters_.unlock();
  core::wait_queue::wake_all(woken);
  unref();
}

// A century is as good as for ever, and can be added to what time it is.
offload::offload(unsigned max_threads, std::chrono::nanoseconds idle_time)
    : max_threads_(std::max(max_threads, 1u)),
      idle_time_(std::min<std::chrono::nanoseconds>(idle_time,
                                                    std::chrono::years(100))),
      crew_(new crew(max_threads_, idle_time_)) {}

offload::~offload() {
  crew& last = *crew_.load();
  if (!last.of_this_process()) return;  // its mutex may be locked for ever
  last.close();
  last.unref();
}

offload::crew& offload::current() const {
  crew* now = crew_.load(std::memory_order_acquire);
  if (now->of_this_process()) return *now;
  static core::spin_lock renewing;
  const std::lock_guard guard(renewing);
  now = crew_.load(std::memory_order_acquire);
  if (now->of_this_process()) return *now;
  crew* const fresh = new crew(max_threads_, idle_time_);
  crew_.store(fresh, std::memory_order_release);
  return *fresh;
}

void offload::submit(offload_job& job) { current().submit(job); }

bool offload::inside() const noexcept {
  return crew::mine != nullptr && crew::mine == crew_.load();
}

unsigned offload::size() const { return current().size(); }

std::size_t offload::outstanding() const {
  crew& now = current();
  const std::lock_guard guard(now.idle_waiters);
  return now.outstanding;
}

void offload_wait::submit() {
  if (helpers_->inside()) {
    job_->ref();
    offload_job::perform(*job_);
  } else {
    helpers_->submit(*job_);
  }
}

bool offload_wait::satisfied() {
  if (job_->done_) return true;
  post_.begin(thread_->home());
  return false;
}

void offload_wait::finish_job() {
  post_.came();
  finish_wait();
}

offload::idle_wait::idle_wait(offload& helpers, core::deadline until)
    : idle_wait(helpers.current(), until) {}

offload::idle_wait::idle_wait(crew& c, core::deadline until)
    : queue_wait(c.idle_waiters, until), crew_(&c) {
  crew_->ref();
}

offload::idle_wait::~idle_wait() { crew_->unref(); }

bool offload::idle_wait::satisfied() {
  if (crew_->outstanding == 0) return true;
  post_.begin(thread_->home());
  return false;
}

bool offload::idle_wait::await_resume() {
  post_.came();
  return finish_wait();
}

void offload::idle_wait::describe(std::string& out) const {
  const std::lock_guard guard(crew_->idle_waiters);
  out += "join of helper threads, " + std::to_string(crew_->outstanding) +
         " jobs left";
}

}  // namespace green::hub
