// SPDX-License-Identifier: MIT
#include "green/patcher/overflow.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "green/patcher/sanitizers.h"
#include "green/patcher/stack.h"

namespace green::patcher {

constinit thread_local const stack_user* stack_user_here = nullptr;

namespace {

// A line for stderr. A handler of signals makes and writes it, so no memory is
// taken.
class line {
 public:
  template <class... T>
  void add(fmt::format_string<T...> words, T&&... values) noexcept {
    const std::size_t room = sizeof text_ - length_;
    const auto added = fmt::format_to_n(text_ + length_, room, words,
                                        std::forward<T>(values)...);
    length_ += std::min(added.size, room);
  }
  void write() const noexcept { (void)!::write(STDERR_FILENO, text_, length_); }

 private:
  char text_[1024];
  std::size_t length_ = 0;
};

void tell(const stack_user& user) noexcept {
  constexpr std::uintptr_t part = 4096;  // the rest is the fiber's own
  const core::green_thread& thread = *user.runs_for;
  const core::site& called = user.called_at;
  const core::site& spawned = thread.spawned_at();
  line out;
  // Nobody awaits patched() for a thread that is a fiber.
  const bool is_thread = called.line() == 0;
  if (is_thread) {
    out.add("green: stack overflow in a thread that is a fiber, ");
  } else {
    out.add("green: stack overflow in green::patched() called at {}:{} by ",
            called.file_name(), called.line());
  }
  if (const std::string_view name = thread.given_name(); !name.empty()) {
    out.add("{}", name);
  } else {
    out.add("greenlet-{}", thread.id());
  }
  if (!is_thread) {
    out.add(", spawned at {}:{}", spawned.file_name(), spawned.line());
  }
  out.add(" ({} KiB): ask for more with {}\n",
          user.stack->size / part * part / 1024,
          is_thread ? "pthread_attr_setstacksize, for main with green-run's "
                      "--stack"
                    : ".stack(bytes)");
  out.write();
}

// Runs on the alternate stack. When it returns, the same fault comes again and
// ends the process. A signal that somebody has sent does not come again by
// itself.
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

// A stack for handlers, for when the thread's own is used up. A thread that has
// one keeps it.
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
  // Enough for handlers of the program that want an alternate stack, too.
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
