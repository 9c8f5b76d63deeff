// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <setjmp.h>
#include <unwind.h>

#include <cstdint>

namespace green::patcher {

/// The end of a thread's function from within: pthread_exit and pthread_cancel.
/// Frames of C++ are unwound, and so are frames of C that were compiled with
/// -fexceptions. Other frames of C vanish, as on a thread. The handlers of
/// pthread_cleanup_push run. Belongs to one fiber.
class unwinding {
 public:
  unwinding() noexcept = default;
  unwinding(const unwinding&) = delete;
  unwinding& operator=(const unwinding&) = delete;

  /// Runs function(argument), and returns its result, or that of leave.
  void* run(void* (*function)(void*), void* argument);
  /// Can leave be called? Only within run.
  bool possible() const noexcept { return bottom_ != nullptr; }
  /// Has leave been called?
  bool begun() const noexcept { return begun_; }
  /// Ends run, on its fiber. Returns when the frames cannot be left.
  [[noreturn]] void leave(void* result);

  // The handlers of C code, as the macros of <pthread.h> enter them. The first
  // kind has a jump buffer, and the second one is glibc's older kind.

  void enter(__pthread_unwind_buf_t& handler) noexcept;
  void remove(const __pthread_unwind_buf_t& handler) noexcept;
  /// The handler has run, and the unwinding goes on.
  [[noreturn]] void go_on_after(const __pthread_unwind_buf_t& handler);
  void enter(_pthread_cleanup_buffer& handler, void (*routine)(void*),
             void* argument) noexcept;
  void remove(_pthread_cleanup_buffer& handler, bool execute);

 private:
  [[noreturn]] void go_on();
  static _Unwind_Reason_Code step(int version, _Unwind_Action actions,
                                  _Unwind_Exception_Class kind,
                                  _Unwind_Exception* exception,
                                  _Unwind_Context* context, void* self);
  void stop_at(std::uintptr_t frame, bool last);

  const void* bottom_ = nullptr;  // of run's frame
  jmp_buf end_{};
  void* result_ = nullptr;
  bool begun_ = false;
  _Unwind_Exception exception_{};
  __pthread_unwind_buf_t* handlers_ = nullptr;
  _pthread_cleanup_buffer* old_handlers_ = nullptr;
};

}  // namespace green::patcher
