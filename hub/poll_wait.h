// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "green/core/deadline.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/hub/descriptors.h"
#include "green/hub/request.h"

namespace green::hub {

class loop;

/// Waits until one of several descriptors is ready, or until a deadline. Each
/// descriptor has a poll request. Afterwards the caller asks poll(2) again,
/// because the wait does not tell which descriptor is ready.
class [[nodiscard("co_await it")]] poll_wait final : public core::suspension,
                                                     public endable {
 public:
  /// With `begun`, an interrupt ends the wait and stays pending.
  poll_wait(const pollfd* fds, std::size_t count, core::deadline until,
            bool begun = false);
  ~poll_wait();

  /// False: the deadline passed first.
  bool await_resume();

  void cancel() noexcept override { finish(outcome::interrupted); }
  void end_by_signal() noexcept override { finish(outcome::done); }
  void end_early() noexcept override { finish(outcome::done); }
  void describe(std::string& out) const override;

 private:
  class watch final : public request, public descriptor_user {
   public:
    watch(poll_wait& owner, const pollfd& fd);
    void reserve(loop& hub) const;
    void start(loop& hub);
    void end_for_close(close_wait& closer) noexcept override;

   private:
    bool completed(std::int32_t result) override;

    entry poll_;
    poll_wait& owner_;
    const int fd_;
    close_wait* closer_ = nullptr;
  };
  // Lets close(2) end the wait for a descriptor that set_ watches.
  struct close_watch final : descriptor_user {
    close_watch(poll_wait& o, int d) noexcept : owner(o), fd(d) {}
    void end_for_close(close_wait& closer) noexcept override;
    poll_wait& owner;
    const int fd;
  };
  bool start() override;
  bool watch_by_set(const pollfd& fd);
  bool somebody_closes(loop& hub) const;
  void finish(outcome how) noexcept;
  void time_out() noexcept { finish(outcome::timed_out); }

  const pollfd* fds_;
  std::size_t count_;
  core::deadline until_;
  core::member_timer<poll_wait, &poll_wait::time_out> alarm_{*this};
  std::vector<std::unique_ptr<watch>> watches_;
  std::vector<std::unique_ptr<close_watch>> close_watches_;
  int set_ = -1;  // an epoll set, for events that a ring's poll gets wrong
  std::size_t in_flight_ = 0;
  outcome decided_ = outcome::pending;
};

}  // namespace green::hub
