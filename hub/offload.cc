// SPDX-License-Identifier: MIT
#include "green/hub/offload.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/hub/alone.h"
#include "green/hub/helper_list.h"
#include "green/hub/stand_in.h"

namespace green::hub {

namespace {

// A child of fork has no helper threads. It counts forks to notice that, and
// uses no crew that was made before.
std::atomic<unsigned> forks_counted = 0;

[[maybe_unused]] const int crews_watched =
    ::pthread_atfork(nullptr, nullptr, [] { forks_counted.fetch_add(1); });

// While it lives, all signals are blocked, in threads that are started, too.
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

/// The helper threads and their jobs. It lives as long as one of the threads.
class offload::crew : public core::counted {
 public:
  crew(unsigned max_threads, std::chrono::nanoseconds idle_time)
      : max_threads_(max_threads), idle_time_(idle_time) {}

  void unref() noexcept {
    if (drop_ref()) delete this;
  }

  void submit(offload_job& job, const char* what);
  /// Called when no more jobs will come.
  void close();
  unsigned size();
  bool of_this_process() const noexcept {
    return forks_ == forks_counted.load();
  }

  /// The crew that the calling thread is one of.
  static inline constinit thread_local const crew* mine = nullptr;

  core::wait_queue idle_waiters;  // guards what follows
  std::size_t outstanding = 0;

 private:
  // A thread that has no job, or is about to have none.
  struct idler {
    std::condition_variable work;
    offload_job* job = nullptr;  // given to it
    bool listed = false;
    std::optional<bystander> quiet;
  };

  struct handed_over;

  void place(offload_job& job, const char* what);
  void start_thread(offload_job& first);
  void list(idler& me);
  void help(offload_job* job) noexcept;
  offload_job* next_job(std::unique_lock<std::mutex>& lock, idler& me);
  void one_done() noexcept;

  const unsigned max_threads_;
  const std::chrono::nanoseconds idle_time_;
  const unsigned forks_ = forks_counted.load();
  std::mutex mutex_;  // guards what follows
  core::run_queue jobs_;
  std::vector<idler*> idlers_;  // the last one gets the next job
  unsigned threads_ = 0;
  bool closed_ = false;
};

// A job that a stand-in runs.
struct offload::crew::handed_over final : core::runnable {
  handed_over(crew& c, offload_job& j) noexcept
      : runnable(&handed_over::run), whose(c), job(j) {}
  static void run(core::runnable& r) {
    const std::unique_ptr<handed_over> self(static_cast<handed_over*>(&r));
    offload_job::perform(self->job);
    self->whose->one_done();
  }
  const core::counted_ptr<crew> whose;
  offload_job& job;
};

void offload::crew::submit(offload_job& job, const char* what) {
  idle_waiters.lock();
  ++outstanding;
  idle_waiters.unlock();
  job.ref();
  try {
    place(job, what);
  } catch (...) {
    job.unref();
    one_done();
    throw;
  }
}

void offload::crew::place(offload_job& job, const char* what) {
  if (stand_in* const other = stand_in::here(); other != nullptr) {
    auto handed = std::make_unique<handed_over>(*this, job);
    other->help(*handed, what);
    (void)handed.release();
    return;
  }
  const std::lock_guard guard(mutex_);
  if (!idlers_.empty()) {
    idler& last = *idlers_.back();
    idlers_.pop_back();
    last.listed = false;
    last.quiet.reset();
    last.job = &job;
    last.work.notify_one();  // with the lock, as the idler may be gone after it
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

// Called with the lock held. That is simple, and happens seldom.
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
    known_helper known;
    while (job != nullptr) {
      known.begin(job->what_);
      job->work();
      known.end();
      std::unique_lock lock(mutex_);
      // The waiter's next job must find this thread idle, so that the thread is
      // listed before the waiter is woken.
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

// Null: the thread must end, and is counted no more.
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

// The helper's last use of the job.
void offload_job::publish() noexcept {
  core::list<core::waiter> woken;
  waiters_.lock();
  done_ = true;
  waiters_.take_all(woken);
  waiters_.unlock();
  core::wait_queue::wake_all(woken);
  unref();
}

// A century is long enough, and can be added to the current time.
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
  static constinit core::fork_mutex renewing;
  const std::lock_guard guard(renewing);
  now = crew_.load(std::memory_order_acquire);
  if (now->of_this_process()) return *now;
  crew* const fresh = new crew(max_threads_, idle_time_);
  crew_.store(fresh, std::memory_order_release);
  return *fresh;
}

void offload::submit(offload_job& job, const char* what) {
  current().submit(job, what);
}

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
    helpers_->submit(*job_, what_);
  }
}

bool offload_wait::try_now() {
  if (job_->done_) return true;
  post_.begin(thread_->home());
  return false;
}

void offload_wait::finish_job() {
  post_.came();
  if (!finish_wait()) throw ended_by_signal();
}

offload::idle_wait::idle_wait(offload& helpers, core::deadline until)
    : idle_wait(core::counted_ptr(helpers.current()), until) {}

offload::idle_wait::idle_wait(core::counted_ptr<crew> c, core::deadline until)
    : queue_wait(c->idle_waiters, until), crew_(std::move(c)) {}

offload::idle_wait::~idle_wait() = default;

bool offload::idle_wait::try_now() {
  if (crew_->outstanding == 0) return true;
  post_.begin(thread_->home());
  return false;
}

bool offload::idle_wait::finish_wait() {
  post_.came();
  return queue_wait::finish_wait();
}

void offload::idle_wait::describe(std::string& out) const {
  const std::lock_guard guard(crew_->idle_waiters);
  fmt::format_to(std::back_inserter(out),
                 "join of helper threads, {} jobs left", crew_->outstanding);
}

}  // namespace green::hub
