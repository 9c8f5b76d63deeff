// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "green/core/signals.h"

namespace green::core {

/// The wait of a parked green thread, as the green thread knows it.
class awaited {
 public:
  /// The effect of an interrupt on a wait. `thrown`: the interrupt ends the
  /// wait and is thrown. `deferred`: the wait goes on, and the interrupt stays
  /// pending. `kept`: the wait ends, and the interrupt stays pending.
  enum class interrupts : unsigned char { thrown, deferred, kept };

  awaited(const awaited&) = delete;
  awaited& operator=(const awaited&) = delete;

  /// An interrupt has come: ends the wait early if that is still possible.
  virtual void cancel() noexcept = 0;
  /// Appends the name of the wait, as in "recv(fd 7)".
  virtual void describe(std::string& out) const = 0;
  /// The id of the green thread without which the wait cannot end, as the owner
  /// of a lock. 0 when there is none, or when time ends the wait too.
  virtual std::uint64_t waits_for() const noexcept { return 0; }
  /// The green thread is to end without its help: ends the wait. False when
  /// somebody may still use the frames, which then have to stay.
  virtual bool abandon() noexcept {
    cancel();
    return true;
  }
  /// The waiting green thread does not exist in this child of fork. The wait
  /// leaves its queue, so that nothing is handed to it.
  virtual void vanish() noexcept {}

  /// Does the handler of a signal end the wait, outside each signal_scope?
  virtual by_signal ends_by_signal() const noexcept { return by_signal::never; }
  /// A handler has run: ends the wait early, if that is still possible.
  virtual void end_by_signal() noexcept {}

  interrupts mode() const noexcept { return mode_; }

 protected:
  constexpr explicit awaited(interrupts mode) noexcept : mode_(mode) {}
  ~awaited() = default;

 private:
  const interrupts mode_;
};

}  // namespace green::core
