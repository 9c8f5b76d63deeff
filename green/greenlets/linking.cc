// SPDX-License-Identifier: MIT
#include "green/greenlets/linking.h"

#include <atomic>
#include <exception>

#include "green/core/green_thread.h"
#include "green/error_handler.h"

namespace green {

namespace {

std::atomic<std::uint64_t> links_ever = 0;

// A link waits among the joiners of a green thread, and then runs on the hub.
struct link : core::waiter, core::runnable {
  link(core::thread_ref t, std::unique_ptr<linked_call> f, link_on w)
      : waiter(&link::ended),
        runnable(&link::call),
        target(std::move(t)),
        function(std::move(f)),
        when(w),
        id(links_ever.fetch_add(1, std::memory_order_relaxed) + 1) {}

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
      self->function->run();
    } catch (...) {
      const std::exception_ptr error = std::current_exception();
      report_unhandled(
          {"a link callback", {}, error, describe_exception(error)});
    }
  }

  core::thread_ref target;
  std::unique_ptr<linked_call> function;
  link_on when;
  link_id id;
};

template <class Wanted>
bool remove_first(core::green_thread& target, Wanted wanted) {
  std::unique_ptr<link> found;  // its function may do anything when it goes
  core::wait_queue& joiners = target.joiners();
  joiners.lock();
  joiners.for_each([&](core::waiter& w) {
    if (found != nullptr || w.wake_ != &link::ended) return;
    if (wanted(static_cast<link&>(w)) && joiners.remove(w)) {
      found.reset(&static_cast<link&>(w));
    }
  });
  joiners.unlock();
  return found != nullptr;
}

}  // namespace

link_id add_link(const core::thread_ref& target,
                 std::unique_ptr<linked_call> function, link_on when) {
  auto made = std::make_unique<link>(target, std::move(function), when);
  const link_id id = made->id;
  core::wait_queue& joiners = target->joiners();
  joiners.lock();
  const bool over = target->finished();
  if (!over) joiners.push(*made);
  joiners.unlock();
  link& l = *made.release();
  // The hub of another OS thread may be gone once the green thread has ended.
  // So the callback runs on this hub.
  if (over) l.run_on(hub::this_hub());
  return id;
}

bool remove_link(core::green_thread& target, link_id id) {
  return remove_first(target, [id](const link& l) { return l.id == id; });
}

bool remove_link(core::green_thread& target, core::type_id type,
                 const void* function) {
  return remove_first(
      target, [&](const link& l) { return l.function->is(type, function); });
}

}  // namespace green
