// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/hub/descriptors.h"
#include "green/hub/entry.h"
#include "green/hub/request.h"

namespace green::hub {

class close_wait;

/// core::may_drop of the operation that the entry holds, and is known by.
bool may_drop(const entry& what) noexcept;

/// A green thread's wait for one request. The request's own completion decides
/// how it ends: a result wins over a kill, a timeout and a close.
class operation_base : public core::suspension,
                       public descriptor_user,
                       private request {
 public:
  void cancel() noexcept final;
  core::by_signal ends_by_signal() const noexcept final;
  void end_by_signal() noexcept final;
  void describe(std::string& out) const final;

  /// Called by close(2): the wait ends with EBADF, unless there is a result.
  void end_for_close(close_wait& closer) noexcept final;

 protected:
  explicit operation_base(entry& what,
                          interrupts mode = interrupts::thrown) noexcept
      : suspension(begins_now(), mode), request(what) {}
  ~operation_base();

  /// The result, or -errno. Throws a pending interrupt; or, if interrupts are
  /// kept, gives -ECANCELED.
  std::int32_t finish();
  /// The result as POSIX gives it: -1 and errno.
  std::int32_t finish_posix();

 private:
  bool start() final;
  bool done_at_once();
  bool moved_at_once();
  bool is_over(std::int32_t result);
  bool completed(std::int32_t result) final;
  bool goes_on(std::int32_t& result);
  bool must_end() const noexcept;
  std::int32_t total(std::int32_t result) const noexcept;
  bool limit_time() noexcept;
  void settle(std::int32_t result) noexcept;

  void time_out() noexcept;

  // The socket's own SO_RCVTIMEO or SO_SNDTIMEO.
  using time_limit =
      core::member_timer<operation_base, &operation_base::time_out>;

  close_wait* closer_ = nullptr;
  std::unique_ptr<time_limit> limit_;  // usually null
  std::int32_t value_ = 0;
  std::int32_t transferred_ = 0;  // bytes of the parts of a send that are done
  bool trial_ = false;            // the send is tried without waiting
  bool out_of_time_ = false;
  bool signalled_ = false;
};

/// One io_uring request as an awaitable: its submission entry, filled when the
/// operation is made, and the type of its result. The body of a mirror is one
/// statement: `return {io_uring_prep_recv, fd, buf, len, flags};`
template <class R>
class [[nodiscard("co_await it")]] operation
    : public core::needs_co_await<operation<R>, R> {
 public:
  template <class... Parameters, class... Arguments>
  operation(void (*prepare)(io_uring_sqe*, Parameters...),
            Arguments... arguments) noexcept {
    prepare(entry_.sqe(), static_cast<Parameters>(arguments)...);
    assert(entry_.expect_await(true));
    assert(core::call_places::note(&entry_));
  }
  operation(operation&& other) noexcept : entry_(other.entry_) {
    other.leave_unawaited();
    assert(core::call_places::move(&other.entry_, &entry_));
  }
  operation& operator=(operation&& other) noexcept {
    std::swap(entry_, other.entry_);
    assert(core::call_places::swap(&entry_, &other.entry_));
    return *this;
  }
  /// Asserts that it was awaited, as a task does.
  ~operation() {
    assert(!entry_.unawaited() || may_drop(entry_));
    assert(core::call_places::forget(&entry_));
  }

  /// From now on it need not be awaited.
  void leave_unawaited() noexcept { entry_.expect_await(false); }

  class awaiter final : public operation_base {
   public:
    explicit awaiter(entry& what) noexcept : operation_base(what) {}
    R await_resume() { return static_cast<R>(finish_posix()); }
  };
  awaiter operator co_await() noexcept { return awaiter(entry_); }

  /// `co_await op.raw()` gives -errno instead of setting errno.
  class raw_awaiter final : public operation_base {
   public:
    explicit raw_awaiter(entry& what) noexcept : operation_base(what) {}
    std::int32_t await_resume() { return finish(); }
  };
  raw_awaiter raw() noexcept { return raw_awaiter(entry_); }

  /// The same for a later part of a call that has a result already: a kill or
  /// timeout gives -ECANCELED and stays pending.
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
/// closes it when all of them have completed. A kill does not keep it from
/// closing: the kill is thrown at the next await.
class [[nodiscard("co_await it")]] close_wait : public core::suspension {
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
  void close_descriptor() noexcept;

  int fd_;
  int error_ = 0;
  unsigned remaining_ = 0;  // waits that it has ended and that still go on
};

}  // namespace green::hub
