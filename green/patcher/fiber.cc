// SPDX-License-Identifier: MIT
#include "green/patcher/fiber.h"
#include "green/core/shield.h"

#include <cxxabi.h>
#include <pthread.h>
#include <signal.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "green/core/list.h"
#include "green/core/system.h"
#include "green/dumps/rows.h"
#include "green/patched.h"
#include "green/patcher/sanitizers.h"
#include "green/patcher/thread_end.h"
#include "green/timeout.h"

// Each runtime of C++ has this function (Itanium C++ ABI, 2.2.2), but libc++'s
// <cxxabi.h> does not say so.
namespace __cxxabiv1 {
struct __cxa_eh_globals;
extern "C" __cxa_eh_globals* __cxa_get_globals() noexcept;
}  // namespace __cxxabiv1

namespace green::patcher {

namespace {

// In a child of a fork past the hooks. The gate is shut there.
[[noreturn]] void end_of_orphan() noexcept {
  constexpr char words[] =
      "green: a child of fork must not return from green::patched(), as its "
      "hub is its parent's: let it call exec or _exit, or patch its module\n";
  (void)!::write(STDERR_FILENO, words, sizeof words - 1);
  ::_exit(EXIT_FAILURE);
}

}  // namespace

// The unused fibers, by the sizes of their stacks. A hub that ends with its
// thread may give one back after them.
struct fiber::thread_state {
  static constexpr unsigned most_free = 256;

  struct row {
    std::size_t stack_bytes = 0;
    fiber* first = nullptr;
  };

  thread_state() noexcept = default;
  thread_state(const thread_state&) = delete;
  thread_state& operator=(const thread_state&) = delete;
  ~thread_state() {
    for (row& r : rows) {
      while (fiber* f = take(r)) f->destroy();
    }
    count = most_free;
  }

  // The row of that size, or one without fibers; else null.
  row* find(std::size_t stack_bytes) noexcept {
    row* found = nullptr;
    for (row& r : rows) {
      if (r.stack_bytes == stack_bytes) return &r;
      if (r.first == nullptr) found = &r;
    }
    return found;
  }

  fiber* take(row& from) noexcept {
    if (from.first == nullptr) return nullptr;
    --count;
    return std::exchange(from.first, from.first->next_free_);
  }

  std::array<row, 4> rows;
  unsigned count = 0;
};

fiber::thread_state& fiber::of_thread() noexcept {
  static thread_local thread_state state;
  return state;
}

fiber::fiber(fiber_stack memory) noexcept
    : stack_(std::move(memory)), own_(make_context(this, &fiber::live)) {
  gate::stack = reinterpret_cast<std::uintptr_t>(stack_.bottom());
  gate::size = reinterpret_cast<std::uintptr_t>(this) - gate::stack;
  user_.stack = this;
  watch_for_overflow();
  if (__tsan_create_fiber != nullptr) tsan_ = __tsan_create_fiber(0);
}

fiber::~fiber() {
  if (tsan_ != nullptr) __tsan_destroy_fiber(tsan_);
}

// The fiber lies on its stack, so the stack goes last.
void fiber::destroy() noexcept {
  const fiber_stack last = std::move(stack_);
  this->~fiber();
}

fiber& fiber::take(std::size_t stack_bytes) {
  const std::size_t size = fiber_stack::rounded(stack_bytes + sizeof(fiber));
  if (thread_state::row* const row = of_thread().find(size)) {
    if (fiber* const free = of_thread().take(*row)) return *free;
  }
  fiber_stack memory(size);
  const auto top = reinterpret_cast<std::uintptr_t>(memory.top());
  void* const place =
      reinterpret_cast<void*>((top - sizeof(fiber)) & ~std::uintptr_t{63});
  return *new (place) fiber(std::move(memory));
}

void fiber::give_back() noexcept {
  thread_state& state = of_thread();
  thread_state::row* const row = state.find(stack_.size());
  // Threads have sizes that come again.
  const std::size_t usual =
      fiber_stack::rounded(fiber_stack::usual + sizeof(fiber));
  const bool comes_again = returns_pages_ || stack_.size() == usual;
  if (!comes_again || row == nullptr ||
      state.count == thread_state::most_free) {
    return destroy();
  }
  if (std::exchange(returns_pages_, false)) stack_.return_pages();
  row->stack_bytes = stack_.size();
  next_free_ = std::exchange(row->first, this);
  ++state.count;
}

void fiber::begin(void (*function)(void*), void* argument,
                  const core::green_thread& runs_for,
                  core::site called_at) noexcept {
  user_.runs_for = &runs_for;
  user_.called_at = called_at;
  function_ = function;
  argument_ = argument;
  exceptions_ = {};  // which a thread that has left its function may leave
  failing_ = wait_error_ = 0;
  failed_ = 0;
}

void fiber::become(std::unique_ptr<own_thread> thread) noexcept {
  as_thread_ = std::move(thread);
}

void fiber::end_thread() {
  if (as_thread_ == nullptr) return;
  as_thread_->locals.destroy_all();
  as_thread_->keys.destroy_all();
}

void fiber::note_locale(locale_t before) noexcept {
  if (hub_locale_ == nullptr) hub_locale_ = before;
  locale_ = ::uselocale(nullptr);
}

// The frames have no redzones, because they are left and entered by a switch.
[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] void fiber::live(
    void* self) {
  fiber& f = *static_cast<fiber*>(self);
  for (;;) {
    if (__sanitizer_finish_switch_fiber != nullptr) {
      __sanitizer_finish_switch_fiber(nullptr, &f.hub_bottom_, &f.hub_size_);
    }
    open_gate = &f;
    f.function_(f.argument_);
    f.end_thread();
    if (open_gate != &f) end_of_orphan();
    open_gate = nullptr;
    if (f.thread_ != nullptr) forget_thread.load()(*f.thread_);
    f.function_ = nullptr;
    f.leave(true);
  }
}

[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] void fiber::leave(
    bool for_good) noexcept {
  if (__sanitizer_start_switch_fiber != nullptr) {
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_,
                                   hub_bottom_, hub_size_);
  }
  if (tsan_ != nullptr) __tsan_switch_to_fiber(hub_tsan_, 0);
  switch_context(own_, hub_, nullptr);
  if (!for_good && __sanitizer_finish_switch_fiber != nullptr) {
    __sanitizer_finish_switch_fiber(fake_stack_, &hub_bottom_, &hub_size_);
  }
}

[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] void
fiber::switch_to() noexcept {
  auto& here = *reinterpret_cast<exceptions*>(abi::__cxa_get_globals());
  std::swap(here, exceptions_);
  void* fake_stack = nullptr;
  if (__sanitizer_start_switch_fiber != nullptr) {
    __sanitizer_start_switch_fiber(&fake_stack, stack_.bottom(), stack_.size());
  }
  if (tsan_ != nullptr) {
    hub_tsan_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(tsan_, 0);
  }
  stack_user_here = &user_;
  if (locale_ != nullptr) hub_locale_ = ::uselocale(locale_);
  switch_context(hub_, own_, this);
  if (locale_ != nullptr) ::uselocale(hub_locale_);
  if (returned()) locale_ = hub_locale_ = nullptr;
  stack_user_here = nullptr;
  if (__sanitizer_finish_switch_fiber != nullptr) {
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
  }
  std::swap(here, exceptions_);
}

void fiber::resume() noexcept {
  if (as_thread_ == nullptr) [[likely]]
    return switch_to();
  as_thread_->locals.enter();
  as_thread_->words.swap();
  switch_to();
  as_thread_->words.swap();
  // The fiber may have loaded objects, which have thread-locals.
  look_at_objects();
  as_thread_->locals.leave();
  if (returned()) as_thread_.reset();
}

core::task<> fiber::take_wait() noexcept {
  core::task<> taken = *std::move(wait_);
  wait_.reset();
  return taken;
}

int fiber::wait_for(core::task<> what, bool shielded) noexcept {
  wait_.emplace(std::move(what));
  shielded_ = shielded;
  wait_error_ = 0;
  leave(false);
  while (look_ != nullptr) {
    look_->found = core::unwind(look_->calls, look_->most);
    leave(false);
  }
  return wait_error_ != 0 ? wait_error_ : (shielded ? 0 : failing_);
}

unsigned fiber::look_at_stack(const void** calls, unsigned most) noexcept {
  look asked = {calls, most, 0};
  look_ = &asked;
  resume();
  look_ = nullptr;
  return asked.found;
}

fiber& this_fiber() noexcept { return static_cast<fiber&>(*open_gate); }

namespace {

// In a process of one thread, libstdc++ takes a second fiber at the guard of a
// static object for a recursion of the first. With its first thread, the C
// library (2.36) prepares for setuid(2) beside threads, but not if it finds
// that there are threads already. So the first one starts here.
void tell_of_threads() noexcept {
  if (__libc_single_threaded == 0) return;
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread([] {}).join();
  } catch (const std::system_error&) {
    // The next one that starts is told too early, then.
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  __libc_single_threaded = 0;
}

// A fiber in use. The end of a hub may destroy its coroutine where it stands,
// but nothing can unwind C code.
class lease : public core::list_hook {
 public:
  lease(fiber& taken, void (*function)(void*), void* argument,
        core::site called_at)
      : fiber_(taken) {
    tell_of_threads();
    fiber_.begin(function, argument, *core::scheduler::here()->current(),
                 called_at);
    ++fibers_alive;
    in_use().push_back(*this);
  }
  lease(const lease&) = delete;
  lease& operator=(const lease&) = delete;
  ~lease() {
    --fibers_alive;
    unlink();
    if (fiber_.returned()) {
      fiber_.give_back();
    } else {
      std::fputs(
          "green: a function in green::patched() did not return before the end "
          "of its hub: its stack is leaked, and what it holds\n",
          stderr);
    }
  }

  /// Those of this thread.
  static core::list<lease>& in_use() noexcept {
    static thread_local core::list<lease> all;
    return all;
  }
  fiber& used() const noexcept { return fiber_; }

 private:
  fiber& fiber_;
};

// For dumps. One fiber cannot look at another.
std::vector<dumps::fiber_row> tell_fibers() {
  constexpr unsigned most = 64;
  std::vector<dumps::fiber_row> rows;
  if (stack_user_here != nullptr) return rows;
  lease::in_use().for_each([&rows](const lease& each) {
    fiber& waiting = each.used();
    if (waiting.green_thread().finished()) return;  // the parent's, of fork
    const void* calls[most];
    const unsigned size = waiting.look_at_stack(calls, most);
    rows.push_back({waiting.green_thread().name(), waiting.called_at(),
                    std::vector<const void*>(calls, calls + size)});
  });
  return rows;
}

const bool dumps_tell = (dumps::set_fiber_teller(&tell_fibers), true);

// The place where patched() is awaited, whose coroutine awaits this one.
class call_site {
 public:
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> here) noexcept {
    const core::promise_base* const call = here.promise().parent;
    if (call != nullptr && call->parent != nullptr)
      found_ = call->parent->where;
    return false;
  }
  core::site await_resume() const noexcept { return found_; }

 private:
  core::site found_;
};

// The error that the waiting call reports, for an exception that is no system
// error.
int error_number(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const std::system_error& e) {
    return e.code().value() != 0 ? e.code().value() : EIO;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (...) {
    return EIO;
  }
}

int failure_number(const std::exception_ptr& interrupt) noexcept {
  try {
    std::rethrow_exception(interrupt);
  } catch (const timed_out&) {
    return ETIMEDOUT;
  } catch (...) {
    return ECANCELED;
  }
}

core::task<> run(fiber& f, void (*function)(void*), void* argument) {
  const core::green_thread& self = *core::scheduler::here()->current();
  const core::site called_at = co_await call_site();
  static_cast<void>(dumps_tell);
  const lease used(f, function, argument, called_at);
  std::exception_ptr interrupt;
  for (;;) {
    f.resume();
    if (f.returned()) break;
    const auto raised = self.interrupts_raised();
    std::exception_ptr error;
    try {
      std::optional<core::shield> uninterrupted;
      if (f.shielded()) uninterrupted.emplace();
      co_await f.take_wait();
    } catch (const wait_ended& ended) {
      f.fail_wait(ended.error);
    } catch (...) {
      error = std::current_exception();
    }
    if (error == nullptr) continue;
    if (self.interrupts_raised() == raised) {
      f.fail_wait(error_number(error));
    } else {
      interrupt = std::move(error);
      f.fail(failure_number(interrupt));
    }
  }
  if (interrupt != nullptr) std::rethrow_exception(interrupt);
}

}  // namespace

core::task<> run_on_fiber(std::size_t stack_bytes, void (*function)(void*),
                          void* argument) {
  return run(fiber::take(stack_bytes), function, argument);
}

core::task<> run_on_fiber(fiber& taken, void (*function)(void*),
                          void* argument) {
  return run(taken, function, argument);
}

core::task<> run_as_thread(std::size_t stack_bytes, void (*function)(void*),
                           void* argument, thread_locals::start how) {
  auto own = std::make_unique<own_thread>(how);
  fiber& taken = fiber::take(stack_bytes);
  taken.become(std::move(own));
  return run(taken, function, argument);
}

}  // namespace green::patcher
