// SPDX-License-Identifier: MIT
#include "green/joining.h"

#include <memory>
#include <system_error>

#include "green/error_handler.h"
#include "green/hub/this_hub.h"
#include "green/timeout.h"

namespace green {

namespace {

// Waits among the joiners, and then runs on the hub.
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

void join_base::describe(std::string& out) const {
  out += "join of " + target_->name();
}

bool join_base::satisfied() {
  itself_ = target_.get() == thread_;
  return itself_ || target_->finished();
}

bool join_base::finish_join() {
  const bool ended = finish_wait();
  if (!itself_) return ended;
  throw std::system_error(
      std::make_error_code(std::errc::resource_deadlock_would_occur),
      target_->name() + " joins itself");
}

void join_base::finish_get() {
  if (!finish_join()) throw timed_out("get of " + target_->name());
}

void join_base::check_result(bool needs_value) {
  if (target_->error() != nullptr) {
    target_->take_error();
    std::rethrow_exception(target_->error());
  }
  if (needs_value && target_->how() == core::green_thread::outcome::killed) {
    throw greenlet_exit(target_->name() + " was killed and has no value");
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
  // A hub that is not this thread's may be gone once the thread has ended.
  if (over) l.run_on(hub::this_hub());
}

}  // namespace green
