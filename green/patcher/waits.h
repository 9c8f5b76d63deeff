// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstring>
#include <new>
#include <type_traits>

#include "green/core/awaitable.h"
#include "green/core/task.h"
#include "green/patcher/fiber.h"

namespace green::patcher {

/// May an interrupt end a wait? Not where C code does not check: a caller of
/// pthread_mutex_lock goes on as if it had the lock.
enum class interruptible : bool { no, yes };

/// After an interrupt, calls that would wait fail at once. Code that tries
/// again and again must not take the hub for itself.
void fail_at_once(fiber& me) noexcept;

/// Counts a call that did not wait as an await that was ready.
void did_not_wait() noexcept;

/// Does the result come with an errno?
template <class R>
bool sets_errno(R result) noexcept {
  if constexpr (std::is_pointer_v<R>) {
    return result == nullptr;
  } else if constexpr (std::is_signed_v<R>) {
    return result < 0;
  } else {
    return false;
  }
}

template <class Make, class R>
core::task<> await_into(Make& make, R& result, int& error) {
  if constexpr (std::is_void_v<core::await_result_t<decltype(make())>>) {
    co_await make();
  } else {
    result = static_cast<R>(co_await make());
  }
  error = errno;
}

/// On a fiber, with its gate shut: lets the hub run until the awaitable of
/// make() is done. Returns 0, or the reason why there is no result. `result`
/// and errno are as the awaitable leaves them.
template <class Make, class R>
int await_on(fiber& me, Make& make, R& result,
             interruptible how = interruptible::yes) noexcept {
  const bool shielded = how == interruptible::no;
  if (!shielded && me.failing() != 0) {
    fail_at_once(me);
    return me.failing();
  }
  int after = errno;
  const int before = after;
  int failed = 0;
  try {
    failed = me.wait_for(await_into(make, result, after), shielded);
  } catch (const std::bad_alloc&) {
    failed = ENOMEM;
  }
  errno = failed == 0 && sets_errno(result) ? after : before;
  return failed;
}

/// The awaited result of make(); else -1, or a null pointer, and errno.
template <class Make>
auto wait(Make make, interruptible how = interruptible::yes) noexcept {
  using result = core::await_result_t<std::invoke_result_t<Make&>>;
  const shut_gate shut;
  result value{};
  const int failed = await_on(shut.owner(), make, value, how);
  if (failed == 0) return value;
  errno = failed;
  if constexpr (std::is_pointer_v<result>) {
    return result{};
  } else {
    return static_cast<result>(-1);
  }
}

/// The error number that awaiting make() gives, or that of an interrupt. 0 when
/// make() gives nothing.
template <class Make>
int wait_number(Make make, interruptible how = interruptible::yes) noexcept {
  const shut_gate shut;
  int value = 0;
  const int failed = await_on(shut.owner(), make, value, how);
  return failed == 0 ? value : failed;
}

}  // namespace green::patcher
