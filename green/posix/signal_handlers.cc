// SPDX-License-Identifier: MIT
// The program's handlers of signals. A handler of green's own is installed in
// the place of each, tells the hub of the thread, and calls the program's.
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <mutex>

#include "green/core/scheduler.h"
#include "green/core/signals.h"
#include "green/core/spin_lock.h"
#include "green/signal.h"

namespace green {

namespace {

using plain_handler = void (*)(int);
using full_handler = void (*)(int, siginfo_t*, void*);

// A handler as the program has installed it.
struct installed {
  plain_handler plain = nullptr;  // either this one
  full_handler full = nullptr;    // or this one, with SA_SIGINFO
  bool restarts = false;
};

// A handler may read an entry while another thread changes it. It reads again
// until the version before and after is one, and even.
class handler_entry {
 public:
  installed read() const noexcept {
    for (;;) {
      const unsigned before = version_.load();
      const installed now{plain_.load(), full_.load(), restarts_.load()};
      if (before % 2 == 0 && version_.load() == before) return now;
    }
  }
  void write(const installed& value) noexcept {
    version_.fetch_add(1);
    plain_.store(value.plain);
    full_.store(value.full);
    restarts_.store(value.restarts);
    version_.fetch_add(1);
  }
  /// In a child of fork, whose parent may have been about to write.
  void settle() noexcept { version_.store(0); }

 private:
  std::atomic<unsigned> version_ = 0;
  std::atomic<plain_handler> plain_ = nullptr;
  std::atomic<full_handler> full_ = nullptr;
  std::atomic<bool> restarts_ = false;
};

constinit std::array<handler_entry, NSIG> entries;
constinit std::array<std::atomic<bool>, NSIG> interrupting;  // siginterrupt
constinit core::spin_lock changing;

bool valid(int number) noexcept { return number > 0 && number < NSIG; }
handler_entry& entry_of(int number) noexcept {
  return entries[static_cast<std::size_t>(number)];
}
std::atomic<bool>& interrupts_of(int number) noexcept {
  return interrupting[static_cast<std::size_t>(number)];
}

// The thread that held the lock does not exist in a child of fork.
[[maybe_unused]] const int registered = ::pthread_atfork(nullptr, nullptr, [] {
  changing.unlock();
  for (handler_entry& e : entries) e.settle();
});

// The lock is held with all signals blocked, because a handler may take it too.
class change {
 public:
  change() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    changing.lock();
  }
  change(const change&) = delete;
  change& operator=(const change&) = delete;
  ~change() {
    changing.unlock();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_;
};

void tell_hub_and_handle(int number, siginfo_t* info, void* context) {
  const installed now = entry_of(number).read();
  const int errno_before = errno;
  core::scheduler* const hub = core::scheduler::here();
  if (hub != nullptr) hub->signal_came(now.restarts);
  errno = errno_before;
  if (now.full != nullptr) {
    now.full(number, info, context);
  } else {
    now.plain(number);
  }
}

bool is_ours(const struct ::sigaction& action) noexcept {
  return (action.sa_flags & SA_SIGINFO) != 0 &&
         action.sa_sigaction == tell_hub_and_handle;
}

installed handler_of(const struct ::sigaction& action) noexcept {
  installed handler;
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    handler.full = action.sa_sigaction;
  } else {
    handler.plain = action.sa_handler;
  }
  handler.restarts = (action.sa_flags & SA_RESTART) != 0;
  return handler;
}

// The kernel's action, with the program's handler in the place of green's.
struct ::sigaction as_installed(struct ::sigaction action,
                                const installed& handler) noexcept {
  if (!is_ours(action)) return action;
  if (handler.full != nullptr) {
    action.sa_sigaction = handler.full;
  } else {
    action.sa_flags &= ~SA_SIGINFO;
    action.sa_handler = handler.plain;
  }
  return action;
}

}  // namespace

int sigaction(int number, const struct ::sigaction* wanted,
              struct ::sigaction* before) noexcept {
  if (!valid(number)) return ::sigaction(number, wanted, before);
  struct ::sigaction ours{}, found{};
  if (wanted != nullptr) ours = *wanted;
  const change scope;
  handler_entry& known = entry_of(number);
  const installed last = known.read();
  // SIG_DFL and SIG_IGN stay as they are, and so does green's own handler.
  const bool handles = wanted != nullptr && ours.sa_handler != SIG_DFL &&
                       ours.sa_handler != SIG_IGN && !is_ours(ours);
  if (handles) {
    core::signal_handlers_in_use.store(true, std::memory_order_relaxed);
    known.write(handler_of(ours));
    ours.sa_flags |= SA_SIGINFO;
    ours.sa_sigaction = tell_hub_and_handle;
  }
  const int result =
      ::sigaction(number, wanted == nullptr ? nullptr : &ours, &found);
  if (result != 0) {
    known.write(last);
  } else if (before != nullptr) {
    *before = as_installed(found, last);
  }
  return result;
}

namespace {

sighandler_t install(int number, sighandler_t handler, int flags,
                     bool masked) noexcept {
  if (!valid(number) || handler == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  struct ::sigaction wanted{}, before{};
  wanted.sa_handler = handler;
  wanted.sa_flags = flags;
  if (masked) ::sigaddset(&wanted.sa_mask, number);
  if (green::sigaction(number, &wanted, &before) != 0) return SIG_ERR;
  return before.sa_handler;
}

}  // namespace

sighandler_t signal(int number, sighandler_t handler) noexcept {
  const bool interrupts = valid(number) && interrupts_of(number).load();
  return install(number, handler, interrupts ? 0 : SA_RESTART, true);
}

sighandler_t ssignal(int number, sighandler_t handler) noexcept {
  return green::signal(number, handler);
}

sighandler_t sysv_signal(int number, sighandler_t handler) noexcept {
  return install(number, handler, static_cast<int>(SA_RESETHAND) | SA_NODEFER,
                 false);
}

int siginterrupt(int number, int interrupts) noexcept {
  struct ::sigaction action{};
  if (green::sigaction(number, nullptr, &action) != 0) return -1;
  if (interrupts != 0) {
    action.sa_flags &= ~SA_RESTART;
  } else {
    action.sa_flags |= SA_RESTART;
  }
  if (green::sigaction(number, &action, nullptr) != 0) return -1;
  interrupts_of(number).store(interrupts != 0);
  return 0;
}

}  // namespace green
