// SPDX-License-Identifier: MIT
#include "green/greenlets/joining.h"

#include <fmt/format.h>

#include <exception>
#include <iterator>

#include <system_error>

#include "green/timeout.h"

namespace green {

void throw_end_of(core::green_thread& thread) {
  if (thread.error() == nullptr) {
    throw greenlet_exit(
        fmt::format("{} was killed and has no value", thread.name()));
  }
  thread.take_error();
  std::rethrow_exception(thread.error());
}

void join_base::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "join of {}", target_->name());
}

void join_base::throw_joins_itself() const {
  throw std::system_error(
      std::make_error_code(std::errc::resource_deadlock_would_occur),
      fmt::format("{} joins itself", target_->name()));
}

void join_base::finish_get() {
  if (!finish_wait())
    throw timed_out(fmt::format("get of {}", target_->name()));
}

void join_base::check_result(bool needs_value) {
  using core::green_thread;
  const bool failed = target_->error() != nullptr;
  if (failed ||
      (needs_value && target_->how() == green_thread::outcome::killed)) {
    throw_end_of(*target_);
  }
}

}  // namespace green
