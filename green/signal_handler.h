// SPDX-License-Identifier: MIT
//
// Signals that start a green thread, and signals that end the program.
//
//   green::task<> serve() {
//     auto reload = [](std::string file) { std::puts(file.c_str()); };
//     green::signal_handler on_hangup(SIGHUP, reload, "settings");
//     co_await green::sleep(1h);
//   }
//   int main() { return green::run_until({SIGINT, SIGTERM}, serve, 5s); }
//
// A kill or timeout of the one that waits in run_until kills f, and is thrown
// when f has ended (docs/contract.md). Both install a handler by sigaction(2)
// and put the disposition of before back in the end. Where the program blocks
// the signal, the thread lets it through meanwhile. A child of fork has no such
// handler, so that a signal there does as before. A program that is started
// finds a signal ignored that was ignored before. Both belong to the thread of
// their hub. No wait ends with EINTR for them.
#pragma once

#include <signal.h>

#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/error_handler.h"
#include "green/greenlets/spawning.h"
#include "green/signals/registration.h"
#include "green/signals/until.h"

namespace green {

/// The number of a signal, and the line that names it.
struct signal_number {
  /// Implicit, for the caller's line.
  signal_number(int n, core::site where = core::site::current()) noexcept
      : number(n), from(where) {}
  int number;
  core::site from;
};

/// The function of a signal_handler.
template <class F, class... Args>
class signal_call final : public signal_registration {
 public:
  /// Keeps f and its arguments.
  template <class... Call>
  explicit signal_call(const signal_number& signal, Call&&... call)
      : signal_registration(signal.number),
        from_(signal.from),
        call_(std::forward<Call>(call)...) {}

 private:
  void came(unsigned times) noexcept override {
    const auto start = [this](const F& f, const Args&... args) {
      green::spawn_at(from_, f, args...);
    };
    for (; times != 0; --times) {
      try {
        std::apply(start, call_);
      } catch (...) {
        const std::exception_ptr error = std::current_exception();
        report_unhandled(
            {"signal_handler", from_, error, describe_exception(error)});
      }
    }
  }

  const core::site from_;
  const std::tuple<F, Args...> call_;
};

/// gevent.signal_handler: while it lives, each coming of a signal starts
/// f(args...) as a green thread of this hub. f is a plain function or returns a
/// task. Both are copied, for each coming anew. Several handlers of one signal
/// all run, in any order. Green threads that were started go on after its end.
/// A signal that came just before its end, and whose green thread has not been
/// made, starts none. While it lives, the hub takes no wait for a deadlock.
class [[nodiscard("without a name, it ends at once")]] signal_handler {
 public:
  /// Throws std::system_error if the signal can have no handler, as SIGKILL.
  template <class F, class... Args>
  [[nodiscard("without a name, it ends at once")]]
  signal_handler(signal_number signal, F&& f, Args&&... args) {
    using call = core::kept_call<F, Args...>;
    constexpr bool copied =
        std::copy_constructible<std::decay_t<F>> &&
        (std::copy_constructible<std::decay_t<Args>> && ...);
    if constexpr (!call::possible) {
      call::refuse();
    } else {
      static_assert(copied,
                    "each coming of a signal calls a copy of the function and "
                    "its arguments: write std::ref(x) for a reference");
      if constexpr (copied) {
        using kept = signal_call<std::decay_t<F>, std::decay_t<Args>...>;
        call_ = std::make_unique<kept>(signal, std::forward<F>(f),
                                       std::forward<Args>(args)...);
      }
    }
  }

 private:
  std::unique_ptr<signal_registration> call_;
};

/// Runs f as a green thread until it ends. The first of the signals kills it.
/// If it lives longer than the grace then, it is ended by force. The second
/// signal ends the process at once, also while a green thread computes.
///
/// The result is the status of a program. If f returns a number, even after it
/// was killed, that is the status. Else it is 128 and the number of the signal,
/// or 0 if none has come. Throws the exception of f. One that leaves f after a
/// signal is reported as that of a greenlet. A process that the second signal
/// ends has the same status; so has one whose hub is held for a second beyond
/// the grace.
///
/// To be awaited in a green thread. Where no hub runs, as in main, the result
/// converts to int, and runs the hub as green::run does.
template <class F>
auto run_until(signal_list signals, F&& f,
               core::site from = core::site::current()) {
  return until(std::move(signals), std::forward<F>(f), core::deadline::infinite,
               from);
}
template <class F, class Rep, class Period>
auto run_until(signal_list signals, F&& f,
               const std::chrono::duration<Rep, Period>& grace,
               core::site from = core::site::current()) {
  return until(std::move(signals), std::forward<F>(f),
               core::deadline::nanoseconds(grace), from);
}

}  // namespace green
