// SPDX-License-Identifier: MIT
#include "green/signals/until.h"

#include <chrono>
#include <exception>
#include <stdexcept>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/greenlet.h"

namespace green {

namespace {

// A green thread that holds its hub does not come to its end by force. One
// second later the process ends.
std::int64_t life_after(std::int64_t grace) noexcept {
  constexpr std::int64_t second = 1'000'000'000;
  return core::deadline::after(second, grace);
}

int any_of(const signal_list& signals) {
  if (signals.numbers().empty()) {
    throw std::invalid_argument("green::run_until: no signal was given");
  }
  return signals.numbers().front();
}

}  // namespace

struct kill_by_signals::registration final : signal_registration {
  registration(int number, kill_by_signals& of)
      : signal_registration(number, &of.end_), parent(of) {}
  void came(unsigned) noexcept override { parent.kill_target(); }
  kill_by_signals& parent;
};

kill_by_signals::kill_by_signals(const signal_list& signals, std::int64_t grace)
    : grace_(grace), end_(any_of(signals), life_after(grace)) {
  for (const int number : signals.numbers()) each_.emplace_back(number, *this);
}

kill_by_signals::~kill_by_signals() {
  if (force_.valid()) force_.kill_nowait();
}

void kill_by_signals::kill_target() noexcept {
  if (!target_.valid() || killed_) return;
  killed_ = true;
  target_.kill_nowait();
  if (grace_ == core::deadline::infinite) return;
  const auto end_by_force = [target = target_] { target.state().abandon(); };
  force_ = spawn_later_at(
      core::site(), deadline(std::chrono::nanoseconds(grace_)), end_by_force);
}

task<> kill_by_signals::wait(any_greenlet target) {
  target_ = target;
  if (first() != 0) kill_target();
  std::exception_ptr interrupt;
  try {
    co_await target.join();
  } catch (...) {
    interrupt = std::current_exception();
    target.kill_nowait();
  }
  if (interrupt == nullptr) co_return;
  {
    const core::shield uninterrupted;
    co_await target.join();
  }
  std::rethrow_exception(interrupt);
}

}  // namespace green
