// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "green/core/frame_pool.h"
#include "green/hub/attempt.h"
#include "green/hub/backend.h"
#include "green/hub/helper_call.h"
#include "green/hub/readiness.h"

namespace green::hub {

/// A backend for kernels and containers that refuse io_uring: what waits for a
/// peer goes by readiness, what waits for a disk by helper threads.
class poller final : public backend {
 public:
  poller();
  ~poller() override;

  bool push(const entry& what, std::uint64_t user_data) noexcept override;
  void flush() noexcept override { go(0); }
  void wait(std::int64_t timeout) noexcept override { go(timeout); }
  bool pending() const noexcept override;
  unsigned reap(std::span<completion> into) noexcept override;
  bool has_waitid() const noexcept override { return false; }
  void leave_to_parent() noexcept override;

  // For who looks after several backends:

  /// Readable when flush has something to do.
  int descriptor() const noexcept { return readiness_.descriptor(); }
  /// Was this entry pushed, and is it not complete?
  bool has(std::uint64_t user_data) const noexcept;
  bool has_completions() const noexcept { return !completions_.empty(); }
  /// Nothing was pushed that is not reaped.
  bool idle() const noexcept { return !pending(); }

 private:
  struct job final : watcher, core::pooled {
    job(const entry& e, std::uint64_t data) : work(e), user_data(data) {}

    attempt work;
    const std::uint64_t user_data;
    helper_call* call = nullptr;  // a reference, while a helper has it
    int timer = -1;
    bool ending = false;  // as soon as its helper lets it
  };
  struct pushed {
    entry what;
    std::uint64_t user_data;
  };

  void go(std::int64_t timeout) noexcept;
  void start(const pushed& p);
  void take_step(job& j, step s);
  void start_poll(job& j);
  void start_timer(job& j);
  void park(job& j, std::uint32_t events);
  void ready(job& j);
  void help(job& j, offload& helpers);
  void stash(helper_call& call);
  bool take_stashed(job& j);
  void take_results();
  void cancel(std::uint64_t target, std::uint64_t user_data);
  bool end_early(job& j);
  void leave(job& j);
  void leave_later(job& j);
  void finish(job& j, std::int32_t result);

  readiness readiness_;
  std::shared_ptr<helper_results> results_;
  std::vector<pushed> pushed_;
  std::unordered_map<std::uint64_t, job*> jobs_;  // those that wait
  std::vector<helper_call*> stash_;  // connections that nobody waits for
  std::deque<completion> completions_;
};

}  // namespace green::hub
