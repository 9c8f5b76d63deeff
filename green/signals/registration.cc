// SPDX-License-Identifier: MIT
#include "green/signals/registration.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "green/core/deadline.h"
#include "green/core/fork_mutex.h"
#include "green/core/runnable.h"
#include "green/core/scheduler.h"
#include "green/core/system.h"
#include "green/hub/this_hub.h"
#include "green/posix/held_signals.h"

namespace green {

namespace {

[[noreturn]] void fail(const std::string& call, int error) {
  throw std::system_error(error, std::generic_category(), "green: " + call);
}

}  // namespace

ending::ending(int number, std::int64_t limit) {
  if (limit == core::deadline::infinite) return;
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = number;
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) {
    fail("timer_create", errno);
  }
  limit_.it_value = core::timespec_of(limit);
  limited_ = true;
}

ending::~ending() {
  if (limited_) ::timer_delete(timer_);
}

void ending::came(int number, bool by_timer) noexcept {
  int first = 0;
  if (first_.compare_exchange_strong(first, number)) {
    if (limited_) ::timer_settime(timer_, 0, &limit_, nullptr);
  } else {
    ::_exit(128 + (by_timer ? first : number));
  }
}

// A place in the list of a signal. The handler reads the list without a lock,
// on any thread, so that a place is never destroyed. It is used again.
class signal_place final : public core::runnable {
 public:
  signal_place() noexcept : runnable(&signal_place::deliver) {}

  /// In the handler.
  void tell(int number, bool by_timer) noexcept {
    users_.fetch_add(1);
    if (active_.load()) {
      if (end_ != nullptr) end_->came(number, by_timer);
      times_.fetch_add(1);
      if (!under_way_.exchange(true)) hub_->post_in_handler(*this);
    }
    users_.fetch_sub(1);
  }

  // With the lock:

  bool is_free() const noexcept {
    return owner_ == nullptr && !under_way_.load();
  }
  void take(signal_registration& owner, core::scheduler& hub,
            ending* end) noexcept {
    owner_ = &owner;
    hub_ = &hub;
    end_ = end;
    times_.store(0);
    active_.store(true);
  }
  /// Afterwards no handler uses what belongs to the owner.
  void release() noexcept {
    active_.store(false);
    while (users_.load() != 0) core::yield_processor();
    if (owner_ != nullptr) owner_->place_ = nullptr;
    owner_ = nullptr;
  }
  /// In a child of fork: handlers of other threads do not exist, and the hub
  /// has forgotten its mail.
  void settle() noexcept {
    users_.store(0);
    under_way_.store(false);
    release();
  }

  bool of(const core::scheduler& hub) const noexcept {
    return owner_ != nullptr && hub_ == &hub;
  }

  signal_place* next = nullptr;

 private:
  static void deliver(core::runnable& r) {
    signal_place& self = static_cast<signal_place&>(r);
    signal_registration* const owner = self.owner_;
    const unsigned times = self.times_.exchange(0);
    self.under_way_.store(false);
    if (owner != nullptr && times != 0) owner->came(times);
  }

  std::atomic<unsigned> users_ = 0;
  std::atomic<bool> active_ = false;
  std::atomic<bool> under_way_ = false;
  std::atomic<unsigned> times_ = 0;
  signal_registration* owner_ = nullptr;
  core::scheduler* hub_ = nullptr;
  ending* end_ = nullptr;
};

namespace {

// One signal. While it has users, its disposition is green's: the handler, or
// that it is ignored. `before` is written only while it has none.
struct one_signal {
  std::atomic<signal_place*> first = nullptr;
  std::atomic<bool> ignored_before = false;
  unsigned registrations = 0;
  unsigned ignorers = 0;
  bool ignored = false;  // by green
  struct ::sigaction before{};
};

constinit std::array<one_signal, NSIG> signals;
constinit core::fork_mutex changing;
std::atomic<pid_t> process = 0;  // that has the users

one_signal& signal_of(int number) noexcept {
  return signals[static_cast<std::size_t>(number)];
}

// A child of fork or vfork that has not come to reset_in_child: the signal is
// not its parent's, and is to do there as before the first registration.
void do_as_before(int number) noexcept {
  ::sigaction(number, &signal_of(number).before, nullptr);
  ::syscall(SYS_tgkill, ::getpid(), core::thread_id(), number);
}

void tell_hubs(int number, siginfo_t* info, void*) {
  const int errno_before = errno;
  if (::getpid() != process.load()) {
    do_as_before(number);
  } else {
    signal_place* place = signal_of(number).first.load();
    for (; place != nullptr; place = place->next) {
      place->tell(number, info->si_code == SI_TIMER);
    }
  }
  errno = errno_before;
}

bool is_ours(const struct ::sigaction& action) noexcept {
  return (action.sa_flags & SA_SIGINFO) != 0 &&
         action.sa_sigaction == tell_hubs;
}

int install_handler(int number) noexcept {
  struct ::sigaction ours{};
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  ours.sa_sigaction = tell_hubs;
  ::sigfillset(&ours.sa_mask);
  return ::sigaction(number, &ours, nullptr) == 0 ? 0 : errno;
}

// Called with the lock, when a user comes or has gone. A handler that the
// program has installed meanwhile stays when the last one goes.
int dispose(int number, one_signal& s) noexcept {
  const bool was_ignored = std::exchange(s.ignored, false);
  if (s.registrations != 0) return install_handler(number);
  struct ::sigaction now{};
  if (::sigaction(number, nullptr, &now) != 0) return errno;
  const bool greens =
      is_ours(now) || (was_ignored && now.sa_handler == SIG_IGN);
  if (s.ignorers != 0) {
    now = {};
    now.sa_handler = SIG_IGN;
    s.ignored = ::sigaction(number, &now, nullptr) == 0;
  } else if (greens) {
    ::sigaction(number, &s.before, nullptr);
  }
  if (s.ignorers == 0) s.ignored_before.store(false);
  return 0;
}

// The same, before the count of its users grows.
int keep_before(int number, one_signal& s) noexcept {
  if (s.registrations + s.ignorers != 0) return 0;
  if (::sigaction(number, nullptr, &s.before) != 0) return errno;
  s.ignored_before.store(s.before.sa_handler == SIG_IGN);
  process.store(::getpid());
  return 0;
}

// No thread was about to change anything, as a fork waits for the lock.
void reset_in_child() noexcept {
  for (int n = 1; n < NSIG; ++n) {
    one_signal& s = signal_of(n);
    signal_place* place = s.first.load();
    for (; place != nullptr; place = place->next) place->settle();
    if (s.registrations + s.ignorers == 0) continue;
    s.registrations = s.ignorers = 0;
    dispose(n, s);
  }
}

const int error_of_watch = ::pthread_atfork(nullptr, nullptr, reset_in_child);

void watch_forks() {
  if (error_of_watch != 0) fail("pthread_atfork", error_of_watch);
}

signal_place& free_place(one_signal& s) {
  signal_place* place = s.first.load();
  while (place != nullptr && !place->is_free()) place = place->next;
  if (place != nullptr) return *place;
  auto made = std::make_unique<signal_place>();
  made->next = s.first.load();
  s.first.store(made.get());
  return *made.release();
}

// With the lock.
void leave(int number, signal_place& place) noexcept {
  one_signal& s = signal_of(number);
  place.release();
  block_lifted(number);
  if (--s.registrations == 0) dispose(number, s);
}

// The end of a thread, whose hub ends after this.
struct end_of_thread {
  ~end_of_thread() {
    const core::scheduler* const hub = core::scheduler::here();
    if (hub == nullptr) return;
    const std::lock_guard guard(changing);
    for (int n = 1; n < NSIG; ++n) {
      signal_place* place = signal_of(n).first.load();
      for (; place != nullptr; place = place->next) {
        if (place->of(*hub)) leave(n, *place);
      }
    }
  }
};

}  // namespace

signal_registration::signal_registration(int number, ending* end)
    : number_(number), hub_(hub::this_hub()), place_(nullptr) {
  if (number < 1 || number >= NSIG) fail("signal_handler", EINVAL);
  watch_forks();
  thread_local const end_of_thread at_end;
  (void)at_end;
  one_signal& s = signal_of(number);
  {
    const std::lock_guard guard(changing);
    signal_place& place = free_place(s);
    int error = keep_before(number, s);
    if (error == 0 && s.registrations++ == 0) {
      error = dispose(number, s);
      if (error != 0) --s.registrations;
    }
    if (error != 0) fail("sigaction", error);
    place.take(*this, hub::this_hub(), end);
    place_ = &place;
  }
  lift_block(number);
}

signal_registration::~signal_registration() {
  const std::lock_guard guard(changing);
  if (place_ == nullptr) return;
  assert(hub::this_hub().on_own_thread());
  leave(number_, *place_);
}

ignored_signal::ignored_signal(int number) : number_(number) {
  watch_forks();
  one_signal& s = signal_of(number);
  const std::lock_guard guard(changing);
  keep_before(number, s);
  if (s.ignorers++ == 0 && s.registrations == 0) dispose(number, s);
  before_ = s.ignored_before.load();
}

ignored_signal::~ignored_signal() {
  one_signal& s = signal_of(number_);
  const std::lock_guard guard(changing);
  if (s.ignorers == 0) return;  // in a child of fork
  if (--s.ignorers == 0 && s.registrations == 0) dispose(number_, s);
}

bool ignored_but_for_registrations(int number) noexcept {
  return signal_of(number).ignored_before.load();
}

}  // namespace green
