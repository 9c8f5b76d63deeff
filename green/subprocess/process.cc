// SPDX-License-Identifier: MIT
#include "green/subprocess/process.h"

#include <signal.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/core/sleep.h"
#include "green/subprocess/errors.h"
#include "green/subprocess/launch.h"
#include "green/timeout.h"
#include "green/when.h"

namespace green::subprocess {

namespace {

core::deadline from_now(const process::limit& timeout) {
  return timeout ? core::deadline(*timeout) : core::deadline::never();
}

}  // namespace

process::process(std::vector<std::string> words, const settings& how)
    : command(std::move(words)) {
  launched l = launch(command, how);
  made = std::move(l.made);
  if (l.in) in.emplace(std::move(l.in));
  if (l.out) out.emplace(std::move(l.out));
  if (l.err) err.emplace(std::move(l.err));
}

task<int> process::wait(std::shared_ptr<process> p, limit timeout) {
  const bool ended = co_await child::wait(p->made, from_now(timeout));
  if (!ended) throw timeout_expired(p->command, *timeout);
  co_return *p->made->returncode();
}

// A child may leave its input unread.
task<> process::feed() {
  const std::string_view all =
      input_ == nullptr ? std::string_view() : std::string_view(*input_);
  try {
    while (fed_ < all.size()) {
      fed_ += co_await in->write_some(all.substr(fed_));
      if (fed_ < all.size()) co_await core::yield_wait();
    }
  } catch (const std::system_error& e) {
    if (e.code() != std::errc::broken_pipe) throw;
  }
  co_await in->close();
}

task<> process::drain(reader& from) {
  co_await from.drain();
  co_await from.close();
}

// Serves all pipes at once, because a child may block on any of them.
task<> process::exchange() {
  std::vector<task<>> pipes;
  if (in && !in->closed()) pipes.push_back(feed());
  if (out && !out->closed()) pipes.push_back(drain(*out));
  if (err && !err->closed()) pipes.push_back(drain(*err));
  if (pipes.size() == 1) {
    co_await std::move(pipes.front());
  } else if (!pipes.empty()) {
    co_await when_all(pipes);
  }
}

task<output> process::communicate(std::shared_ptr<process> p,
                                  std::shared_ptr<const std::string> input,
                                  limit timeout) {
  if (input != nullptr && (!p->in || p->input_ != nullptr)) {
    throw std::invalid_argument(
        p->in ? "green::subprocess: input is given once"
              : "green::subprocess: input needs stdin(pipe)");
  }
  if (input != nullptr) p->input_ = std::move(input);
  const core::deadline until = from_now(timeout);
  bool late = false;
  {
    const green::timeout guard(until);
    try {
      co_await p->exchange();
      late = !co_await child::wait(p->made, until);
    } catch (const timed_out& e) {
      if (!e.from(guard)) throw;
      late = true;
    }
  }
  if (late) {
    throw timeout_expired(p->command, *timeout,
                          p->out ? std::string(p->out->kept()) : "",
                          p->err ? std::string(p->err->kept()) : "");
  }
  co_return output(p->out ? p->out->take(std::string::npos) : "",
                   p->err ? p->err->take(std::string::npos) : "");
}

task<> process::end(std::shared_ptr<process> p) {
  const core::shield uninterrupted;
  p->made->send_signal(SIGKILL);
  co_await child::wait(p->made, core::deadline::never());
}

}  // namespace green::subprocess
