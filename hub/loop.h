// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "green/core/green_thread.h"
#include "green/core/scheduler.h"
#include "green/hub/backend.h"
#include "green/hub/descriptors.h"
#include "green/hub/loop_exit.h"
#include "green/hub/request.h"

namespace green::hub {

/// The hub of an OS thread: runs what is ready, fires timers, takes what other
/// threads post, and speaks with the kernel.
class loop final : public core::scheduler {
 public:
  /// The hub of this OS thread, made on first use and gone with the thread.
  static loop& here();

  ~loop();

  /// Runs until `main` has ended, then ends every other green thread.
  void run(core::green_thread& main);
  bool running() const noexcept { return main_ != nullptr; }

  /// Hands the request to the kernel. Never fails, however full the queue is.
  void submit(request& r) noexcept;
  /// Asks the kernel to end it early. Its completions still come.
  void cancel(request& r) noexcept;

  /// Is the hub otherwise idle, so that a plain system call costs less than a
  /// trip through the ring? Once a turn, lest it starves the rest.
  bool take_free_moment() noexcept;

  /// In a child of fork, on the thread that called it: a new start, with the
  /// current green thread alone. It becomes the main one if main vanished.
  void start_anew() noexcept;
  /// In a child of fork that does not have this hub's thread.
  void leave_to_parent() noexcept;

  descriptors& fds() noexcept { return descriptors_; }
  /// The descriptor was closed.
  void forget(int fd) noexcept { kernel_->forget(fd); }
  /// Can the kernel wait for children by an entry?
  bool has_waitid() const noexcept { return kernel_->has_waitid(); }

  /// All green threads and what they wait for, a line each.
  std::string describe_threads();

 private:
  class wakeup;
  struct end_of_thread;
  struct deadlock;

  loop();

  unsigned run_some(core::run_queue& queue);
  void turn(std::int64_t latest);
  void look_at_clock(unsigned ran);
  void poll();
  void idle(std::int64_t latest);
  void wait_for_strangers(std::int64_t until);
  void sleep(std::int64_t timeout);
  bool expects_mail() const noexcept;
  void stuck();
  void take_completions();
  void take(const completion& c);
  void send_cancel(request& r) noexcept;
  void send_backlog();
  bool push_submit(request& r) noexcept;
  bool push_cancel(request& r) noexcept;
  void end_threads();
  void end_each(bool kindly);
  [[noreturn]] static void end_process(core::green_thread& last);
  void run_leftovers();
  void wake() noexcept override;

  std::unique_ptr<backend> kernel_;
  descriptors descriptors_;
  core::list<request> backlog_;
  unsigned in_flight_ = 0;  // requests; one is the wake-up's own
  unsigned budget_ = 16;    // what is run between two looks at the world
  unsigned quiet_looks_ = 0;
  core::green_thread* main_ = nullptr;
  std::unique_ptr<deadlock> deadlock_;
  std::unique_ptr<wakeup> wakeup_;
  std::atomic<bool> dozing_ = false;  // it sleeps outside of the ring
  bool moment_taken_ = false;
  bool ending_ = false;
  bool stuck_ = false;   // nothing can wake who is left
  bool leaked_ = false;  // the kernel may still write into what was left
};

}  // namespace green::hub
