// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "green/core/frame_pool.h"
#include "green/core/list.h"
#include "green/hub/attempt.h"
#include "green/hub/backend.h"
#include "green/hub/entry_table.h"
#include "green/hub/offloaded_entry.h"
#include "green/hub/readiness.h"

namespace green::hub {

/// The backend where the kernel or a container refuses io_uring. An entry that
/// waits for a peer is tried when an epoll set says that it is ready. An entry
/// that waits for a disk goes to a helper thread. An entry for which there is
/// no memory completes with ENOMEM.
class poller final : public backend {
 public:
  explicit poller(readiness::waits how = readiness::waits::alone);
  ~poller() override;

  bool push(const entry& what, std::uint64_t user_data) noexcept override;
  void flush() noexcept override { go(0); }
  void wait(std::int64_t timeout) override { go(timeout); }
  bool pending() const noexcept override;
  unsigned reap(std::span<completion> into) noexcept override;
  void forget(int fd) noexcept override {
    readiness_.forget(fd);
    if (!left_.empty() || !stash_.empty()) [[unlikely]]
      end_accepts(fd);
  }
  void leave_to_parent() noexcept override;

  // For `mended`, which has a poller beside a ring:

  /// An epoll set that is readable when flush has something to do.
  int descriptor() const noexcept { return readiness_.descriptor(); }
  /// Was an entry with this user_data pushed, and not yet reaped?
  bool has(std::uint64_t user_data) const noexcept {
    return submissions_.find(user_data) != nullptr;
  }
  bool has_completions() const noexcept {
    return !done_.empty() || answered_ != 0;
  }
  /// Has everything been reaped that was pushed?
  bool idle() const noexcept { return !pending(); }

 private:
  // An entry from its push until its completion is reaped. The completion is
  // stored here, so that it takes no memory. The list hook is linked into
  // pushed_, then into readiness_ while it waits there, at last into done_.
  struct submission final : watcher, entry_table::item, core::pooled {
    submission(const entry& e, std::uint64_t data) noexcept
        : item(data), work(e) {}

    attempt work;
    offloaded_entry* call = nullptr;  // a reference, while a helper has it
    std::uint64_t cancel = 0;         // user_data of its cancel, or 0
    std::int32_t cancel_answer = 0;
    std::int32_t result = 0;
    int timer = -1;
    bool started = false;
    bool ending = false;  // as soon as its helper lets it
    bool done = false;
  };

  void go(std::int64_t timeout);
  void start(submission& s);
  void take_step(submission& s, step next);
  void start_poll(submission& s);
  void start_timer(submission& s);
  void ring_timer(submission& s);
  void park(submission& s, std::uint32_t events);
  bool park_at_once(submission& s);
  void ready(submission& s);
  void help(submission& s, offload& (*helpers)());
  submission* accepter(const offloaded_entry& call);
  void stash(offloaded_entry& call);
  void end_accepts(int fd) noexcept;
  bool take_stashed(submission& s);
  void take_results();
  bool cancel(std::uint64_t target, std::uint64_t user_data);
  void carry_out_cancel(submission& s);
  bool end_early(submission& s);
  void keep_left(offloaded_entry& call) noexcept;
  void part_from_helper(submission& s) noexcept;
  void leave(submission& s);
  void leave_later(submission& s);
  void finish(submission& s, std::int32_t result);
  bool answer(std::uint64_t user_data, std::int32_t result) noexcept;

  readiness readiness_;
  std::shared_ptr<offloaded_results> results_;
  entry_table submissions_;
  core::list<submission> pushed_;
  core::list<submission> done_;
  core::list<offloaded_entry> stash_;   // connections that nobody waits for
  std::vector<offloaded_entry*> left_;  // references: they accept for nobody
  // Completions without a submission: of cancels that find nothing, and of
  // entries for which there was no memory.
  std::array<completion, 16> answers_;
  unsigned answered_ = 0;
};

}  // namespace green::hub
