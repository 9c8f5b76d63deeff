// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "green/core/frame_pool.h"
#include "green/core/list.h"
#include "green/hub/attempt.h"
#include "green/hub/backend.h"
#include "green/hub/helper_call.h"
#include "green/hub/job_table.h"
#include "green/hub/readiness.h"

namespace green::hub {

/// A backend for kernels and containers that refuse io_uring: what waits for a
/// peer goes by readiness, what waits for a disk by helper threads. An entry
/// for which there is no memory completes with ENOMEM.
class poller final : public backend {
 public:
  explicit poller(readiness::waits how = readiness::waits::alone);
  ~poller() override;

  bool push(const entry& what, std::uint64_t user_data) noexcept override;
  void flush() noexcept override { go(0); }
  void wait(std::int64_t timeout) noexcept override { go(timeout); }
  bool pending() const noexcept override;
  unsigned reap(std::span<completion> into) noexcept override;
  void forget(int fd) noexcept override { readiness_.forget(fd); }
  bool has_waitid() const noexcept override { return false; }
  void leave_to_parent() noexcept override;

  // For who looks after several backends:

  /// Readable when flush has something to do.
  int descriptor() const noexcept { return readiness_.descriptor(); }
  /// Was this entry pushed, and is it not reaped?
  bool has(std::uint64_t user_data) const noexcept {
    return jobs_.find(user_data) != nullptr;
  }
  bool has_completions() const noexcept {
    return !done_.empty() || answered_ != 0;
  }
  /// Nothing was pushed that is not reaped.
  bool idle() const noexcept { return !pending(); }

 private:
  // From its push until it is reaped; it is its own completion. The hook is in
  // pushed_, then in readiness_ or with a helper, and at last in done_.
  struct job final : watcher, job_table::item, core::pooled {
    job(const entry& e, std::uint64_t data) noexcept : item(data), work(e) {}

    attempt work;
    helper_call* call = nullptr;  // a reference, while a helper has it
    std::uint64_t cancel = 0;     // who cancelled it, if anybody
    std::int32_t cancel_answer = 0;
    std::int32_t result = 0;
    int timer = -1;
    bool started = false;
    bool ending = false;  // as soon as its helper lets it
    bool done = false;
  };

  void go(std::int64_t timeout) noexcept;
  void start(job& j);
  void take_step(job& j, step s);
  void start_poll(job& j);
  void start_timer(job& j);
  void ring_timer(job& j);
  void park(job& j, std::uint32_t events);
  bool park_at_once(job& j);
  void ready(job& j);
  void help(job& j, offload& (*helpers)());
  void stash(helper_call& call);
  bool take_stashed(job& j);
  void take_results();
  bool cancel(std::uint64_t target, std::uint64_t user_data);
  void carry_out_cancel(job& j);
  bool end_early(job& j);
  void leave(job& j);
  void leave_later(job& j);
  void finish(job& j, std::int32_t result);
  bool answer(std::uint64_t user_data, std::int32_t result) noexcept;

  readiness readiness_;
  std::shared_ptr<helper_results> results_;
  job_table jobs_;
  core::list<job> pushed_;
  core::list<job> done_;
  core::list<helper_call> stash_;  // connections that nobody waits for
  // To what has no job: a cancel that finds nothing, and want of memory.
  std::array<completion, 16> answers_;
  unsigned answered_ = 0;
};

}  // namespace green::hub
