// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <future>
#include <type_traits>
#include <utility>

#include "green/core/counted.h"
#include "green/core/frame_pool.h"
#include "green/core/result.h"
#include "green/core/slot.h"
#include "green/core/wait_queue.h"
#include "green/task.h"

namespace green {

/// [futures.state] What a promise and its futures share, but for the type of
/// the result. May be used from any thread.
class future_state_base : public core::pooled, public core::counted {
 public:
  enum class status : unsigned char { empty, deferred, claimed, ready };

  void unref() noexcept {
    if (!shared() || drop_ref()) delete this;
  }

  /// A future is made of it: once, or throws future_already_retrieved. As in
  /// std, not by two threads at once.
  void retrieve();

  /// Waits for ready; the lock guards the status.
  core::wait_queue& queue() noexcept { return queue_; }
  bool ready() const noexcept { return status_ == status::ready; }
  bool deferred() const noexcept { return status_ == status::deferred; }

  /// Changes the status if it is `from`: who turns it to claimed sets the
  /// result, alone.
  bool advance(status from, status to) noexcept;
  /// The same from empty to claimed, or throws promise_already_satisfied.
  void claim();
  /// Was it made to run a function in the first that waits?
  bool deferrable() const noexcept { return deferred_call_ != nullptr; }
  /// That function, not yet started; for who turned it from deferred to
  /// claimed.
  task<> deferred_call() { return deferred_call_(*this); }

  // For who has claimed it:

  void unclaim() noexcept;
  void keep_error(std::exception_ptr error) noexcept;
  /// Makes it ready and wakes who waits. It may be gone when this returns.
  void publish() noexcept;
  void publish_at_thread_exit();
  void break_promise() noexcept;

  // For who has not:

  void set_error(std::exception_ptr error);
  void set_error_at_thread_exit(std::exception_ptr error);

 protected:
  // A virtual function would be instantiated out of sight of the user's call,
  // and g++ then warns of a lambda's type in the coroutine.
  using deferred_function = task<> (*)(future_state_base&);

  explicit future_state_base(status initial) noexcept : status_(initial) {}
  explicit future_state_base(deferred_function f) noexcept
      : deferred_call_(f), status_(status::deferred) {}
  virtual ~future_state_base() = default;

  // Once ready: throw the exception, if that is the result.

  void take_error() {
    if (error_ != nullptr) {
      std::rethrow_exception(std::exchange(error_, nullptr));
    }
  }
  void look_at_error() const {
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  core::wait_queue queue_;
  std::exception_ptr error_;
  const deferred_function deferred_call_ = nullptr;
  status status_;
  bool retrieved_ = false;
};

[[noreturn]] void throw_future_error(std::future_errc code);

/// The same with the result.
template <class R>
class future_state : public future_state_base {
 public:
  explicit future_state(status initial = status::empty) noexcept
      : future_state_base(initial) {}
  using future_state_base::future_state_base;

  // For who has claimed it:

  template <class... U>
  void keep(U&&... value) {
    value_.emplace(std::forward<U>(value)...);
  }

  // For who has not:

  template <class... U>
  void set(U&&... value) {
    claim_and_keep(std::forward<U>(value)...);
    publish();
  }
  template <class... U>
  void set_at_thread_exit(U&&... value) {
    claim_and_keep(std::forward<U>(value)...);
    publish_at_thread_exit();
  }

  // Once it is ready:

  /// An exception leaves the state: who gets it destroys it.
  R take() {
    take_error();
    return core::give<R>(value_.get());
  }

  /// R&, const R& or void.
  decltype(auto) look() const {
    look_at_error();
    if constexpr (std::is_reference_v<R>) {
      return value_.get().get();
    } else if constexpr (!std::is_void_v<R>) {
      return value_.get();
    }
  }

 private:
  template <class... U>
  void claim_and_keep(U&&... value) {
    claim();
    try {
      keep(std::forward<U>(value)...);
    } catch (...) {
      unclaim();
      throw;
    }
  }

  core::slot<core::kept_t<R>> value_;
};

/// A reference to a shared state.
template <class State>
class state_ref : public core::counted_ptr<State> {
  using base = core::counted_ptr<State>;

 public:
  using base::base;
  state_ref(base state) noexcept : base(std::move(state)) {}

  /// The state; throws no_state when there is none.
  State& checked() const {
    if (this->get() == nullptr) throw_future_error(std::future_errc::no_state);
    return *this->get();
  }
};

/// The side that is to set the result. When it goes and has not done so, the
/// promise is broken.
template <class State>
class state_owner {
  using status = future_state_base::status;

 public:
  state_owner() noexcept = default;
  explicit state_owner(state_ref<State> state) noexcept
      : state_(std::move(state)) {}
  state_owner(state_owner&&) noexcept = default;
  state_owner& operator=(state_owner&& other) noexcept {
    state_owner taken(std::move(other));
    std::swap(state_, taken.state_);
    return *this;
  }
  ~state_owner() {
    if (!static_cast<bool>(state_) || !state_->shared()) return;
    if (state_->advance(status::empty, status::claimed)) {
      state_->break_promise();
    }
  }

  State* operator->() const noexcept { return state_.operator->(); }
  explicit operator bool() const noexcept { return static_cast<bool>(state_); }
  State& checked() const { return state_.checked(); }

 private:
  state_ref<State> state_;
};

}  // namespace green
