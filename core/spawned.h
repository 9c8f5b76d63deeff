// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/task.h"
#include "green/core/timer_heap.h"

namespace green::core {

/// A green thread that keeps a T for those who ask for its result.
template <class T>
class result_of : public green_thread {
  using stored =
      std::conditional_t<std::is_reference_v<T>,
                         std::reference_wrapper<std::remove_reference_t<T>>, T>;

 public:
  using value_type = T;

  /// The value; null while there is none.
  std::remove_reference_t<T>* value() noexcept {
    if (!finished() || !value_) return nullptr;
    if constexpr (std::is_reference_v<T>) {
      return &value_->get();
    } else {
      return &*value_;
    }
  }

 protected:
  using green_thread::green_thread;
  template <class... U>
  void keep(U&&... value) {
    value_.emplace(std::forward<U>(value)...);
  }

 private:
  std::optional<stored> value_;
};

template <>
class result_of<void> : public green_thread {
 public:
  using value_type = void;

 protected:
  using green_thread::green_thread;
};

template <class R>
struct task_result {
  using type = R;
};
template <class T>
struct task_result<task<T>> {
  using type = T;
};

/// What f(args...) gives in the end: its result, or that of its task.
template <class F, class... Args>
using spawn_result_t =
    typename task_result<std::invoke_result_t<F, Args...>>::type;

/// A green thread that runs f(args...); both were copied into it, and are
/// destroyed when it ends.
template <class F, class... Args>
class spawned : public result_of<spawn_result_t<F, Args...>> {
  using called = std::invoke_result_t<F, Args...>;
  using result = spawn_result_t<F, Args...>;
  using base = result_of<result>;
  static constexpr bool coroutine = is_task<called>;
  struct nothing {};

 public:
  template <class... Call>
  explicit spawned(scheduler& home, Call&&... call)
      : base(home), call_(std::in_place, std::forward<Call>(call)...) {}

 protected:
  void begin() override {
    if constexpr (coroutine) {
      body_.emplace(invoke());
      body_->begin(*this);
    } else {
      if constexpr (std::is_void_v<result>) {
        invoke();
      } else {
        this->keep(invoke());
      }
      this->body_done();
    }
  }

  void collect() override {
    if constexpr (coroutine) {
      if constexpr (std::is_void_v<result>) {
        body_->result();
      } else {
        this->keep(body_->result());
      }
    }
  }

  void discard() noexcept override {
    if constexpr (coroutine) body_.reset();
    call_.reset();
  }

 private:
  decltype(auto) invoke() {
    return std::apply(
        [](auto&&... call) -> decltype(auto) {
          return std::invoke(std::forward<decltype(call)>(call)...);
        },
        std::move(*call_));
  }

  std::optional<std::tuple<F, Args...>> call_;
  [[no_unique_address]] std::conditional_t<coroutine, std::optional<called>,
                                           nothing> body_;
};

/// The same, started by a timer.
template <class F, class... Args>
class spawned_later final : public spawned<F, Args...> {
 public:
  using spawned<F, Args...>::spawned;

  void launch_at(deadline start, const site& from) {
    this->home().timers().arm(alarm_, start);
    this->adopt(from);
  }

 private:
  struct alarm : timer {
    explicit alarm(spawned_later& s) noexcept : timer(&alarm::ring), owner(s) {}
    static void ring(timer& t) { static_cast<alarm&>(t).owner.make_ready(); }
    spawned_later& owner;
  };

  void discard() noexcept override {
    this->home().timers().cancel(alarm_);
    spawned<F, Args...>::discard();
  }

  alarm alarm_{*this};
};

}  // namespace green::core
