// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "green/core/deadline.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/hub/descriptors.h"
#include "green/hub/request.h"

namespace green::hub {

class loop;

/// Waits until one of several descriptors is ready, or a deadline: one poll
/// request for each. Only says that it is worth asking poll(2) again.
class [[nodiscard]] poll_wait final : public core::suspension {
 public:
  poll_wait(const pollfd* fds, std::size_t count, core::deadline until);
  ~poll_wait();

  /// False when the deadline passed.
  bool await_resume();

  void cancel() noexcept override { finish(outcome::interrupted); }
  void describe(std::string& out) const override;

 private:
  class watch final : public request, public descriptor_user {
   public:
    watch(poll_wait& owner, const pollfd& fd);
    void start(loop& hub);
    void end_for_close(close_wait& closer) noexcept override;

   private:
    void completed(std::int32_t result) override;

    entry poll_;
    poll_wait& owner_;
    const int fd_;
    close_wait* closer_ = nullptr;
  };
  struct alarm : core::timer {
    explicit alarm(poll_wait& w) noexcept : timer(&alarm::ring), owner(w) {}
    static void ring(core::timer& t);
    poll_wait& owner;
  };

  bool start() override;
  bool somebody_closes(loop& hub) const;
  void finish(outcome how) noexcept;

  const pollfd* fds_;
  std::size_t count_;
  core::deadline until_;
  alarm alarm_{*this};
  std::vector<std::unique_ptr<watch>> watches_;
  std::size_t in_flight_ = 0;
  outcome decided_ = outcome::pending;
};

}  // namespace green::hub
