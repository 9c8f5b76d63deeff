// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "green/patcher/fiber.h"
#include "green/patcher/more_hubs.h"
#include "green/patcher/thread_events.h"
#include "green/patcher/unwinding.h"
#include "green/pthreads/time_limit.h"

namespace green::patcher {

class thread_numbers;

/// A thread as patched code knows it: a fiber, under the number that
/// pthread_self gives there. The number is the address of this object, so it is
/// none of the system's while the thread lives. Where nothing else is said, a
/// function may be called on any OS thread.
class made_thread {
 public:
  using function = void* (*)(void*);
  /// A thread's function, of <pthread.h> or else of <threads.h>.
  struct call {
    function start = nullptr;
    int (*start_of_c)(void*) = nullptr;
    void* argument = nullptr;

    const void* code() const noexcept;
  };

  /// pthread_create(3) of a fiber. The thread starts at the next turn of its
  /// hub, which more_hubs chooses.
  static int create(pthread_t* number, const pthread_attr_t* attributes,
                    const call& todo) noexcept;
  /// The bytes of a thread's stack without attributes, and of run_main's.
  static std::size_t usual_stack() noexcept;
  /// Calls the program's main on the calling fiber, under the number of the
  /// system's main thread. pthread_exit there waits for all made threads, and
  /// ends the process. To be called once.
  static void run_main(function main, void* argument);

  /// The thread of the calling fiber. A fiber that nobody has made as a thread
  /// gets a number on first use. Throws std::bad_alloc.
  static made_thread& current();
  /// The function of a fiber that current has given a number has returned.
  static void forget(made_thread& done) noexcept;
  /// In a child of fork, on its only fiber: the others do not exist there.
  static void keep_current_only() noexcept;

  enum class kind : unsigned char { made, adopted, main };
  made_thread(kind what, fiber& on) noexcept;
  made_thread(const made_thread&) = delete;
  made_thread& operator=(const made_thread&) = delete;

  pthread_t number() const noexcept { return number_; }
  unwinding& way_out() noexcept { return way_out_; }
  thread_events& events() noexcept { return events_; }
  /// Is it the program's main thread, or a fiber that nobody has made? Its mask
  /// of signals is that of the hub's thread.
  bool has_hubs_mask() const noexcept { return kind_ != kind::made; }
  /// pthread_exit(3), on its fiber.
  [[noreturn]] void exit(void* result);

  // With the number of any thread. Each gives nothing when no fiber has the
  // number; else 0 or an error number.

  using answer = std::optional<int>;

  /// pthread_clockjoin_np(3). Waits on a fiber and on any other thread.
  static answer join(pthread_t number, void** result,
                     const pthreads::time_limit& limit) noexcept;
  /// pthread_tryjoin_np(3)
  static answer try_join(pthread_t number, void** result) noexcept;
  /// pthread_detach(3)
  static answer detach(pthread_t number) noexcept;
  /// pthread_getattr_np(3)
  static answer get_attributes(pthread_t number,
                               pthread_attr_t* attributes) noexcept;
  /// pthread_setname_np(3)
  static answer set_name(pthread_t number, const char* name) noexcept;
  /// pthread_getname_np(3)
  static answer get_name(pthread_t number, char* name,
                         std::size_t size) noexcept;
  /// pthread_cancel(3)
  static answer cancel(pthread_t number) noexcept;
  /// pthread_kill(3) and pthread_sigqueue(3). The program's main thread has the
  /// system's number for them, too.
  static answer send(pthread_t number, const siginfo_t& signal) noexcept;
  /// What the made thread runs that has this green thread (code_of_thread);
  /// null if there is none.
  static const void* code_of(const core::green_thread& runs);
  /// 0 for the number of a fiber.
  static answer exists(pthread_t number) noexcept;

 private:
  class birth;
  struct arrival;
  struct request;

  static made_thread& adopt(kind what);
  static void live(void* self);
  static void* call_start(void* self);
  void never_begins() noexcept;
  void enter();
  void end() noexcept;
  static answer ask(pthread_t number, const siginfo_t* signal);
  static int begin_join(const thread_numbers& all, made_thread& target,
                        pthread_t by) noexcept;
  int wait_for_end(const pthreads::time_limit& limit) noexcept;
  void* finish_join() noexcept;
  void remove() noexcept;

  kind kind_;
  fiber& fiber_;
  pthread_t number_;
  call call_;
  const void* code_ = nullptr;
  void* result_ = PTHREAD_CANCELED;
  unwinding way_out_;
  thread_events events_{way_out_};
  core::scheduler* home_ = nullptr;  // while it has not ended
  std::optional<more_hubs::place> place_;
  std::array<char, 16> name_{};
  std::size_t guard_size_ = 0;
  // With the lock of all numbers:
  bool detached_ = false;
  pthread_t joiner_ = 0;
  unsigned waiters_ = 0;                  // that are no fibers
  std::atomic<std::uint32_t> ended_ = 0;  // a futex
};

}  // namespace green::patcher
