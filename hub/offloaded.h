// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/result.h"
#include "green/hub/offload.h"

namespace green::hub {

/// Helper threads for calls on files that no ring can make.
offload& file_helpers();
/// Helper threads for the look-up of names, which may take long.
offload& name_helpers();
/// Helper threads for calls that may block for ever. Each such call has its own
/// thread, because one call may wait for another one to be made.
offload& patient_helpers();

/// A call on a helper thread. A kill or timeout ends only the wait, so that f
/// owns all that it uses. A result that nobody takes is destroyed with the job.
template <class F>
class offloaded_call final : public offload_job {
 public:
  using result = std::invoke_result_t<F&>;
  static_assert(!std::is_void_v<result>);

  explicit offloaded_call(F f) : call_(std::move(f)) {}

  result take() { return result_.take(); }

 private:
  void work() noexcept override { result_.set_from(call_); }

  F call_;
  core::result<result> result_;
};

/// `co_await offloaded(helpers, "flock", f)`: f() on a helper thread.
template <class F>
class [[nodiscard("co_await it")]] offloaded final : public offload_wait {
 public:
  offloaded(offload& helpers, const char* what, F f)
      : offload_wait(helpers, new offloaded_call<F>(std::move(f)), what) {}

  typename offloaded_call<F>::result await_resume() {
    finish_job();
    return static_cast<offloaded_call<F>&>(job()).take();
  }
};

}  // namespace green::hub
