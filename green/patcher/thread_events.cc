// SPDX-License-Identifier: MIT
#include "green/patcher/thread_events.h"

#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "green/patcher/fiber.h"
#include "green/patcher/unwinding.h"
#include "green/signal.h"

namespace green::patcher {

namespace {

bool is_in(const sigset_t& set, int number) noexcept {
  return ::sigismember(&set, number) == 1;
}

}  // namespace

std::exception_ptr thread_events::cut::exception() noexcept {
  made = true;
  return std::make_exception_ptr(wait_ended{EINTR});
}

// The thread looks at its requests as soon as it may.
void thread_events::look() noexcept {
  if (in_call_) thread_.load()->interrupt_with(cut_);
}

void thread_events::cancel() noexcept {
  cancel_asked_ = true;
  if (cancel_due()) look();
}

void thread_events::send(const siginfo_t& signal) {
  struct ::sigaction action{};
  const int number = signal.si_signo;
  if (green::sigaction(number, nullptr, &action) != 0) return;
  const bool blocked = is_in(mask_, number);
  if (!blocked && action.sa_handler == SIG_IGN) return;
  if (!blocked && action.sa_handler == SIG_DFL) {
    ::kill(::getpid(), number);
    return;
  }
  // Only real-time signals queue.
  const bool known = number < SIGRTMIN && std::ranges::any_of(
                                              pending_,
                                              [number](const siginfo_t& each) {
                                                return each.si_signo == number;
                                              });
  if (!known) pending_.push_back(signal);
  if (!blocked || (awaited_ != nullptr && is_in(*awaited_, number))) look();
}

void thread_events::begins() {
  if (cancel_due()) way_out_.leave(PTHREAD_CANCELED);
  if (!pending_.empty()) handle_signals();
  in_call_ = true;
}

bool thread_events::ends(after_signal how) {
  in_call_ = false;
  if (cut_.linked()) cut_.unlink();
  const bool was_cut = std::exchange(cut_.made, false);
  if (was_cut && cancel_due()) way_out_.leave(PTHREAD_CANCELED);
  if (pending_.empty()) return was_cut && how == after_signal::begins_again;
  const int result_errno = errno;
  const bool restarts = handle_signals();
  errno = result_errno;
  if (!was_cut || how == after_signal::fails) return false;
  return restarts || how == after_signal::begins_again;
}

void thread_events::test_cancel() {
  if (cancel_due()) way_out_.leave(PTHREAD_CANCELED);
}

void thread_events::test_asynchronous() {
  if (cancel_type_ == PTHREAD_CANCEL_ASYNCHRONOUS) test_cancel();
}

int thread_events::set_cancel_state(int state, int* before) {
  if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) {
    return EINVAL;
  }
  if (before != nullptr) *before = cancel_state_;
  cancel_state_ = state;
  test_asynchronous();
  return 0;
}

int thread_events::set_cancel_type(int type, int* before) {
  if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) {
    return EINVAL;
  }
  if (before != nullptr) *before = cancel_type_;
  cancel_type_ = type;
  test_asynchronous();
  return 0;
}

int thread_events::set_mask(int how, const sigset_t* set, sigset_t* before) {
  const sigset_t last = mask_;
  if (set != nullptr) {
    if (how == SIG_BLOCK) {
      ::sigorset(&mask_, &last, set);
    } else if (how == SIG_UNBLOCK) {
      for (int number = 1; number < NSIG; ++number) {
        if (is_in(*set, number)) ::sigdelset(&mask_, number);
      }
    } else if (how == SIG_SETMASK) {
      mask_ = *set;
    } else {
      return EINVAL;
    }
  }
  if (before != nullptr) *before = last;
  if (!pending_.empty()) handle_signals();
  return 0;
}

bool thread_events::take(const sigset_t& set, siginfo_t& signal) noexcept {
  const auto found = std::ranges::find_if(
      pending_, [&](const siginfo_t& s) { return is_in(set, s.si_signo); });
  if (found == pending_.end()) return false;
  signal = *found;
  pending_.erase(found);
  cut_.made = false;  // a wait that it has ended has a result now
  return true;
}

bool thread_events::handle_signals() {
  bool restarts = true;
  for (;;) {
    const auto next = std::ranges::find_if(
        pending_, [this](const auto& s) { return !is_in(mask_, s.si_signo); });
    if (next == pending_.end()) return restarts;
    const siginfo_t signal = *next;
    pending_.erase(next);
    restarts = handle(signal) && restarts;
  }
}

bool thread_events::handle(const siginfo_t& signal) {
  struct ::sigaction action{};
  const int number = signal.si_signo;
  if (green::sigaction(number, nullptr, &action) != 0) return true;
  if (action.sa_handler == SIG_IGN) return true;
  if (action.sa_handler == SIG_DFL) {
    ::kill(::getpid(), number);
    return true;
  }
  if ((static_cast<unsigned>(action.sa_flags) & SA_RESETHAND) != 0) {
    struct ::sigaction usual{};
    usual.sa_handler = SIG_DFL;
    green::sigaction(number, &usual, nullptr);
  }
  const sigset_t before = mask_;
  ::sigorset(&mask_, &before, &action.sa_mask);
  if ((action.sa_flags & SA_NODEFER) == 0) ::sigaddset(&mask_, number);
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    siginfo_t info = signal;
    ucontext_t interrupted{};
    action.sa_sigaction(number, &info, &interrupted);
  } else {
    action.sa_handler(number);
  }
  mask_ = before;
  return (action.sa_flags & SA_RESTART) != 0;
}

}  // namespace green::patcher
