// SPDX-License-Identifier: MIT
#include "green/greenlets/joining.h"

#include <fmt/format.h>

#include <iterator>

#include <memory>
#include <system_error>

#include "green/error_handler.h"
#include "green/hub/this_hub.h"
#include "green/timeout.h"

namespace green {

namespace {

// A link waits among the joiners of a green thread, and then runs on the hub.
struct link : core::waiter, core::runnable {
  link(core::thread_ref t, std::function<void()> f, link_on w)
      : waiter(&link::ended),
        runnable(&link::call),
        target(std::move(t)),
        callback(std::move(f)),
        when(w) {}

  static void ended(core::waiter& w) {
    link& self = static_cast<link&>(w);
    self.run_on(self.target->home());
  }

  void run_on(core::scheduler& hub) {
    const bool failed = target->how() == core::green_thread::outcome::error;
    if (when == (failed ? link_on::value : link_on::exception)) {
      delete this;
    } else {
      hub.post(*this);
    }
  }

  static void call(core::runnable& r) {
    const std::unique_ptr<link> self(&static_cast<link&>(r));
    try {
      self->callback();
    } catch (...) {
      const std::exception_ptr error = std::current_exception();
      report_unhandled(
          {"a link callback", {}, error, describe_exception(error)});
    }
  }

  core::thread_ref target;
  std::function<void()> callback;
  link_on when;
};

}  // namespace

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

void add_link(const core::thread_ref& target, std::function<void()> callback,
              link_on when) {
  auto made = std::make_unique<link>(target, std::move(callback), when);
  core::wait_queue& joiners = target->joiners();
  joiners.lock();
  const bool over = target->finished();
  if (!over) joiners.push(*made);
  joiners.unlock();
  link& l = *made.release();
  // The hub of another OS thread may be gone once the green thread has ended.
  // So the callback runs on this hub.
  if (over) l.run_on(hub::this_hub());
}

}  // namespace green
