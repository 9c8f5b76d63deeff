// SPDX-License-Identifier: MIT
#include "green/patcher/unwinding.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace green::patcher {

namespace {

// glibc keeps the next outer handler in the same place.
void*& outer(__pthread_unwind_buf_t& handler) noexcept {
  return handler.__pad[0];
}

// C++'s runtime destroys the exception: a catch (...) has not thrown it again.
[[noreturn]] void swallowed(_Unwind_Reason_Code, _Unwind_Exception*) {
  std::fputs(
      "green: a catch (...) has swallowed the end of a thread (pthread_exit or "
      "pthread_cancel): let the handler end with throw;\n",
      stderr);
  std::abort();
}

}  // namespace

[[gnu::noinline]] void* unwinding::run(void* (*function)(void*),
                                       void* argument) {
  bottom_ = __builtin_frame_address(0);
  if (_setjmp(end_) == 0) result_ = function(argument);
  bottom_ = nullptr;
  return result_;
}

void unwinding::leave(void* result) {
  result_ = result;
  begun_ = true;
  go_on();
}

void unwinding::go_on() {
  exception_ = {};
  exception_.exception_cleanup = swallowed;
  _Unwind_ForcedUnwind(&exception_, step, this);
  // The unwinder gave up, as it does at a frame without tables.
  stop_at(UINTPTR_MAX, true);
  std::abort();  // never reached
}

// Called before each frame is left. The frame begins at the CFA of the context.
_Unwind_Reason_Code unwinding::step(int, _Unwind_Action actions,
                                    _Unwind_Exception_Class, _Unwind_Exception*,
                                    _Unwind_Context* context, void* self) {
  const bool last = (static_cast<int>(actions) & _UA_END_OF_STACK) != 0;
  static_cast<unwinding*>(self)->stop_at(_Unwind_GetCFA(context), last);
  return _URC_NO_REASON;
}

// Runs the handlers of the frames below `frame`, the innermost first.
void unwinding::stop_at(std::uintptr_t frame, bool last) {
  const auto is_left = [&](const void* thing) {
    return thing != nullptr &&
           (last || reinterpret_cast<std::uintptr_t>(thing) < frame);
  };
  while (is_left(old_handlers_) &&
         (!is_left(handlers_) ||
          static_cast<void*>(old_handlers_) < static_cast<void*>(handlers_))) {
    const _pthread_cleanup_buffer& handler =
        *std::exchange(old_handlers_, old_handlers_->__prev);
    handler.__routine(handler.__arg);
  }
  if (is_left(handlers_)) {
    void* const place = handlers_->__cancel_jmp_buf;
    ::longjmp(static_cast<__jmp_buf_tag*>(place), 1);
  }
  if (is_left(bottom_)) ::longjmp(end_, 1);
}

void unwinding::enter(__pthread_unwind_buf_t& handler) noexcept {
  outer(handler) = handlers_;
  handlers_ = &handler;
}

void unwinding::remove(const __pthread_unwind_buf_t& handler) noexcept {
  handlers_ = static_cast<__pthread_unwind_buf_t*>(handler.__pad[0]);
}

void unwinding::go_on_after(const __pthread_unwind_buf_t& handler) {
  remove(handler);
  go_on();
}

void unwinding::enter(_pthread_cleanup_buffer& handler, void (*routine)(void*),
                      void* argument) noexcept {
  handler.__routine = routine;
  handler.__arg = argument;
  handler.__prev = std::exchange(old_handlers_, &handler);
}

void unwinding::remove(_pthread_cleanup_buffer& handler, bool execute) {
  old_handlers_ = handler.__prev;
  if (execute) handler.__routine(handler.__arg);
}

}  // namespace green::patcher
