// SPDX-License-Identifier: MIT
//
// gevent.event: a flag, and a result, that many green threads wait for.
//
//   green::event ready;
//   green::async_result<int> answer;
//   auto work = [&]() -> green::task<> {
//     co_await ready.wait();
//     answer.set(42);
//   };
//   auto worker = green::spawn(work);
//   ready.set();
//   int n = co_await answer.get(5s);  // or throws timed_out
//   std::printf("%d\n", n);
//   co_await worker.join();
//
// A kill or timeout is thrown in wait and get (docs/contract.md). Every other
// function may be called from any thread.
#pragma once

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "green/choices/case.h"
#include "green/core/deadline.h"
#include "green/core/queue_wait.h"
#include "green/greenlets/handle.h"

namespace green {

class event;
class event_wait;
using event_case = choice_case<event_wait, event*, void>;
class result_waiter;

/// gevent.event.Event: a flag. Green threads of any hub can wait for it.
class event {
 public:
  event() = default;
  event(const event&) = delete;
  event& operator=(const event&) = delete;
  ~event();

  /// gevent.event.Event.set: wakes all waiters, in the order in which they
  /// came. Their waits have succeeded, even if clear comes before they run.
  void set() noexcept;
  /// gevent.event.Event.clear: later waits wait.
  void clear() noexcept;
  /// gevent.event.Event.is_set: is the flag set?
  bool is_set() const noexcept;

  /// gevent.event.Event.wait: true, or false when the deadline passes first. If
  /// the flag is set, it returns at once, but after the waiters that set woke.
  event_wait wait(core::deadline until = core::deadline::never());
  /// wait as a case of choose.
  event_case wait_case() noexcept;

 private:
  friend class event_wait;

  bool still_waking() const noexcept;

  mutable core::wait_queue queue_;  // guards what follows
  bool set_ = false;
  // Where set() has woken waiters, and after how many turns there the last of
  // them has had its own.
  const core::scheduler* woken_on_ = nullptr;
  std::uint64_t woken_after_ = 0;
};

class [[nodiscard("co_await it")]] event_wait final
    : public core::fast_queue_wait<event_wait> {
 public:
  explicit event_wait(event& e,
                      core::deadline until = core::deadline::never()) noexcept
      : fast_queue_wait(e.queue_, until), event_(&e) {}

  bool await_resume() { return finish_wait(); }

  bool at_once(core::green_thread&) noexcept;
  bool others_first() const noexcept { return late_; }
  void describe(std::string& out) const override;

 private:
  bool try_now() noexcept override;

  event* event_;
  bool late_ = false;  // others were woken and are to go first
};

inline event_wait event::wait(core::deadline until) {
  return event_wait(*this, until);
}
inline event_case event::wait_case() noexcept { return event_case(this); }

/// The result of an async_result: an exception, or the base of a value.
struct result_box {
  /// The box of an exception; null in that of a value.
  explicit result_box(std::exception_ptr e = nullptr) : error(std::move(e)) {}

  std::exception_ptr error;
  std::atomic<bool> taken = false;  // moved out
};

/// The part of every async_result that does not depend on its type.
class result_base {
 public:
  result_base(const result_base&) = delete;
  result_base& operator=(const result_base&) = delete;

  /// gevent.event.AsyncResult.set_exception: get throws it. Takes an exception,
  /// or an exception_ptr that holds one.
  void set_exception(std::exception_ptr error);
  template <class Error>
    requires(!std::is_same_v<std::decay_t<Error>, std::exception_ptr>)
  void set_exception(Error&& error) {
    set_exception(std::make_exception_ptr(std::forward<Error>(error)));
  }

  /// gevent.event.AsyncResult.ready: is there a value or an exception?
  bool ready() const noexcept { return box() != nullptr; }
  /// gevent.event.AsyncResult.successful: is there a value?
  bool successful() const noexcept;
  /// gevent.event.AsyncResult.exception: null if there is none.
  std::exception_ptr exception() const noexcept;

 protected:
  using box_ptr = std::shared_ptr<result_box>;

  result_base() = default;
  ~result_base();

  /// Gives the box to all waiters, and keeps it in place of the one before.
  void settle(box_ptr box) noexcept;
  box_ptr box() const noexcept;
  /// The box. Throws timed_out if there is none.
  box_ptr box_now() const;

 private:
  friend class result_waiter;

  mutable core::wait_queue queue_;  // guards the box
  box_ptr box_;
};

/// The wait for an async_result.
class result_waiter : public core::fast_queue_wait<result_waiter> {
 public:
  explicit result_waiter(
      result_base& r, core::deadline until = core::deadline::never()) noexcept
      : fast_queue_wait(r.queue_, until), result_(&r) {}

  bool at_once(core::green_thread&) noexcept;
  void describe(std::string& out) const final;

 protected:
  ~result_waiter() = default;

  /// The box. Throws timed_out if the deadline has passed.
  std::shared_ptr<result_box> finish_get();

 private:
  friend class result_base;
  bool try_now() noexcept final;

  result_base* result_;
  std::shared_ptr<result_box> box_;  // once it is set
};

/// wait of an async_result.
using result_wait = core::timed<result_waiter, bool>;

/// The result that is a value.
template <class T>
struct value_box : result_box {
  /// Makes the value of args.
  template <class... Args>
  explicit value_box(std::in_place_t, Args&&... args)
      : value(std::forward<Args>(args)...) {}
  T value;
};
template <>
struct value_box<void> : result_box {
  /// No value.
  explicit value_box(std::in_place_t) {}
};

/// Throws std::logic_error: only one get takes a value that cannot be copied.
[[noreturn]] void throw_value_taken();

/// The value of a box, or throws its exception.
template <class T>
T value_in(result_box& box) {
  if (box.error != nullptr) std::rethrow_exception(box.error);
  if constexpr (std::is_copy_constructible_v<T>) {
    return std::as_const(static_cast<value_box<T>&>(box).value);
  } else if constexpr (!std::is_void_v<T>) {
    if (box.taken.exchange(true)) throw_value_taken();
    return std::move(static_cast<value_box<T>&>(box).value);
  }
}

/// get of an async_result.
template <class T>
class [[nodiscard("co_await it")]] result_get_wait final
    : public result_waiter {
 public:
  using result_waiter::result_waiter;

  T await_resume() { return value_in<T>(*finish_get()); }
};

/// get of an async_result as a case of choose.
template <class T>
using result_case = choice_case<result_get_wait<T>, result_base*, T>;

/// gevent.event.AsyncResult: a value or an exception. Green threads of any hub
/// can wait for it.
template <class T = void>
class async_result : public result_base {
 public:
  using value_type = T;

  async_result() = default;

  /// gevent.event.AsyncResult.set: wakes all waiters. They get this value, even
  /// if another is set before they run.
  template <class U = T>
    requires(!std::is_void_v<T> && std::constructible_from<T, U>)
  void set(U&& value) {
    settle(
        std::make_shared<value_box<T>>(std::in_place, std::forward<U>(value)));
  }
  void set()
    requires std::is_void_v<T>
  {
    settle(std::make_shared<value_box<T>>(std::in_place));
  }

  /// gevent.event.AsyncResult.get: the value, or throws the exception. Throws
  /// timed_out at the deadline. A value that cannot be copied is moved out, and
  /// a second get throws std::logic_error.
  result_get_wait<T> get(core::deadline until = core::deadline::never()) {
    return result_get_wait<T>(*this, until);
  }
  /// get as a case of choose.
  result_case<T> get_case() noexcept { return result_case<T>(this); }
  /// gevent.event.AsyncResult.get_nowait: get without waiting. Throws timed_out
  /// if there is no result.
  T get_nowait() { return value_in<T>(*box_now()); }
  /// gevent.event.AsyncResult.wait: true, or false when the deadline passes
  /// first. Does not throw the exception that was set.
  result_wait wait(core::deadline until = core::deadline::never()) {
    return result_wait(*this, until);
  }

  /// gevent.event.AsyncResult.value: null while there is none. The pointer is
  /// valid until another result is set.
  auto* value() const noexcept
    requires(!std::is_void_v<T>)
  {
    return successful() ? &static_cast<value_box<T>&>(*box()).value : nullptr;
  }

  /// gevent.event.AsyncResult.__call__: takes the result of a greenlet. So it
  /// can be the target of a link: `g.link(std::ref(result))`.
  void operator()(const greenlet<T>& source) {
    if (!source.successful()) {
      source.state().take_error();
      set_exception(source.exception());
    } else if (source.was_killed()) {
      set_exception(greenlet_exit(source.name() + " was killed"));
    } else if constexpr (std::is_void_v<T>) {
      set();
    } else if constexpr (std::is_copy_constructible_v<T>) {
      set(std::as_const(*source.value()));
    } else {
      set(std::move(*source.value()));
    }
  }
};

}  // namespace green
