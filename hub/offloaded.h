// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "green/hub/offload.h"

namespace green::hub {

/// Helper threads for calls on files that the kernel's ring cannot make.
offload& file_helpers();
/// And for the look-up of names, which can hang for long.
offload& name_helpers();
/// And for calls that may wait for ever: as many as there are such calls, or
/// one could keep another from what would end it.
offload& patient_helpers();

/// A call on a helper thread. It owns what it touches, as a kill or timeout
/// abandons the wait; a result that nobody takes is destroyed with it.
template <class F>
class offloaded_call final : public offload_job {
 public:
  using result = std::invoke_result_t<F&>;
  static_assert(!std::is_void_v<result>);

  explicit offloaded_call(F f) : call_(std::move(f)) {}

  result take() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    return std::move(*result_);
  }

 private:
  void work() noexcept override {
    try {
      result_.emplace(call_());
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  F call_;
  std::optional<result> result_;
  std::exception_ptr error_;
};

/// `co_await offloaded(helpers, "flock", f)`: f() on a helper thread.
template <class F>
class [[nodiscard]] offloaded final : public offload_wait {
 public:
  offloaded(offload& helpers, const char* what, F f)
      : offload_wait(helpers, new offloaded_call<F>(std::move(f)), what) {}

  typename offloaded_call<F>::result await_resume() {
    finish_job();
    return static_cast<offloaded_call<F>&>(job()).take();
  }
};

}  // namespace green::hub
