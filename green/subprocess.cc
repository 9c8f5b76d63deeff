// SPDX-License-Identifier: MIT
#include "green/subprocess.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "green/core/sleep.h"
#include "green/semaphore"
#include "green/subprocess/process.h"

namespace green::subprocess {

namespace {

void check_that(bool ok, const char* otherwise) {
  if (ok) return;
  throw std::invalid_argument(std::string("green::subprocess: ") + otherwise);
}

// Sets the streams that run's own options ask for.
settings for_run(settings how) {
  if (how.input != nullptr) {
    check_that(how.in.is(redirect::kind::inherited),
               "stdin and input may not both be used");
    how.in = pipe;
  }
  if (how.capture_output) {
    check_that(how.out.is(redirect::kind::inherited) &&
                   how.err.is(redirect::kind::inherited),
               "stdout and stderr may not be used with capture_output");
    how.out = how.err = pipe;
  }
  return how;
}

// A child that does not outlive its scope. A caller that can wait ends the
// child before.
class bound_process {
 public:
  bound_process(const arguments& command, const settings& how)
      : p_(std::make_shared<process>(command.words(), how)) {}
  bound_process(const bound_process&) = delete;
  bound_process& operator=(const bound_process&) = delete;
  ~bound_process() {
    try {
      p_->made->send_signal(SIGKILL);
    } catch (const std::system_error&) {
      // The child has changed its user and cannot be killed. It is reaped when
      // it ends.
    }
  }

  const std::shared_ptr<process>& operator*() const noexcept { return p_; }
  process* operator->() const noexcept { return p_.get(); }

 private:
  const std::shared_ptr<process> p_;
};

// A permit to start a child. A start holds the hub for as long as a few hundred
// switches take. Only one child is started in a turn, so timers never wait for
// many starts.
class start_turn {
 public:
  // A child of fork makes the permit anew, because its holder may not exist
  // there.
  static binary_semaphore& of_this_hub() {
    thread_local pid_t process = 0;
    thread_local std::optional<binary_semaphore> one;
    if (process != ::getpid()) {
      process = ::getpid();
      one.emplace(1);
    }
    return *one;
  }

  explicit start_turn(binary_semaphore& acquired) noexcept
      : acquired_(&acquired) {}
  start_turn(start_turn&& other) noexcept
      : acquired_(std::exchange(other.acquired_, nullptr)) {}
  start_turn& operator=(start_turn&&) = delete;
  ~start_turn() { end(); }

  void end() noexcept {
    if (acquired_ != nullptr) std::exchange(acquired_, nullptr)->release();
  }

 private:
  binary_semaphore* acquired_;
};

// Lets timers have their turn, then awaits the given use of the child.
template <class T>
task<T> when_started(start_turn turn, task<T> use) {
  co_await core::sleep_wait(std::chrono::nanoseconds(1));
  turn.end();
  co_return co_await std::move(use);
}

// Awaits the given use of the child. An exception ends the child before it goes
// on.
template <class T>
task<T> or_end(std::shared_ptr<process> p, task<T> use) {
  std::exception_ptr error;
  try {
    co_return co_await std::move(use);
  } catch (...) {
    error = std::current_exception();
  }
  co_await process::end(std::move(p));
  std::rethrow_exception(error);
}

}  // namespace

task<completed_process> run(arguments command, options how) {
  const settings s = for_run(how.get());
  binary_semaphore& starts = start_turn::of_this_hub();
  co_await starts.acquire();
  start_turn turn(starts);
  const bound_process p(command, s);
  output got = co_await or_end(
      *p, when_started(std::move(turn),
                       process::communicate(*p, s.input, s.timeout)));
  completed_process done(p->command, *p->made->returncode(), std::move(got.out),
                         std::move(got.err));
  if (s.check) done.check_returncode();
  co_return done;
}

task<int> call(arguments command, options how) {
  const settings& s = how.get();
  check_that(!s.capture_output && s.input == nullptr && !s.check,
             "capture_output, input and check are run's");
  binary_semaphore& starts = start_turn::of_this_hub();
  co_await starts.acquire();
  start_turn turn(starts);
  const bound_process p(command, s);
  co_return co_await or_end(
      *p, when_started(std::move(turn), process::wait(*p, s.timeout)));
}

task<int> check_call(arguments command, options how) {
  const int code = co_await call(command, std::move(how));
  if (code != 0) throw called_process_error(code, command.words());
  co_return code;
}

task<std::string> check_output(arguments command, options how) {
  check_that(
      how.get().out.is(redirect::kind::inherited) && !how.get().capture_output,
      "stdout and capture_output may not be used with check_output");
  how.stdout(pipe).check();
  completed_process done = co_await run(std::move(command), std::move(how));
  co_return std::move(done.out);
}

task<std::pair<int, std::string>> getstatusoutput(std::string command) {
  options how;
  how.shell().stdout(pipe).stderr(subprocess::stdout);
  completed_process done = co_await run(std::move(command), std::move(how));
  if (done.out.ends_with('\n')) done.out.pop_back();
  co_return std::pair(done.returncode, std::move(done.out));
}

task<std::string> getoutput(std::string command) {
  std::pair<int, std::string> both =
      co_await getstatusoutput(std::move(command));
  co_return std::move(both.second);
}

}  // namespace green::subprocess
