// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <type_traits>
#include <utility>

#include "green/core/frame_pool.h"
#include "green/core/wait_queue.h"
#include "green/task.h"

namespace green {

/// [futures.state] What a promise and its futures share, but for the type of
/// the result. Counts its references; may be used from any thread.
class future_state_base : public core::pooled {
 public:
  enum class status : unsigned char { empty, deferred, claimed, ready };

  future_state_base(const future_state_base&) = delete;
  future_state_base& operator=(const future_state_base&) = delete;

  void ref() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void unref() noexcept {
    if (!shared() || refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete this;
    }
  }
  /// Does anybody but the caller hold it?
  bool shared() const noexcept {
    return refs_.load(std::memory_order_acquire) != 1;
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
  std::atomic<unsigned> refs_ = 1;
  status status_;
  bool retrieved_ = false;
};

[[noreturn]] void throw_future_error(std::future_errc code);

/// Takes the place of a type where there is none.
struct no_result {};

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
    if constexpr (std::is_reference_v<R>) {
      return value_->get();
    } else if constexpr (!std::is_void_v<R>) {
      return std::move(*value_);
    }
  }

  /// R&, const R& or void.
  decltype(auto) look() const {
    look_at_error();
    if constexpr (std::is_reference_v<R>) {
      return value_->get();
    } else if constexpr (!std::is_void_v<R>) {
      return *value_;
    }
  }

 private:
  using stored =
      std::conditional_t<std::is_reference_v<R>,
                         std::reference_wrapper<std::remove_reference_t<R>>,
                         std::conditional_t<std::is_void_v<R>, no_result, R>>;

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

  std::optional<stored> value_;
};

/// A counted reference to a shared state.
template <class State>
class state_ref {
 public:
  state_ref() noexcept = default;
  /// Shares it.
  explicit state_ref(State& state) noexcept : state_(&state) { state.ref(); }
  /// Takes over the reference that its maker holds.
  static state_ref adopt(State* state) noexcept {
    state_ref ref;
    ref.state_ = state;
    return ref;
  }
  state_ref(const state_ref& other) noexcept : state_(other.state_) {
    if (state_ != nullptr) state_->ref();
  }
  state_ref(state_ref&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  state_ref& operator=(state_ref other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~state_ref() {
    if (state_ != nullptr) state_->unref();
  }

  State* operator->() const noexcept { return state_; }
  explicit operator bool() const noexcept { return state_ != nullptr; }

  /// The state; throws no_state when there is none.
  State& checked() const {
    if (state_ == nullptr) throw_future_error(std::future_errc::no_state);
    return *state_;
  }

 private:
  State* state_ = nullptr;
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
    state_owner old(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
  }
  ~state_owner() {
    if (!state_ || !state_->shared()) return;
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
