// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "green/core/suspension.h"
#include "green/hub/descriptors.h"
#include "green/hub/entry.h"
#include "green/hub/request.h"

namespace green::hub {

class loop;

/// Guards a descriptor during a call of several steps. close(2) ends the step
/// that waits, and then waits until the guard is gone. So no later step meets
/// another file with the same number.
class descriptor_guard final : public descriptor_user {
 public:
  /// For this thread's hub.
  explicit descriptor_guard(int fd);
  descriptor_guard(const descriptor_guard&) = delete;
  descriptor_guard& operator=(const descriptor_guard&) = delete;
  ~descriptor_guard();

  /// Is it being closed, or no descriptor? Then no further step may begin.
  bool closed() const noexcept { return closed_; }

  /// While it lives, close(2) ends this wait.
  class step {
   public:
    step(descriptor_guard& guard, endable& wait) noexcept : guard_(guard) {
      guard_.wait_ = &wait;
    }
    step(const step&) = delete;
    step& operator=(const step&) = delete;
    ~step() { guard_.wait_ = nullptr; }

   private:
    descriptor_guard& guard_;
  };

  void end_for_close(close_wait& closer) noexcept override;

 private:
  loop& hub_;
  const int fd_;
  endable* wait_ = nullptr;
  close_wait* closer_ = nullptr;
  bool added_ = false;
  bool closed_ = true;
};

/// One step of such a call, by one entry. An operation knows one descriptor;
/// this knows none, because each descriptor of the call has a guard.
class guarded_step final : public core::suspension,
                           public endable,
                           private request {
 public:
  /// With `begun`, a kill ends the step and stays pending.
  guarded_step(entry& what, bool begun) noexcept
      : suspension(begun ? interrupts::kept : interrupts::thrown),
        request(what) {}
  ~guarded_step();

  /// The result or -errno. -ECANCELED or -EINTR: it was ended early.
  std::int32_t await_resume();

  void cancel() noexcept override { end_early(); }
  void end_by_signal() noexcept override { end_early(); }
  void end_early() noexcept override;
  void describe(std::string& out) const override;

 private:
  bool start() override;
  bool completed(std::int32_t result) override;

  std::int32_t value_ = 0;
};

}  // namespace green::hub
