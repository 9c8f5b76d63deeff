// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/deadline.h"
#include "green/subprocess/arguments.h"
#include "green/subprocess/options.h"
#include "green/subprocess/process.h"
#include "green/subprocess/streams.h"
#include "green/task.h"

namespace green::subprocess {

/// subprocess.Popen: a child whose pipes the caller may use while it runs. The
/// constructor starts it. For the green threads of one hub. Movable, while a
/// wait goes on. The destructor closes the pipes and lets the child go on. A
/// green thread of the hub then reaps the child at its end. If the hub ends
/// first, the next start of a child does so, as in Python.
class popen {
 public:
  /// Throws std::system_error with the name of the program or the folder that
  /// can't be used, and std::invalid_argument for options that are run's.
  popen(arguments command, const options& how);
  /// A template, so that `popen({"ls"})` is not taken for a copy.
  template <class Command = arguments>
    requires(std::same_as<Command, arguments> ||
             std::same_as<Command, std::vector<std::string>>)
  explicit popen(Command command) : popen(std::move(command), options()) {}

  pid_t pid() const noexcept { return p_->made->pid(); }
  const std::vector<std::string>& args() const noexcept { return p_->command; }

  /// The status if the child has ended, as wait returns it.
  std::optional<int> poll() noexcept { return p_->made->poll(); }
  /// The status that poll or wait has found: the exit status, or -N when signal
  /// N ended the child. 0 when another has reaped it, as when SIGCHLD is
  /// ignored.
  std::optional<int> returncode() const noexcept {
    return p_->made->returncode();
  }
  /// Waits for the child's end. A kill or timeout ends the wait and not the
  /// child.
  task<int> wait() { return process::wait(p_, std::nullopt); }
  /// Throws timeout_expired.
  template <class Rep, class Period>
  task<int> wait(const std::chrono::duration<Rep, Period>& timeout) {
    return process::wait(p_, nanoseconds(timeout));
  }

  /// Writes the input, reads both outputs to their ends, and waits. A child may
  /// leave its input unread.
  task<output> communicate() {
    return process::communicate(p_, nullptr, std::nullopt);
  }
  task<output> communicate(std::string input) {
    return process::communicate(p_, shared(std::move(input)), std::nullopt);
  }
  /// Throws timeout_expired with the output so far. Nothing is lost: another
  /// communicate(), without the input, goes on.
  template <class Rep, class Period>
  task<output> communicate(std::string input,
                           const std::chrono::duration<Rep, Period>& timeout) {
    return process::communicate(p_, shared(std::move(input)),
                                nanoseconds(timeout));
  }
  template <class Rep, class Period>
  task<output> communicate(const std::chrono::duration<Rep, Period>& timeout) {
    return process::communicate(p_, nullptr, nanoseconds(timeout));
  }

  /// Does nothing to a child that has ended.
  void send_signal(int number) { p_->made->send_signal(number); }
  void terminate();
  void kill();

  /// This process's ends of the pipes. Throws std::logic_error when there is no
  /// pipe.
  writer& in() { return existing(p_->in, "stdin"); }
  reader& out() { return existing(p_->out, "stdout"); }
  reader& err() { return existing(p_->err, "stderr"); }

 private:
  static std::shared_ptr<const std::string> shared(std::string input) {
    return std::make_shared<const std::string>(std::move(input));
  }
  template <class Duration>
  static std::chrono::nanoseconds nanoseconds(const Duration& length) {
    return std::chrono::nanoseconds(core::deadline::nanoseconds(length));
  }
  template <class Stream>
  static Stream& existing(std::optional<Stream>& stream, const char* name) {
    if (!stream) throw_no_pipe(name);
    return *stream;
  }
  [[noreturn]] static void throw_no_pipe(const char* name);

  std::shared_ptr<process> p_;
};

}  // namespace green::subprocess
