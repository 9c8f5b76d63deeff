// SPDX-License-Identifier: MIT
#include "green/patcher/overflow.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <new>
#include <optional>
#include <string_view>

#include "green/patcher/sanitizers.h"
#include "green/patcher/stack.h"

namespace green::patcher {

constinit thread_local const stack_user* stack_user_here = nullptr;

namespace {

// A line for stderr, made and written by a handler of signals.
class line {
 public:
  line& operator<<(std::string_view words) noexcept {
    const std::size_t fits = std::min(words.size(), sizeof text_ - length_);
    std::copy_n(words.data(), fits, text_ + length_);
    length_ += fits;
    return *this;
  }
  line& operator<<(std::uint64_t number) noexcept {
    char digits[20];
    char* first = std::end(digits);
    do {
      *--first = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *this << std::string_view(first, std::end(digits));
  }
  line& operator<<(const core::site& where) noexcept {
    return *this << where.file_name() << ":" << std::uint64_t{where.line()};
  }
  void write() const noexcept { (void)!::write(STDERR_FILENO, text_, length_); }

 private:
  char text_[1024];
  std::size_t length_ = 0;
};

void tell(const stack_user& user) noexcept {
  constexpr std::uintptr_t part = 4096;  // the rest is the fiber's own
  line out;
  out << "green: stack overflow in green::patched() called at "
      << user.called_at << " by ";
  if (const std::string_view name = user.runs_for->given_name();
      !name.empty()) {
    out << name;
  } else {
    out << "greenlet-" << user.runs_for->id();
  }
  out << ", spawned at " << user.runs_for->spawned_at() << " ("
      << user.stack->size / part * part / 1024
      << " KiB): ask for more with .stack(bytes)\n";
  out.write();
}

// On the alternate stack. The fault comes again when it returns, and then ends
// the process; but not so a signal that somebody has sent.
void on_fault(int signal, siginfo_t* info, void*) {
  const bool sent = info->si_code <= 0;
  const stack_user* const user = stack_user_here;
  if (!sent && user != nullptr &&
      fiber_stack::guards(user->stack->stack, info->si_addr)) {
    tell(*user);
  }
  struct sigaction ends{};
  ends.sa_handler = SIG_DFL;
  ::sigaction(signal, &ends, nullptr);
  if (sent) {
    ::syscall(SYS_rt_tgsigqueueinfo, ::getpid(), ::gettid(), signal, info);
  }
}

void handle_faults() noexcept {
  struct sigaction action{};
  if (::sigaction(SIGSEGV, nullptr, &action) != 0) return;
  if ((action.sa_flags & SA_SIGINFO) != 0 || action.sa_handler != SIG_DFL) {
    return;
  }
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigaction(SIGSEGV, &action, nullptr);
}

// What a handler stands on when the stack is used up. A thread that has one
// keeps it.
class alternate_stack {
 public:
  alternate_stack() noexcept {
    stack_t now{};
    if (::sigaltstack(nullptr, &now) != 0) return;
    if ((now.ss_flags & SS_DISABLE) == 0) return;
    try {
      memory_.emplace(enough());
    } catch (const std::bad_alloc&) {
      return;
    }
    now = {memory_->bottom(), 0, memory_->size()};
    if (::sigaltstack(&now, nullptr) != 0) memory_.reset();
  }
  alternate_stack(const alternate_stack&) = delete;
  alternate_stack& operator=(const alternate_stack&) = delete;
  ~alternate_stack() {
    stack_t now{};
    if (!memory_ || ::sigaltstack(nullptr, &now) != 0) return;
    if (now.ss_sp != memory_->bottom()) return;
    now.ss_flags = SS_DISABLE;
    ::sigaltstack(&now, nullptr);
  }

 private:
  // Also for handlers of the program that want one.
  static std::size_t enough() noexcept {
    constexpr long usual = 64L * 1024;
    return static_cast<std::size_t>(std::max(usual, ::sysconf(_SC_SIGSTKSZ)));
  }

  std::optional<fiber_stack> memory_;
};

}  // namespace

void watch_for_overflow() noexcept {
  if (__sanitizer_start_switch_fiber != nullptr) return;
  if (__tsan_create_fiber != nullptr) return;
  static thread_local const alternate_stack of_thread;
  static thread_local const bool handled = (handle_faults(), true);
  (void)handled;
}

}  // namespace green::patcher
