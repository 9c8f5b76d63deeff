// SPDX-License-Identifier: MIT
#include "green/token_bucket.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <stdexcept>

#include "green/core/sleep.h"
#include "green/semaphore"

namespace green {

namespace {

double checked(double amount) {
  if (!(amount > 0) || std::isinf(amount)) {
    throw std::invalid_argument(
        "token_bucket: rate and burst have to be positive and finite");
  }
  return amount;
}

// The turn, which goes to the next one when this one has ended its wait.
class giving_back {
 public:
  explicit giving_back(core::permits& turn) noexcept : turn_(turn) {}
  giving_back(const giving_back&) = delete;
  giving_back& operator=(const giving_back&) = delete;
  ~giving_back() { turn_.give(); }

 private:
  core::permits& turn_;
};

}  // namespace

// One that waits, so that nobody goes before it.
class token_bucket::waiting {
 public:
  explicit waiting(token_bucket& b) noexcept : bucket_(b) {
    const std::lock_guard guard(bucket_.lock_);
    ++bucket_.waiting_;
  }
  waiting(const waiting&) = delete;
  waiting& operator=(const waiting&) = delete;
  ~waiting() {
    const std::lock_guard guard(bucket_.lock_);
    --bucket_.waiting_;
  }

 private:
  token_bucket& bucket_;
};

token_bucket::token_bucket(double rate, double burst)
    : rate_(checked(rate)),
      burst_(checked(burst)),
      filling_(time_for(burst)),
      full_at_(core::now()) {}

// Time stands for tokens, in nanoseconds of the rate, so that sums are exact.
std::int64_t token_bucket::time_for(double tokens) const noexcept {
  constexpr double most = 4e18;
  return static_cast<std::int64_t>(
      std::ceil(std::min(tokens / rate_ * 1e9, most)));
}

std::int64_t token_bucket::checked_time_for(double tokens) const {
  if (tokens >= 0 && tokens <= burst_) return time_for(tokens);
  throw std::invalid_argument(
      "token_bucket: take of more tokens than the bucket holds, or of less "
      "than none");
}

// Takes, and gives 0; or gives the time at which the tokens will be there.
std::int64_t token_bucket::take_locked(std::int64_t cost) noexcept {
  const std::int64_t now = core::now();
  const std::int64_t full_at = std::max(full_at_, now) + cost;
  if (full_at - now > filling_) return full_at - filling_;
  full_at_ = full_at;
  return 0;
}

bool token_bucket::take_at_once(std::int64_t cost) noexcept {
  const std::lock_guard guard(lock_);
  return waiting_ == 0 && take_locked(cost) == 0;
}

bool token_bucket::try_take(double n) {
  return take_at_once(checked_time_for(n));
}

double token_bucket::tokens() const noexcept {
  const std::lock_guard guard(lock_);
  const std::int64_t missing =
      std::max<std::int64_t>(full_at_ - core::now(), 0);
  return std::max(0.0, burst_ - static_cast<double>(missing) * rate_ / 1e9);
}

task<bool> token_bucket::wait_and_take(std::int64_t cost,
                                       core::deadline until) {
  if (take_at_once(cost)) co_return true;
  const waiting registered(*this);
  if (!co_await acquire_wait<bool>(turn_, until)) co_return false;
  const giving_back turn(turn_);
  for (;;) {
    lock_.lock();
    const std::int64_t ready = take_locked(cost);
    lock_.unlock();
    if (ready == 0) co_return true;
    if (until.passed()) co_return false;
    co_await core::sleep_wait(core::deadline::at(std::min(ready, until.ns())));
  }
}

task<> token_bucket::take(double n) {
  co_await wait_and_take(checked_time_for(n), core::deadline::never());
}

task<bool> token_bucket::take(double n, core::deadline until) {
  co_return co_await wait_and_take(checked_time_for(n), until);
}

}  // namespace green
