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
#include "green/hub/tally.h"
#include "green/hub/wiped_on_fork.h"

namespace green::hub {

class wakeup;

/// The hub of an OS thread. In each turn it runs ready green threads, fires
/// timers, takes the posts of other threads, submits entries and collects
/// completions.
class loop final : public core::scheduler {
 public:
  /// The hub of this OS thread. The first call makes it; it ends with the
  /// thread.
  static loop& here();

  /// The hub of a green thread.
  static loop& of(const core::green_thread& t) noexcept {
    return static_cast<loop&>(t.home());
  }

  ~loop();

  /// Runs until `main` has ended, then ends every other green thread.
  void run(core::green_thread& main);
  bool running() const noexcept { return main_ != nullptr; }

  /// Gives the request to the backend. If the queue is full, the request waits
  /// in the backlog.
  void submit(request& r) noexcept;
  /// Asks the backend to end the request early. Its completions still come.
  void cancel(request& r) noexcept;

  /// On virtual time: an idle hub gives those who may answer its requests some
  /// real time before virtual time jumps. Without, virtual time jumps at once.
  void be_patient(bool yes) noexcept { patient_ = yes; }
  /// Virtual time passes though something is ready.
  void pass_virtual_time(std::int64_t ns) noexcept { virtual_now_ += ns; }

  /// Is the hub otherwise idle? Then a plain system call costs less than a
  /// request. True at most once a turn, so that nothing else starves.
  bool take_free_moment() noexcept;

  /// Called in a child of fork, on the thread that forked: a new start, with
  /// the current green thread alone. It becomes the main one if it was not. A
  /// new backend is made when it is first needed, because most children call
  /// exec.
  void start_anew() noexcept;
  /// Called in a child of fork that cannot have a hub, because a callback of
  /// the hub has forked.
  void refuse_to_start() noexcept;
  /// Called in a child of fork that does not have this hub's thread.
  void leave_to_parent() noexcept;

  descriptors& fds() noexcept { return descriptors_; }
  /// Tells that the descriptor was closed.
  void forget(int fd) noexcept {
    if (*budget_ != 0) kernel_->forget(fd);
  }
  /// Can the backend wait for a child by an entry?
  bool has_waitid() noexcept;

  /// A green thread has made a system call by itself, at once.
  void count_call() noexcept { ++tally_.calls; }
  /// By it, an operation of this kind was done.
  void count_done(std::uint8_t kind) noexcept {
    ++tally_.submitted[kind];
    ++tally_.done[kind];
  }
  const hub::tally& tally() const noexcept { return tally_; }

  /// Calls f with each hub of the process. Meanwhile none ends and none is
  /// made. f must be quick, and may post.
  static void for_each_hub(void (*f)(loop& hub, void* data), void* data);

  /// One line for each green thread: its name and its wait.
  std::string describe_threads();

 private:
  struct end_of_thread;
  struct unwinding;
  struct deadlock;

  static constexpr unsigned first_budget = 16;

  loop();
  void join_hubs();
  void leave_hubs() noexcept;

  unsigned run_some(core::run_queue& queue);
  void turn(std::int64_t latest);
  void look_at_clock(unsigned ran);
  void poll();
  void flush();
  void idle(std::int64_t latest);
  bool idle_virtually(std::int64_t latest);
  bool answers_come();
  std::int64_t patience() const;
  void wait_for_strangers(std::int64_t until);
  void sleep(std::int64_t timeout);
  bool expects_mail() const noexcept;
  void stuck();
  void begin_again() noexcept;
  void expect_own_process() const noexcept {
    if (*budget_ == 0) [[unlikely]]
      used_in_a_child();
  }
  [[noreturn]] void used_in_a_child() const noexcept;
  void take_completions();
  void take(const completion& c);
  void complete(request& r);
  void send_cancel(request& r) noexcept;
  void send_backlog();
  bool push_submit(request& r) noexcept;
  bool push_cancel(request& r) noexcept;
  void tell_of_the_unstarted() noexcept;
  void end_threads();
  void end_each(bool kindly);
  [[noreturn]] static void end_process(core::green_thread& last);
  void run_leftovers();
  void wake() noexcept override;

  std::unique_ptr<backend> kernel_;
  descriptors descriptors_;
  core::list<request> backlog_;
  unsigned in_flight_ = 0;  // requests; one of them is the wake-up's
  // How many green threads run at most before I/O and timers are looked at. It
  // is zero in a child of a fork that no handler has seen, so that none runs.
  wiped_on_fork<unsigned> budget_{first_budget};
  unsigned quiet_looks_ = 0;
  hub::tally tally_;
  std::unique_ptr<deadlock> deadlock_;
  std::unique_ptr<wakeup> wakeup_;
  std::atomic<bool> dozing_ = false;  // it sleeps by a futex
  // For virtual time: how many requests and plain calls there were, and how
  // many when the hub last waited for answers in vain; the requests for a disk.
  std::uint64_t calls_ = 0;
  std::uint64_t vain_at_ = 0;
  unsigned at_disk_ = 0;
  bool patient_ = false;
  bool unborn_ = false;   // in a child of fork that has no backend yet
  bool refused_ = false;  // in a child of fork that cannot have a hub
  bool moment_taken_ = false;
  bool ending_ = false;
  bool stuck_ = false;   // nothing can wake the green threads that are left
  bool leaked_ = false;  // the kernel may still use memory of a green thread
};

}  // namespace green::hub
