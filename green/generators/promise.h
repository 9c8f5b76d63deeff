// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/awaiter_for.h"
#include "green/core/frame_pool.h"
#include "green/core/promise_base.h"
#include "green/core/task.h"

namespace green {

class generator_owner;

/// The part of a generator's promise that does not depend on its types.
///
/// While a generator gives the elements of another one, the other is its inner
/// one, and so on: a chain, from the root that is awaited to the leaf that
/// runs. The root knows the leaf, so that a resumption costs the same at any
/// depth. The leaf knows the root and the green thread. When the leaf ends, it
/// tells both to the next one outwards.
class generator_promise_base : public core::promise_base, public core::pooled {
 public:
  core::task_promise_base::initial_awaiter initial_suspend() const noexcept {
    return {self};
  }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  template <class A>
  auto await_transform(A&& operand) {
    return core::awaiter_for(std::forward<A>(operand));
  }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      ended.promise().end();
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }

  /// Has it no more elements?
  bool ended() const noexcept { return ended_; }

 protected:
  /// The leaf has an element, which it has told the root. Whoever awaits goes
  /// on.
  void give_element() noexcept;

  generator_promise_base* root_ = this;  // of the leaf

 private:
  friend class generator_owner;
  friend class generator_step;
  friend class elements_wait;

  bool resume(core::promise_base& awaiting, bool looks) noexcept;
  bool enter(generator_promise_base& inner) noexcept;
  void end() noexcept;
  void throw_error() {
    if (error_ != nullptr) [[unlikely]] {
      std::rethrow_exception(std::exchange(error_, nullptr));
    }
  }

  generator_promise_base* leaf_ = this;      // of the root, else itself
  generator_promise_base* outer_ = nullptr;  // null in the root
  generator_owner* owner_ = nullptr;
  std::exception_ptr error_;
  bool busy_ = false;   // somebody awaits its next element, or it is inner
  bool owned_ = false;  // by the coroutine of which it is the inner one
  bool ended_ = false;
};

/// Owns the coroutine of a generator. It may be moved at any time.
class generator_owner {
 public:
  generator_owner() noexcept = default;
  explicit generator_owner(generator_promise_base& promise) noexcept
      : promise_(&promise) {
    promise_->owner_ = this;
  }
  generator_owner(generator_owner&& other) noexcept
      : promise_(std::exchange(other.promise_, nullptr)) {
    if (promise_ != nullptr) promise_->owner_ = this;
  }
  generator_owner& operator=(generator_owner&& other) noexcept {
    if (this == &other) return *this;
    reset();
    promise_ = std::exchange(other.promise_, nullptr);
    if (promise_ != nullptr) promise_->owner_ = this;
    return *this;
  }
  ~generator_owner() { reset(); }

  /// Destroys the coroutine where it stands, and the inner ones that are its
  /// own, the innermost first.
  void reset() noexcept;

  bool has_promise() const noexcept { return promise_ != nullptr; }
  /// Aborts if the generator was moved away.
  generator_promise_base& promise() const noexcept;

 private:
  generator_promise_base* promise_ = nullptr;
};

/// An await of a generator's next element.
class generator_step {
 public:
  generator_step(const generator_step&) = delete;
  generator_step& operator=(const generator_step&) = delete;

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) noexcept {
    return start(awaiting.promise(), where);
  }
  /// Its holder decides whether to await it.
  void leave_unawaited() noexcept { state_ = state::over; }

 protected:
  explicit generator_step(generator_promise_base& generator) noexcept;
  ~generator_step();

  /// To be called first in await_resume. Throws the interrupt, or the exception
  /// that has left the generator.
  void finish();

 private:
  enum class state : std::uint8_t { unawaited, waits, interrupted, busy, over };

  bool start(core::promise_base& awaiting, const core::site& where) noexcept;

  generator_promise_base& generator_;
  state state_ = state::unawaited;
};

/// Lets a generator give the elements of an inner one.
class elements_wait {
 public:
  /// The inner generator belongs to somebody else, or to this.
  explicit elements_wait(generator_owner& inner) noexcept
      : inner_(inner.promise()) {}
  explicit elements_wait(generator_owner&& inner) noexcept
      : inner_(inner.promise()), own_(std::move(inner)) {}
  elements_wait(const elements_wait&) = delete;
  elements_wait& operator=(const elements_wait&) = delete;
  ~elements_wait() = default;

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<generator_promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> outer,
                     core::site where = core::site::current()) noexcept {
    return start(outer.promise(), where);
  }
  void await_resume() const;

 private:
  bool start(generator_promise_base& outer, const core::site& where) noexcept;

  generator_promise_base& inner_;
  generator_owner own_;
  bool refused_ = false;
};

/// The promise of the generators that yield a Yielded, which is a reference.
template <class Yielded>
class generator_promise : public generator_promise_base {
 public:
  using pointer = std::add_pointer_t<Yielded>;

  /// co_yield of an object, which lives until the generator is resumed.
  class yield_wait {
   public:
    explicit yield_wait(pointer element) noexcept : element_(element) {}
    yield_wait(const yield_wait&) = delete;
    yield_wait& operator=(const yield_wait&) = delete;
    ~yield_wait() = default;

    bool await_ready() const noexcept { return false; }
    template <std::derived_from<generator_promise> Promise>
    void await_suspend(std::coroutine_handle<Promise> yielding,
                       core::site where = core::site::current()) noexcept {
      generator_promise& leaf = yielding.promise();
      leaf.where = where;
      static_cast<generator_promise*>(leaf.root_)->element_ = element_;
      leaf.give_element();
    }
    void await_resume() const noexcept {}

   protected:
    pointer element_;
  };

  /// co_yield of an lvalue where an rvalue is wanted: of a copy.
  class copy_wait : public yield_wait {
   public:
    using object = std::remove_cvref_t<Yielded>;
    explicit copy_wait(const std::remove_reference_t<Yielded>& original)
        : yield_wait(nullptr), copy_(original) {}
    ~copy_wait() = default;

    // Not the constructor's `this`: g++ 12 for arm64 has another one there.
    template <std::derived_from<generator_promise> Promise>
    void await_suspend(std::coroutine_handle<Promise> yielding,
                       core::site where = core::site::current()) noexcept {
      this->element_ = std::addressof(copy_);
      yield_wait::await_suspend(yielding, where);
    }

   private:
    object copy_;
  };

  /// The element, once a step is over and the generator has not ended.
  pointer element() const noexcept { return element_; }

 private:
  pointer element_ = nullptr;
};

}  // namespace green
