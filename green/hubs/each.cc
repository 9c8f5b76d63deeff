// SPDX-License-Identifier: MIT
#include "green/hubs/each.h"

#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "green/core/context.h"
#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/offloaded.h"
#include "green/hub/stand_in.h"

namespace green {

namespace {

// The threads of one run_on_each.
class crew {
 public:
  crew(unsigned n, std::function<task<>()> f) : f_(std::move(f)), left_(n) {}

  // By each thread.
  void work() noexcept {
    const core::context_scope seen(context_);
    try {
      green::run([this]() -> task<> {
        enter(getcurrent());
        std::function<task<>()> mine = f_;
        co_await mine();
      });
    } catch (const killed&) {
      // It was asked to end.
    } catch (...) {
      fail(std::current_exception());
    }
    leave(1);
  }

  // So many will not come.
  void leave(unsigned count) noexcept {
    const std::lock_guard guard(lock_);
    left_ -= count;
    if (left_ == 0) ended_.set();
  }

  void fail(std::exception_ptr error) noexcept {
    bool first = false;
    {
      const std::lock_guard guard(lock_);
      first = error_ == nullptr;
      if (first) error_ = error;
    }
    if (first) return kill_all();
    report_unhandled({"run_on_each", {}, error, describe_exception(error)});
  }

  void kill_all() noexcept {
    const std::lock_guard guard(lock_);
    ending_ = true;
    for (const any_greenlet& each : mains_) each.kill_nowait();
  }

  event_wait ended() { return ended_.wait(); }
  void rethrow() const {
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  void enter(any_greenlet main) {
    const std::lock_guard guard(lock_);
    if (ending_) main.kill_nowait();
    mains_.push_back(std::move(main));
  }

  const std::function<task<>()> f_;
  const core::context_ref context_ = core::green_thread::context_of_caller();
  std::mutex lock_;
  std::vector<any_greenlet> mains_;
  std::exception_ptr error_;
  unsigned left_;
  bool ending_ = false;
  event ended_;
};

// Starts as many as it can.
void start(crew& all, unsigned n, std::vector<std::thread>& threads) {
  threads.reserve(n);
  try {
    while (threads.size() < n) threads.emplace_back([&all] { all.work(); });
  } catch (...) {
    all.fail(std::current_exception());
    all.leave(n - static_cast<unsigned>(threads.size()));
  }
}

}  // namespace

task<> run_each(unsigned n, std::function<task<>()> f) {
  if (n == 0) co_return;
  if (auto* const other = hub::stand_in::here(); other != nullptr) {
    other->start_thread("run_on_each");
  }
  crew all(n, std::move(f));
  std::vector<std::thread> threads;
  start(all, n, threads);
  std::exception_ptr interrupt;
  try {
    co_await all.ended();
  } catch (...) {
    interrupt = std::current_exception();
    all.kill_all();
  }
  {
    const core::shield uninterrupted;
    co_await all.ended();
    // The threads end their hubs now.
    const auto join = [&threads] {
      for (std::thread& each : threads) each.join();
      return true;
    };
    co_await hub::offloaded(hub::patient_helpers(), "pthread_join", join);
  }
  if (interrupt != nullptr) std::rethrow_exception(interrupt);
  all.rethrow();
}

}  // namespace green
