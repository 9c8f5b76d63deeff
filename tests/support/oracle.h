// SPDX-License-Identifier: MIT
//
// The oracle: the body of a test is written once and compiled twice, against
// green and against the system's own POSIX and std, so that the original
// judges the mirror.
//
//   TEST_CASE_TEMPLATE("recv returns 0 at end of file", S, SIDES) {
//     S::run([]() -> tests::task_of<S> {
//       ...
//       CHECK(co_await S::recv(fd, data, 10, 0) == 0);
//     });
//   }
//
// On the system's side a task runs at once, on the stack of its caller; a call
// blocks; a thread is one of std's.
#pragma once

#include <cerrno>
#include <coroutine>
#include <cstring>
#include <exception>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "green/core/result.h"
#include "green/green.h"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/time.h"
#include "green/unistd.h"

#define SIDES tests::system_side, tests::green_side

namespace tests {

/// What a POSIX call gave, errno with it. Made at once from the result.
struct answer {
  answer(long result) : value(result), error(result < 0 ? errno : 0) {}
  answer(long result, int number) : value(result), error(number) {}
  bool operator==(const answer&) const = default;

  long value;
  int error;
};

inline std::ostream& operator<<(std::ostream& out, const answer& a) {
  out << a.value;
  return a.error == 0 ? out : out << " " << ::strerrorname_np(a.error);
}

inline answer failed(int error) { return {-1, error}; }

/// An awaitable that has its result.
template <class T = void>
class [[nodiscard]] ready {
 public:
  explicit ready(T value) : value_(std::move(value)) {}
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() { return std::move(value_); }

 private:
  T value_;
};

template <>
class [[nodiscard]] ready<void> : public std::suspend_never {};

template <class T>
struct blocking_promise_base {
  template <class U>
  void return_value(U&& made) {
    value.emplace(std::forward<U>(made));
  }
  std::optional<T> value;
};
template <>
struct blocking_promise_base<void> {
  void return_void() {}
};

/// A coroutine that has run to its end when its call returns.
template <class T = void>
class [[nodiscard]] blocking_task {
 public:
  struct promise_type : blocking_promise_base<T> {
    blocking_task get_return_object() { return blocking_task(*this); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() { error = std::current_exception(); }
    std::exception_ptr error;
  };

  blocking_task(blocking_task&& other) noexcept
      : promise_(std::exchange(other.promise_, nullptr)) {}
  ~blocking_task() {
    using handle = std::coroutine_handle<promise_type>;
    if (promise_ != nullptr) handle::from_promise(*promise_).destroy();
  }

  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() {
    if (promise_->error) std::rethrow_exception(promise_->error);
    if constexpr (!std::is_void_v<T>) return std::move(*promise_->value);
  }

 private:
  explicit blocking_task(promise_type& promise) : promise_(&promise) {}
  promise_type* promise_;
};

template <class T>
inline constexpr bool is_blocking_task = false;
template <class T>
inline constexpr bool is_blocking_task<blocking_task<T>> = true;

/// f, but what it returns is awaited.
template <class F>
struct awaited_call {
  template <class... Args>
    requires std::is_invocable_v<F, Args...>
  auto operator()(Args&&... args) {
    using result = std::invoke_result_t<F, Args...>;
    if constexpr (is_blocking_task<result>) {
      return std::invoke(std::move(f), std::forward<Args>(args)...)
          .await_resume();
    } else {
      return std::invoke(std::move(f), std::forward<Args>(args)...);
    }
  }

  F f;
};

/// A blocking function as one whose result is to be awaited.
template <class Result, class... Parameters>
class blocking_call {
 public:
  constexpr blocking_call(Result (*f)(Parameters...)) : f_(f) {}
  ready<Result> operator()(Parameters... arguments) const {
    if constexpr (std::is_void_v<Result>) {
      f_(arguments...);
      return {};
    } else {
      return ready<Result>(f_(arguments...));
    }
  }

 private:
  Result (*f_)(Parameters...);
};

/// std::thread or std::jthread; to be awaited where green's is.
template <class Thread>
class system_thread : public Thread {
 public:
  system_thread() = default;
  template <class F, class... Args>
    requires(!std::is_base_of_v<Thread, std::remove_cvref_t<F>>)
  explicit system_thread(F&& f, Args&&... args)
      : Thread(awaited_call<std::decay_t<F>>{std::forward<F>(f)},
               std::forward<Args>(args)...) {}

  ready<> join() {
    Thread::join();
    return {};
  }
};

/// Calls f(it) on a thread of its own, and throws its exception. The kernel
/// interrupts calls of a thread that has a ring, for work of the ring (6.18).
void on_own_thread(void (*f)(void*), void* it);

struct system_side {
  template <class T = void>
  using task = blocking_task<T>;
  using thread = system_thread<std::thread>;
  using jthread = system_thread<std::jthread>;

  template <class F, class... Args>
  static auto run(F f, Args... args) {
    using given = std::invoke_result_t<awaited_call<F>, Args...>;
    green::core::result<given> result;
    auto call = [&] {
      awaited_call<F> awaited{std::move(f)};
      if constexpr (std::is_void_v<given>) {
        awaited(std::move(args)...);
        result.set();
      } else {
        result.set(awaited(std::move(args)...));
      }
    };
    on_own_thread([](void* it) { (*static_cast<decltype(call)*>(it))(); },
                  &call);
    return result.take();
  }

  struct this_thread {
    static std::thread::id get_id() { return std::this_thread::get_id(); }
    static ready<> yield() {
      std::this_thread::yield();
      return {};
    }
    template <class Duration>
    static ready<> sleep_for(const Duration& length) {
      std::this_thread::sleep_for(length);
      return {};
    }
    template <class Point>
    static ready<> sleep_until(const Point& end) {
      std::this_thread::sleep_until(end);
      return {};
    }
  };

  static constexpr blocking_call accept = &::accept;
  static constexpr blocking_call accept4 = &::accept4;
  static constexpr blocking_call connect = &::connect;
  static constexpr blocking_call recv = &::recv;
  static constexpr blocking_call recvfrom = &::recvfrom;
  static constexpr blocking_call recvmsg = &::recvmsg;
  static constexpr blocking_call recvmmsg = &::recvmmsg;
  static constexpr blocking_call send = &::send;
  static constexpr blocking_call sendto = &::sendto;
  static constexpr blocking_call sendmsg = &::sendmsg;
  static constexpr blocking_call sendmmsg = &::sendmmsg;
  static constexpr blocking_call read = &::read;
  static constexpr blocking_call write = &::write;
  static constexpr blocking_call pread = &::pread;
  static constexpr blocking_call pwrite = &::pwrite;
  static constexpr blocking_call close = &::close;
  static constexpr blocking_call fsync = &::fsync;
  static constexpr blocking_call fdatasync = &::fdatasync;
  static constexpr blocking_call sleep = &::sleep;
  static constexpr blocking_call usleep = &::usleep;
  static constexpr blocking_call nanosleep = &::nanosleep;
  static constexpr blocking_call clock_nanosleep = &::clock_nanosleep;
};

struct green_side {
  template <class T = void>
  using task = green::task<T>;
  using thread = green::thread;
  using jthread = green::jthread;

  template <class F, class... Args>
  static auto run(F f, Args... args) {
    return green::run(std::move(f), std::move(args)...);
  }

  struct this_thread {
    static auto get_id() { return green::this_thread::get_id(); }
    static auto yield() { return green::this_thread::yield(); }
    template <class Duration>
    static auto sleep_for(const Duration& length) {
      return green::this_thread::sleep_for(length);
    }
    template <class Point>
    static auto sleep_until(const Point& end) {
      return green::this_thread::sleep_until(end);
    }
  };

  static constexpr auto accept = &green::accept;
  static constexpr auto accept4 = &green::accept4;
  static constexpr auto connect = &green::connect;
  static constexpr auto recv = &green::recv;
  static constexpr auto recvfrom = &green::recvfrom;
  static constexpr auto recvmsg = &green::recvmsg;
  static constexpr auto recvmmsg = &green::recvmmsg;
  static constexpr auto send = &green::send;
  static constexpr auto sendto = &green::sendto;
  static constexpr auto sendmsg = &green::sendmsg;
  static constexpr auto sendmmsg = &green::sendmmsg;
  static constexpr auto read = &green::read;
  static constexpr auto write = &green::write;
  static constexpr auto pread = &green::pread;
  static constexpr auto pwrite = &green::pwrite;
  static constexpr auto close = &green::close;
  static constexpr auto fsync = &green::fsync;
  static constexpr auto fdatasync = &green::fdatasync;
  static constexpr auto sleep =
      static_cast<green::task<unsigned> (*)(unsigned)>(&green::sleep);
  static constexpr auto usleep = &green::usleep;
  static constexpr auto nanosleep = &green::nanosleep;
  static constexpr auto clock_nanosleep = &green::clock_nanosleep;
};

template <class Side, class T = void>
using task_of = typename Side::template task<T>;

}  // namespace tests
