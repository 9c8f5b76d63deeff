// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/parameters.h"
#include "green/core/promise_base.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/core/type_id.h"
#include "green/hub/this_hub.h"

namespace green {

/// The name of a link, for unlink. Each link has another one.
class link_id {
 public:
  link_id() noexcept = default;
  /// For the library.
  explicit link_id(std::uint64_t number) noexcept : number_(number) {}
  bool operator==(const link_id&) const noexcept = default;

 private:
  std::uint64_t number_ = 0;
};

enum class link_on { end, value, exception };

/// The function of a link, with all that it needs.
class linked_call {
 public:
  linked_call() noexcept = default;
  linked_call(const linked_call&) = delete;
  linked_call& operator=(const linked_call&) = delete;
  virtual ~linked_call() = default;

  /// Calls the function, or starts it as a green thread. On the hub.
  virtual void run() = 0;
  /// Is it this function, an object of that type?
  virtual bool is(core::type_id type, const void* function) const noexcept = 0;
};

/// f(handle), or f() if f takes nothing.
template <class Handle, class F>
struct link_body {
  decltype(auto) operator()() {
    if constexpr (std::is_invocable_v<F&, Handle&>) {
      return function(handle);
    } else {
      return function();
    }
  }

  F function;
  Handle handle;
};

template <class Handle, class F>
class link_function final : public linked_call {
  using body = link_body<Handle, F>;

 public:
  link_function(F f, Handle handle, const core::site& from)
      : body_{std::move(f), std::move(handle)}, from_(from) {}

  void run() override {
    if constexpr (core::gives_awaitable<body&>) {
      core::thread_ref::adopt(
          new core::spawned<body>(hub::this_hub(), std::move(body_)))
          ->launch(from_);
    } else {
      body_();
    }
  }

  bool is(core::type_id type, const void* function) const noexcept override {
    if (type != core::type_id::of<F>()) return false;
    const F& other = *static_cast<const F*>(function);
    if constexpr (core::is_reference_wrapper<F>) {
      return &other.get() == &body_.function.get();
    } else if constexpr (std::equality_comparable<F>) {
      return other == body_.function;
    } else {
      return false;
    }
  }

 private:
  body body_;
  core::site from_;
};

/// Has the function run on the hub after the end of the green thread.
link_id add_link(const core::thread_ref& target,
                 std::unique_ptr<linked_call> function, link_on when);
/// Takes back the first link that it names. False when there is none, or the
/// green thread has ended.
bool remove_link(core::green_thread& target, link_id id);
bool remove_link(core::green_thread& target, core::type_id type,
                 const void* function);

}  // namespace green
