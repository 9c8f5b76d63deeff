// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/hub/descriptors.h"
#include "green/hub/entry.h"
#include "green/hub/request.h"

namespace green::hub {

class close_wait;

/// Is O_NONBLOCK set? The ring ignores it, so that it is asked for where it
/// matters.
bool is_nonblocking(int fd) noexcept;

/// core::may_drop of the operation that an entry says.
bool may_drop(const entry& what) noexcept;

/// A green thread's wait for one request. The target's own completion decides:
/// a result that is there wins over a kill, a timeout and a close.
class operation_base : public core::suspension,
                       public descriptor_user,
                       private request {
 public:
  void cancel() noexcept final;
  void describe(std::string& out) const final;

  /// close(2) ends it: whoever waits gets EBADF, unless there is a result.
  void end_for_close(close_wait& closer) noexcept final;

 protected:
  explicit operation_base(entry& what,
                          interrupts mode = interrupts::thrown) noexcept
      : suspension(mode), request(what) {}
  ~operation_base();

  /// The result, or -errno. Throws the interrupt; when it is kept, -ECANCELED.
  std::int32_t finish();
  /// The result as POSIX gives it: -1 and errno.
  std::int32_t finish_posix();

 private:
  // Of the socket itself: SO_RCVTIMEO or SO_SNDTIMEO.
  struct time_limit : core::timer {
    explicit time_limit(operation_base& o) noexcept
        : timer(&time_limit::ring), owner(o) {}
    static void ring(core::timer& t);
    operation_base& owner;
    bool passed = false;
  };

  bool start() final;
  void completed(std::int32_t result) final;
  bool goes_on(std::int32_t& result);
  std::int32_t total(std::int32_t result) const noexcept;
  void submit();
  void limit_time();
  void settle(std::int32_t result) noexcept;
  void mend_position(std::int32_t result) noexcept;

  bool out_of_time() const noexcept {
    return limit_ != nullptr && limit_->passed;
  }

  close_wait* closer_ = nullptr;
  std::unique_ptr<time_limit> limit_;  // null but for the few that have one
  std::int64_t position_ = -1;         // of the file, when it is written there
  std::int32_t value_ = 0;
  std::int32_t transferred_ = 0;  // by the parts of a send that are done
  bool trial_ = false;  // the send is tried without waiting, to see if it must
};

/// One io_uring request as an awaitable: its submission entry, filled when it
/// is made, and what its result is. A mirror's body is one statement:
/// `return {io_uring_prep_recv, fd, buf, len, flags};`
template <class R>
class [[nodiscard]] operation {
 public:
  template <class... Parameters, class... Arguments>
  operation(void (*prepare)(io_uring_sqe*, Parameters...),
            Arguments... arguments) noexcept {
    prepare(entry_.sqe(), static_cast<Parameters>(arguments)...);
    entry_.expect_await(false);
    assert(entry_.expect_await(true));
  }
  operation(operation&& other) noexcept : entry_(other.entry_) {
    other.leave_unawaited();
  }
  operation& operator=(operation&& other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  /// Awaited, as a task is.
  ~operation() { assert(!entry_.unawaited() || may_drop(entry_)); }

  /// It need not be awaited: who got it decides.
  void leave_unawaited() noexcept { entry_.expect_await(false); }

  class awaiter final : public operation_base {
   public:
    explicit awaiter(entry& what) noexcept : operation_base(what) {}
    R await_resume() { return static_cast<R>(finish_posix()); }
  };
  awaiter operator co_await() noexcept { return awaiter(entry_); }

  /// Gives -errno instead of setting errno.
  class raw_awaiter final : public operation_base {
   public:
    explicit raw_awaiter(entry& what) noexcept : operation_base(what) {}
    std::int32_t await_resume() { return finish(); }
  };
  raw_awaiter raw() noexcept { return raw_awaiter(entry_); }

  /// The same, and a kill or timeout gives -ECANCELED and stays pending: for a
  /// part of something that has a result already.
  class quiet_awaiter final : public operation_base {
   public:
    explicit quiet_awaiter(entry& what) noexcept
        : operation_base(what, interrupts::kept) {}
    std::int32_t await_resume() { return finish(); }
  };
  quiet_awaiter quiet() noexcept { return quiet_awaiter(entry_); }

 private:
  entry entry_;
};

/// close(2): ends the waits of this hub on the descriptor with EBADF, and
/// closes it when the kernel is done with them. A kill does not keep it from
/// closing: it is thrown at the next await.
class [[nodiscard]] close_wait final : public core::suspension {
 public:
  explicit close_wait(int fd) noexcept
      : suspension(interrupts::deferred), fd_(fd) {}
  ~close_wait() = default;

  int await_resume();

  void cancel() noexcept override {}
  void describe(std::string& out) const override;

  void one_ended() noexcept;

 private:
  bool start() override;
  void close_now() noexcept;

  int fd_;
  int error_ = 0;
  unsigned remaining_ = 0;
};

}  // namespace green::hub
