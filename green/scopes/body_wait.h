// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/promise_base.h"
#include "green/core/result.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/hub/this_hub.h"
#include "green/joins/kept_result.h"
#include "green/pool.h"
#include "green/scopes/group_scope.h"

namespace green {

/// The call of the body of with_group.
template <class F>
class body_call {
 public:
  body_call(F& f, group& members) noexcept
      : f_(std::addressof(f)), members_(std::addressof(members)) {}

  core::called_t<F&, group&> operator()() const {
    return std::invoke(*f_, *members_);
  }

 private:
  F* f_;
  group* members_;
};

/// with_group
template <class F>
class [[nodiscard("co_await it")]] body_wait final : public scope_wait {
  using result = core::spawn_result_t<body_call<F>>;

 public:
  body_wait(F& f, const core::site& from)
      : scope_wait(from), f_(std::addressof(f)) {}

  result await_resume() {
    core::green_thread& body = finish();
    if constexpr (!std::is_void_v<result>) {
      auto kept = take_result<result>(body);
      return core::give<result>(kept);
    }
  }

 private:
  core::thread_ref make_body(group& members) override {
    return core::thread_ref::adopt(new core::spawned<body_call<F>>(
        hub::this_hub(), body_call<F>(*f_, members)));
  }

  F* f_;
};

}  // namespace green
