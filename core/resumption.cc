// SPDX-License-Identifier: MIT
#include "green/core/resumption.h"

#include <utility>

#include "green/core/assert.h"
#include "green/core/of_os_thread.h"
#include "green/core/system.h"

namespace green::core {

/// The free ones of an OS thread, first in, first out.
class resumptions {
 public:
  resumptions() noexcept = default;
  resumptions(const resumptions&) = delete;
  resumptions& operator=(const resumptions&) = delete;
  ~resumptions() {
    while (first_ != nullptr) delete &pop();
  }

  resumption& take() { return count_ > kept ? pop() : *new resumption; }
  void put(resumption& r) noexcept {
    r.next_ = nullptr;
    (first_ == nullptr ? first_ : last_->next_) = &r;
    last_ = &r;
    ++count_;
  }

 private:
  static constexpr unsigned kept = 64;

  resumption& pop() noexcept {
    --count_;
    return *std::exchange(first_, first_->next_);
  }

  resumption* first_ = nullptr;
  resumption* last_ = nullptr;
  unsigned count_ = 0;
};

resumption::resumption() noexcept
    : frame_head{&resumption::resumed, &resumption::destroyed} {}

resumption& resumption::take(runnable& waiting) {
  resumptions* const all = of_os_thread<resumptions>();
  resumption& taken = all != nullptr ? all->take() : *new resumption;
  taken.waiting_ = &waiting;
  taken.hub_.emplace(*scheduler::here());
  taken.state_.store(state::waiting, std::memory_order_release);
  return taken;
}

void resumption::put_away() noexcept {
  hub_.reset();
  waiting_ = nullptr;
  if (resumptions* const all = of_os_thread<resumptions>()) {
    all->put(*this);
  } else {
    delete this;
  }
}

void resumption::resumed(void* frame) {
  static_cast<resumption*>(static_cast<frame_head*>(frame))
      ->end(state::resumed);
}

void resumption::destroyed(void* frame) {
  static_cast<resumption*>(static_cast<frame_head*>(frame))
      ->end(state::destroyed);
}

// Once the post has run, this may serve another wait.
void resumption::end(state how) noexcept {
  state now = state::waiting;
  while (!state_.compare_exchange_weak(now, how, std::memory_order_acq_rel)) {
    if (now == state::forsaken) {
      delete this;
      return;
    }
    if (now != state::waiting && now != state::leaving) {
      contract_broken(
          "a foreign awaitable resumed its coroutine twice: each await_suspend "
          "may resume or destroy its handle once");
    }
    if (now == state::leaving) yield_processor();
    now = state::waiting;
  }
  runnable& waiting = *waiting_;
  const scheduler_ref hub = *hub_;
  hub.use([&waiting](scheduler& s) { s.post(waiting); });
}

bool resumption::give_back() noexcept {
  const state how = state_.exchange(state::free, std::memory_order_acq_rel);
  GREEN_ASSERT(how == state::resumed || how == state::destroyed,
               "a coroutine was destroyed while a foreign awaitable is to "
               "resume it");
  put_away();
  return how == state::resumed;
}

void resumption::withdraw() noexcept {
  const state how = state_.exchange(state::free, std::memory_order_acq_rel);
  GREEN_ASSERT(how == state::waiting,
               "a foreign awaitable resumed its coroutine, and its "
               "await_suspend said that it did not suspend");
  put_away();
}

bool resumption::forsake() noexcept {
  state now = state::waiting;
  if (!state_.compare_exchange_strong(now, state::leaving,
                                      std::memory_order_acq_rel)) {
    return false;
  }
  hub_.reset();
  state_.store(state::forsaken, std::memory_order_release);
  return true;
}

}  // namespace green::core
